"""`imr embed` and `imr index --from-shards`, as a user sees them."""

import json
import os
import shutil
import socket
import sys
from pathlib import Path

import numpy as np
import pytest

from config.settings import load_settings
from indexer.bulk import launch
from indexer.bulk.schedule import BulkSummary, FailedShard
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.sharding import Cut
from indexer.store.open import open_index
from tests.support.fake_pool import summary_of
from tests.support.program import Imr

QUERIES = ("tramadol for the low back", "physical therapy", "knee surgery")


@pytest.fixture
def letters(sample_letters: Path, tmp_path: Path) -> Path:
    """Eight letters in a folder."""
    folder = tmp_path / "letters"
    folder.mkdir()
    for path in sorted(sample_letters.iterdir())[:8]:
        shutil.copy(path, folder)
    return folder


def held(folder: Path) -> tuple[object, ...]:
    """Return what an index holds and how it ranks, and the scores."""
    index = open_index(load_settings(flags={"index": {"dir": folder}, "model": {"kind": "hashing", "threads": 1}}))
    keys = index.select(NO_FILTERS)
    letters = [index.determination(name) for name in sorted({key.determination_id for key in keys})]
    ranked = [index.search_vector(vector, 50) for vector in HashingEmbedder().encode(QUERIES)]
    worded = [index.search_text(query, 50) for query in QUERIES]
    index.close()
    return keys, letters, ranked, worded


def test_an_index_from_shards_is_the_one_made_directly(imr: Imr, letters: Path, tmp_path: Path) -> None:
    assert imr("index", letters, "--index", tmp_path / "direct").code == 0
    texts = 0
    for number in (1, 2, 3):
        said = imr("embed", letters, "--shard", f"{number}/3", "--out", tmp_path / "shards", "--json")
        assert said.code == 0
        told = json.loads(said.out)
        assert (told["shard"], told["of"], told["made"], told["device"]) == (number, 3, True, "cpu")
        texts += told["texts"]
    said = imr("index", letters, "--index", tmp_path / "sharded", "--from-shards", tmp_path / "shards", "--json")
    told = json.loads(said.out)
    assert (said.code, told["embedded"], told["from_shards"], told["device"]) == (0, 0, texts, "cpu")
    assert held(tmp_path / "sharded") == held(tmp_path / "direct")


def test_what_shards_lack_is_embedded_and_counted(imr: Imr, letters: Path, tmp_path: Path) -> None:
    assert imr("embed", letters, "--shard", "1/2", "--out", tmp_path / "shards").code == 0
    said = imr("index", letters, "--index", tmp_path / "sharded", "--from-shards", tmp_path / "shards", "--json")
    told = json.loads(said.out)
    assert min(told["embedded"], told["from_shards"]) > 0
    assert told["missing_shards"] == ["2/2"]
    imr("index", letters, "--index", tmp_path / "direct")
    assert held(tmp_path / "sharded") == held(tmp_path / "direct")


def test_a_person_is_told_what_was_done(imr: Imr, letters: Path, tmp_path: Path) -> None:
    (letters / "bad.txt").write_text("no letter", encoding="utf-8")
    said = imr("embed", letters, "--shard", "1/1", "--out", tmp_path / "shards")
    assert said.out.startswith(f"shard 1 of 1: {tmp_path / 'shards'}/shard-00001-of-00001-")
    assert "8 of 9 letters could be read" in said.out
    assert "embedded on cpu" in said.out
    assert f"rejected: {letters / 'bad.txt'}: " in said.out
    assert "(was there)" in imr("embed", letters, "--shard", "1/1", "--out", tmp_path / "shards").out
    whole = imr("index", letters, "--from-shards", tmp_path / "shards").out
    assert "vectors taken from shards" in whole
    assert "warning" not in whole
    imr("embed", letters, "--shard", "1/3", "--out", tmp_path / "shards")
    torn = imr("index", letters, "--from-shards", tmp_path / "shards").out
    assert f"warning: 2 shards are not in {tmp_path / 'shards'}: 2/3, 3/3" in torn
    assert "device cpu\n" in imr("index", letters).out


def test_wrong_input_is_one_line(imr: Imr, letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "shards"
    assert "'4/3': give k/n with 1 <= k <= n" in imr("embed", letters, "--shard", "4/3", "--out", out).fault
    assert "--shard" in imr("embed", letters, "--out", out).fault
    assert "go together" in imr("embed", letters, "--shards", "4", "--out", out).fault
    assert "go together" in imr("embed", letters, "--shard", "1/4", "--ray", "local", "--out", out).fault
    assert (
        "or --shards N"
        in imr("embed", letters, "--shard", "1/4", "--shards", "4", "--ray", "local", "--out", out).fault
    )
    assert "--shards" in imr("embed", letters, "--shards", "0", "--ray", "local", "--out", out).fault
    assert "--out" in imr("embed", letters, "--shard", "1/1").fault
    assert "PATHS" in imr("embed", "--shard", "1/1", "--out", out).fault
    assert "no such file" in imr("embed", letters / "none", "--shard", "1/1", "--out", out).fault
    (tmp_path / "file").touch()
    assert "file" in imr("embed", letters, "--shard", "1/1", "--out", tmp_path / "file").fault
    assert "no other option" in imr("index", "--verify", "--from-shards", out).fault
    assert f"{out} cannot be read" in imr("index", letters, "--from-shards", out).fault


def test_a_damaged_or_foreign_shard_is_refused_and_nothing_is_indexed(imr: Imr, letters: Path, tmp_path: Path) -> None:
    out = tmp_path / "shards"
    imr("embed", letters, "--shard", "1/1", "--out", out)
    (path,) = out.iterdir()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    assert f"{path} is damaged" in imr("index", letters, "--from-shards", out).fault
    path.rename(out / "other.vectors")
    assert f"{out / 'other.vectors'} is no shard" in imr("index", letters, "--from-shards", out).fault
    assert not (tmp_path / "index").exists()


def test_shards_hold_no_text(imr: Imr, letters: Path, tmp_path: Path) -> None:
    imr("embed", letters, "--shard", "1/1", "--out", tmp_path)
    (path,) = tmp_path.glob("*.vectors")
    content = path.read_bytes().lower()
    assert not [word for word in (b"tramadol", b"the ", b"medical", b"sample") if word in content]
    assert np.frombuffer(content[:1], np.uint8)[0] == ord("{")


def bulk(address: str, letters: Path, out: Path) -> tuple[str | Path, ...]:
    """Return the arguments that make two shards on Ray."""
    return ("embed", letters, "--shards", "2", "--ray", address, "--out", out)


@pytest.mark.parametrize("address", ["ray://head:1", "head", "head:0", ":6379", "head:99999", "http://head:6379"])
def test_an_address_that_is_none_is_one_line(imr: Imr, letters: Path, tmp_path: Path, address: str) -> None:
    said = imr(*bulk(address, letters, tmp_path / "out"))
    assert said.fault == f"--ray {address}: give local, auto or HOST:PORT of the cluster's head"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_cluster_that_is_not_there_is_one_line(imr: Imr, letters: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert imr(*bulk(f"127.0.0.1:{port}", letters, tmp_path)).fault == f"Ray at 127.0.0.1:{port}: Connection refused"


def test_without_ray_the_extra_is_named(
    imr: Imr, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    assert "pip install 'imr-precedent[ray]'" in imr(*bulk("local", letters, tmp_path / "out")).fault
    assert "no such file" in imr(*bulk("local", letters / "none", tmp_path / "out")).fault


def test_what_ray_did_is_told_and_a_shard_that_failed_is_exit_code_2(
    imr: Imr, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def embed_all(*arguments: object) -> BulkSummary:
        *_, told, say = arguments
        assert callable(told)
        assert callable(say)
        told(2, 2)
        say("shard 2/2 is given up after 5 tries: the disk is full")
        failed = FailedShard(shard=2, of=2, reason="the disk is full")
        made = (summary_of(Cut(shard=1, of=2)),)
        return BulkSummary(shards=made, failed=(failed,), lost=3, seconds=1.0)

    monkeypatch.setattr(launch, "embed_all", embed_all)
    said = imr(*bulk("local", letters, tmp_path))
    assert said.code == 2
    assert "shard 1 of 2: shard-1\n" in said.out
    assert said.out.endswith("1 shards in 1.0 seconds; 3 workers lost\n")
    assert "shard 2/2 is given up after 5 tries: the disk is full\n" in said.err
    assert said.err.endswith("imr: 1 shards could not be made: 2/2; the same command makes them\n")
    told = json.loads(imr(*bulk("local", letters, tmp_path), "--json").out)
    assert (told["lost"], told["failed"][0]["shard"], told["shards"][0]["of"]) == (3, 2, 2)
