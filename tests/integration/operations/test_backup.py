"""Backup and restore as docs/operations.md says, rehearsed while a writer publishes."""

import shutil
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from config.settings import Settings, load_settings
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.store.verify import verify_index
from service.precedents import open_service
from tests.integration.operations.conftest import ROOT

SCRIPT = ROOT / "deploy" / "backup.sh"
REQUEST = "Norco 10/325mg #120 for chronic low back pain"


def settings_for(index: Path) -> Settings:
    return load_settings(flags={"index": {"dir": index}, "model": {"kind": "hashing", "threads": 1}})


def found(index: Path) -> tuple[bytes, frozenset[str]]:
    """Return the answer of an index without its time, and the letters that it holds."""
    with closing(open_service(settings_for(index))) as service:
        answer = msgspec.structs.replace(service.search(REQUEST), took_ms=0)
        held = frozenset(key.determination_id for key in service.index.select(NO_FILTERS))
        return msgspec.json.encode(answer), held


@pytest.mark.subprocess
def test_a_copy_made_while_letters_are_added_answers_alike(
    tmp_path: Path, sample_letters: Path, environment: dict[str, str]
) -> None:
    letters = sorted(sample_letters.iterdir())
    index, copy, restored = tmp_path / "index", tmp_path / "copy", tmp_path / "elsewhere" / "index"
    build_index(letters[:12], settings_for(index), HashingEmbedder())
    answers: dict[str, tuple[bytes, frozenset[str]]] = {"g000001": found(index)}
    done = threading.Event()

    def write() -> None:
        for number in range(12, 100, 4):
            if done.is_set():
                return
            build_index(letters[number : number + 4], settings_for(index), HashingEmbedder())
            name = (index / "CURRENT").read_text().partition("\n")[0]
            answers[name] = found(index)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        ran = subprocess.run([SCRIPT, index, copy], capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - ours
    finally:
        done.set()
        writer.join()
    assert ran.returncode == 0, ran.stderr
    shutil.rmtree(index)
    shutil.copytree(copy, restored)
    assert verify_index(restored).problems == ()
    name = (restored / "CURRENT").read_text().partition("\n")[0]
    assert found(restored) == answers[name]


@pytest.mark.subprocess
def test_a_copy_that_is_not_whole_is_none(
    tmp_path: Path, sample_settings: Settings, environment: dict[str, str]
) -> None:
    index, copy = tmp_path / "index", tmp_path / "copy"
    shutil.copytree(sample_settings.index.dir, index)
    (index / "generations" / "g000001" / "manifest.json").write_text("{}")
    ran = subprocess.run([SCRIPT, index, copy], capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - ours
    assert ran.returncode == 1
    assert ran.stderr.count("is not whole") == 3
    assert not copy.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index"]


def test_a_copy_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    ran = subprocess.run([SCRIPT, tmp_path, tmp_path], capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert (ran.returncode, ran.stderr) == (2, f"backup: {tmp_path} is there already\n")
