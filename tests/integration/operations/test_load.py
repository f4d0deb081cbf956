"""The load harness itself, for a moment: clients, and letters published meanwhile."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import load_settings
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from tests.integration.operations.conftest import ROOT


@pytest.mark.subprocess
def test_a_short_run_is_of_one_generation_each(
    tmp_path: Path, sample_letters: Path, environment: dict[str, str]
) -> None:
    letters = sorted(sample_letters.iterdir())
    more = tmp_path / "more"
    more.mkdir()
    for letter in letters[6:10]:
        shutil.copy(letter, more)
    index = tmp_path / "index"
    settings = load_settings(flags={"index": {"dir": index}, "model": {"kind": "hashing", "threads": 1}})
    build_index(letters[:6], settings, HashingEmbedder())
    texts = tmp_path / "queries.jsonl"
    texts.write_text("\n".join(json.dumps({"text": text}) for text in ("Norco 10/325mg", "MRI of the lumbar spine")))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "eval.bench.load", "--index", index, "--requests", texts, "--out", out]
    options = ["--clients", "2", "--seconds", "6", "--publish", more, "--times", "1"]
    ran = subprocess.run([*command, *options], capture_output=True, text=True, check=False, env=environment, cwd=ROOT)  # noqa: S603 - ours
    assert ran.returncode == 0, ran.stderr
    found = json.loads((out / "load.json").read_text())
    assert found == json.loads(ran.stdout)
    assert set(found["by_status"]) == {"200"}
    assert (found["of_no_one_generation"], found["exit_code"]) == (0, 0)
    assert found["generations"].get("g000001") == 6
    assert (out / "memory.png").is_file()
