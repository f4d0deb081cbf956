"""The requests that coverage is fitted and measured on, and their two halves.

The texts in eval/coverage/requests are fiction written for this project. Off-topic ones are of the kinds 'not_indexed'
(real treatments that the shared letters do not decide), 'history' (the same in a history full of treatments that they
do) and 'other' (leases, lorem ipsum, noise, papers of workers' compensation that ask for no treatment); answerable ones
of the kinds 'title', 'question', 'paste' and 'long' for the shared letters, 'sample_title' for the project's own.
"""

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from eval.lines import read_json_lines
from indexer.records import Record

Half = Literal["fit", "held"]

_FOLDER = Path(__file__).parent / "requests"
OFF_TOPIC = ("not_indexed", "history", "other")


class Request(Record, frozen=True):
    """A request; `answerable` says that the index it was written for decides what it asks for."""

    id: str
    kind: str
    text: str
    answerable: bool

    @property
    def half(self) -> Half:
        """The half it belongs to, by its id alone: thresholds are fitted on one and reported on the other."""
        return "fit" if hashlib.sha256(self.id.encode()).digest()[0] % 2 == 0 else "held"


class _Line(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    kind: str
    text: str


def shared_requests() -> tuple[Request, ...]:
    """Return the requests for the shared letters."""
    return (*_read("off_topic"), *_read("answerable"))


def sample_requests() -> tuple[Request, ...]:
    """Return the requests for the sample letters; of the off-topic ones those that no letter could answer."""
    others = (request for request in _read("off_topic") if request.kind == "other")
    return (*others, *_read("sample_answerable"))


def _read(name: str) -> list[Request]:
    lines = read_json_lines(_FOLDER / f"{name}.jsonl", _Line)
    return [
        Request(id=line.id, kind=line.kind, text=line.text, answerable=line.kind not in OFF_TOPIC) for _, line in lines
    ]
