"""A machine dies at work on a real Ray cluster: two nodes on loopback, one killed while it holds a shard."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from indexer.build import build_index, no_progress
from indexer.embed import FloatArray, HashingEmbedder
from indexer.sharding import Cut, embed_shard
from indexer.store.shards import ShardEmbedder, ShardVectors, open_shards

ROOT = Path(__file__).resolve().parents[3]
SHARDS = 4

pytestmark = [
    pytest.mark.ray,
    pytest.mark.subprocess,
    pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed: pip install '.[ray]'"),
]


class NoEmbedder(HashingEmbedder):
    """Counts, but embeds nothing."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Fail: the shards hold every vector."""
        raise AssertionError(len(texts))


def two_nodes(letters: Path, out: Path) -> dict[str, Any]:
    """Run `imr embed --ray` on two nodes, kill one, and return what came of it."""
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-m", "tests.support.two_nodes", letters, out, str(SHARDS)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_killed_node_costs_no_vector_and_makes_none_twice(sample_letters: Path, tmp_path: Path) -> None:
    out, direct = tmp_path / "shards", tmp_path / "direct"
    told = two_nodes(sample_letters, out)
    assert told["code"] == 0, told["told"]
    summary = json.loads(told["said"])
    assert (summary["lost"], summary["failed"]) == (1, [])
    number = int(told["shard"].split("-")[1])
    assert f"shard {number}/{SHARDS}, try 1 of 5: its worker was lost" in told["told"]

    settings = load_settings(flags={"index": {"dir": tmp_path / "index"}, "model": {"kind": "hashing", "threads": 1}})
    for shard in range(1, SHARDS + 1):
        embed_shard([sample_letters], Cut(shard=shard, of=SHARDS), direct, settings, HashingEmbedder(), no_progress)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in direct.iterdir()
    }
    shards = open_shards(out, HashingEmbedder().fingerprint)
    assert sum(shard.header.letters for shard in shards) == len(list(sample_letters.iterdir()))
    assert build_index([sample_letters], settings, ShardEmbedder(NoEmbedder(), ShardVectors(shards))).embedded == 0
