"""What runs on each machine: a worker that loads the model once and makes the shards it is given.

Bytes of JSON go in and out. A worker sees the letters and writes the shards under the same paths as the launcher, so
both must lie on a file system that all machines share; that they do is checked before anything is embedded.
"""

import platform
from collections.abc import Sequence
from pathlib import Path

import msgspec

from config.errors import Fault, RequestFault
from config.settings import Settings, load_settings
from indexer.embed import Embedder, load_embedder
from indexer.parse.version import reader_version
from indexer.reasonlist import reasons_version
from indexer.records import Record
from indexer.sharding import Cut, ShardSummary, embed_shard
from indexer.sources import find_letters

# What a shard depends on.
SECTIONS = {"model", "reading", "passages"}


class Job(Record, frozen=True):
    """What all workers of a run are told.

    `files` is how many letter files the launcher sees, `version` how its program reads them, and `token` the name of a
    file that it has put into `out`. `settings` is JSON of the sections that a shard depends on, no others: where an
    index or the keys of a server lie is none of a cluster's business.
    """

    paths: tuple[str, ...]
    out: str
    of: int
    files: int
    version: str
    token: str
    settings: str


class Answer(Record, frozen=True):
    """What a worker answers: a shard, or why it could not be made; neither of them when it has loaded the model."""

    summary: ShardSummary | None = None
    fault: str | None = None


def program_version(settings: Settings) -> str:
    """Return what decides, besides the model, which texts a letter has."""
    return f"{reader_version(settings.reading.own_layouts)}-{reasons_version()}"


class ShardWorker:
    """Makes shards; no method raises."""

    def __init__(self, job: bytes) -> None:
        """Take a job as JSON."""
        self._job = msgspec.json.decode(job, type=Job)
        self._settings = load_settings(flags=msgspec.json.decode(self._job.settings))
        self._embedder: Embedder | None = None

    def load(self) -> bytes:
        """Check that this machine sees what the launcher sees, and load the model; return an Answer as JSON."""
        try:
            self._agree()
            self._embedder = load_embedder(self._settings.model)
        except Exception as error:  # noqa: BLE001 - whatever it is, its words stay here
            return _refusal(error)
        return msgspec.json.encode(Answer())

    def embed(self, shard: int) -> bytes:
        """Make a shard; return an Answer as JSON."""
        try:
            cut = Cut(shard=shard, of=self._job.of)
            out = Path(self._job.out)
            summary = embed_shard(self._paths(), cut, out, self._settings, self._loaded(), _no_progress)
        except Exception as error:  # noqa: BLE001 - whatever it is, its words stay here
            return _refusal(error)
        return msgspec.json.encode(Answer(summary=summary))

    def _loaded(self) -> Embedder:
        if self._embedder is None:
            raise RequestFault("the model is not loaded")
        return self._embedder

    def _paths(self) -> Sequence[Path]:
        return [Path(path) for path in self._job.paths]

    def _agree(self) -> None:
        if not (Path(self._job.out) / self._job.token).is_file():
            raise RequestFault(f"{self._job.out} is another folder there: it must lie on a shared file system")
        if program_version(self._settings) != self._job.version:
            raise RequestFault("another version of the program is installed there")
        files = len(find_letters(self._paths()))
        if files != self._job.files:
            raise RequestFault(f"{files} letter files are seen there, {self._job.files} here: all must see the same")


def _no_progress(_stage: str, _done: int, _total: int) -> None:
    """Show nothing: what a worker prints goes to Ray's log."""


def _refusal(error: Exception) -> bytes:
    """Tell why in one line. What is no fault is told by its kind alone: its message may hold a letter's words."""
    said = str(error) if isinstance(error, Fault) else f"the program failed: {type(error).__name__}"
    return msgspec.json.encode(Answer(fault=f"{platform.node()}: {said}"))
