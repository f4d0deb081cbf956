"""Shards of letters: the cut is a partition by content, each is made once, an interrupted run is gone on with."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import indexer.reasons
from config.errors import IndexFault, RequestFault
from config.settings import Settings
from indexer.build import no_progress
from indexer.embed import FloatArray, HashingEmbedder
from indexer.reasonlist import Nearness
from indexer.sharding import Cut, ShardSummary, embed_shard, parse_cut
from indexer.store import kept
from indexer.store.publish import writer_lock
from indexer.store.shards import ShardEmbedder, ShardVectors, open_shard, open_shards
from tests.integration.indexing.conftest import Build, CountingEmbedder

ROOT = Path(__file__).resolve().parents[3]


def made(
    settings: Settings, folder: Path, out: Path, cut: str = "1/1", model: HashingEmbedder | None = None
) -> ShardSummary:
    """Make a shard."""
    return embed_shard([folder], parse_cut(cut), out, settings, model or CountingEmbedder(), no_progress)


@given(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64) | st.just(""), st.integers(1, 200))
def test_every_letter_belongs_to_one_shard(sha256: str, of: int) -> None:
    assert sum(Cut(shard=shard, of=of).holds(sha256) for shard in range(1, of + 1)) == 1


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1/0", "-1/3", "1", "1/2/3", "a/b", "1 / 3", "1/12345678", "٣/٣"])
def test_a_wrong_shard_is_told(text: str) -> None:
    with pytest.raises(RequestFault, match="give k/n with 1 <= k <= n"):
        parse_cut(text)


def test_the_cut_is_by_content_and_not_by_name(settings: Settings, folder: Path, tmp_path: Path) -> None:
    first = [made(settings, folder, tmp_path / "a", f"{number}/3") for number in (1, 2, 3)]
    assert sum(one.letters for one in first) == 12
    assert all(one.letters for one in first)
    renamed = tmp_path / "other"
    (renamed / "deep").mkdir(parents=True)
    for number, path in enumerate(sorted(folder.iterdir())):
        shutil.copy(path, renamed / "deep" / f"{number}.txt")
        shutil.copy(path, renamed / f"again-{number}.txt")
    second = [made(settings, renamed, tmp_path / "b", f"{number}/3") for number in (1, 2, 3)]
    assert [Path(one.path).name for one in first] == [Path(one.path).name for one in second]


def test_a_finished_shard_is_not_made_again(settings: Settings, folder: Path, tmp_path: Path) -> None:
    first, model = made(settings, folder, tmp_path / "out"), CountingEmbedder()
    again = made(settings, folder, tmp_path / "out", model=model)
    assert (first.made, again.made, again.path, again.embedded, model.embedded) == (True, False, first.path, 0, [])
    assert (first.letters, again.letters, first.texts, again.texts) == (12, 12, first.embedded, first.texts)
    (folder / "SAMPLE-0001.txt").unlink()
    assert made(settings, folder, tmp_path / "out").made
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_finished_shard_that_is_damaged_is_told(settings: Settings, folder: Path, tmp_path: Path) -> None:
    path = Path(made(settings, folder, tmp_path / "out").path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(IndexFault, match=path.name):
        made(settings, folder, tmp_path / "out")


def test_one_run_makes_a_shard_at_a_time(settings: Settings, folder: Path, tmp_path: Path) -> None:
    with writer_lock(tmp_path / "shard-00001-of-00002.part"):
        with pytest.raises(IndexFault, match="another run"):
            made(settings, folder, tmp_path, "1/2")
        assert made(settings, folder, tmp_path, "2/2").made


def test_rejected_letters_are_told_and_no_letters_make_an_empty_shard(
    settings: Settings, folder: Path, tmp_path: Path
) -> None:
    (folder / "bad.txt").write_text("no letter at all", encoding="utf-8")
    summary = made(settings, folder, tmp_path / "out")
    assert (summary.files, summary.letters) == (13, 12)
    assert [Path(file.path).name for file in summary.rejected] == ["bad.txt"]
    empty = [made(settings, folder / "bad.txt", tmp_path / "out", f"{number}/2") for number in (1, 2)]
    assert [one.texts for one in empty] == [0, 0]
    assert len(ShardVectors([open_shard(Path(one.path)) for one in empty])) == 0


class Dying(CountingEmbedder):
    """An embedder that dies after some batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self._left = batches

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Embed, or die."""
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return super().encode(texts)


def test_an_interrupted_run_is_gone_on_with(
    settings: Settings, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "ENCODE_BATCH", 4)
    died, model = Dying(3), CountingEmbedder()
    with pytest.raises(KeyboardInterrupt):
        made(settings, folder, tmp_path / "out", model=died)
    assert len(died.embedded) == 12
    summary = made(settings, folder, tmp_path / "out", model=model)
    assert not set(died.embedded) & set(model.embedded)
    assert summary.embedded == summary.texts - 12
    assert Path(summary.path).read_bytes() == Path(made(settings, folder, tmp_path / "whole").path).read_bytes()
    assert [path.name for path in (tmp_path / "out").iterdir()] == [Path(summary.path).name]


@pytest.mark.subprocess
def test_a_run_killed_at_any_boundary_makes_the_same_shard(folder: Path, tmp_path: Path) -> None:
    for path in sorted(folder.iterdir())[3:]:
        path.unlink()
    (tmp_path / "place").mkdir()
    command = [sys.executable, "-m", "tests.support.interrupted_shard", str(folder), str(tmp_path / "place")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["wrong"], found["files"]) == ([], 1), done.stderr
    assert found["died"] >= 8


def test_shards_hold_all_that_a_run_embeds_sentences_of_reasons_too(
    settings: Settings, folder: Path, tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer.reasons, "nearness_for", lambda _: Nearness(cosine=0.3, margin=0.0))
    for number in (1, 2):
        made(settings, folder, tmp_path / "out", f"{number}/2")
    model = CountingEmbedder()
    assert build(folder, model=model).embedded
    assert len(set(model.embedded)) > build(folder).passages
    vectors = ShardVectors(open_shards(tmp_path / "out", model.fingerprint))
    assert all(vectors.vector(kept.text_digest(text)) is not None for text in model.embedded)
    shutil.rmtree(settings.index.dir)
    unused = CountingEmbedder()
    assert build(folder, model=ShardEmbedder(unused, vectors)).embedded == 0
    assert unused.embedded == []
