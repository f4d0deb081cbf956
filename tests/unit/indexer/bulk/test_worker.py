"""A worker makes the shards that `imr embed` makes, and never raises."""

from pathlib import Path

import msgspec
import pytest

from config.settings import Settings, load_settings
from indexer.build import no_progress
from indexer.bulk import worker as module
from indexer.bulk.worker import SECTIONS, Answer, Job, ShardWorker, program_version
from indexer.embed import HashingEmbedder
from indexer.sharding import Cut, embed_shard


@pytest.fixture
def settings() -> Settings:
    """Settings with the stand-in model."""
    return load_settings(flags={"model": {"kind": "hashing", "threads": 1}})


@pytest.fixture
def job(sample_letters: Path, settings: Settings, tmp_path: Path) -> Job:
    """Three shards of the sample letters."""
    (tmp_path / "token").touch()
    return Job(
        paths=(str(sample_letters),),
        out=str(tmp_path),
        of=3,
        files=len(list(sample_letters.iterdir())),
        version=program_version(settings),
        token="token",  # noqa: S106 - a file's name
        settings=settings.model_dump_json(include=SECTIONS),
    )


def worker(job: Job, **changed: object) -> ShardWorker:
    """Return a worker for a job with some fields changed."""
    return ShardWorker(msgspec.json.encode(msgspec.structs.replace(job, **changed)))


def answer(content: bytes) -> Answer:
    """Read an answer."""
    return msgspec.json.decode(content, type=Answer)


def test_shards_are_those_of_imr_embed(job: Job, settings: Settings, sample_letters: Path, tmp_path: Path) -> None:
    made = worker(job)
    assert answer(made.load()) == Answer()
    summary = answer(made.embed(2)).summary
    assert summary is not None
    direct = embed_shard(
        [sample_letters], Cut(shard=2, of=3), tmp_path / "direct", settings, HashingEmbedder(), no_progress
    )
    assert Path(summary.path).name == Path(direct.path).name
    assert Path(summary.path).read_bytes() == Path(direct.path).read_bytes()
    again = answer(made.embed(2)).summary
    assert again is not None
    assert (again.made, again.path) == (False, summary.path)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"token": "other"}, "is another folder there: it must lie on a shared file system"),
        ({"version": "other"}, "another version of the program is installed there"),
        ({"files": 1}, "letter files are seen there, 1 here: all must see the same"),
        ({"paths": ("/nowhere",)}, "/nowhere: no such file or folder"),
    ],
)
def test_a_machine_that_sees_other_things_is_not_used(job: Job, changed: dict[str, object], reason: str) -> None:
    made = worker(job, **changed)
    fault = answer(made.load()).fault
    assert fault is not None
    assert reason in fault
    assert "the model is not loaded" in (answer(made.embed(1)).fault or "")


def test_a_failure_is_told_by_its_kind_alone(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("the injured worker's own words")

    made = worker(job)
    made.load()
    monkeypatch.setattr(module, "embed_shard", fail)
    fault = answer(made.embed(1)).fault
    assert fault is not None
    assert fault.endswith(": the program failed: ValueError")
