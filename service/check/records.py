"""What a check answers."""

from typing import Literal

from indexer.records import Record

Verdict = Literal["supported", "misattributed", "stitched", "fabricated", "unattributed"]
ClaimKind = Literal["number", "authority", "case", "outcome"]


class Place(Record, frozen=True):
    """Where words stand in an indexed determination; `marker` is that of the cited quote that holds them, if any."""

    determination_id: str
    start: int
    end: int
    item: int | None
    marker: int | None


class Nearest(Record, frozen=True):
    """The true words most like a quoted string that is not verbatim, and how the two differ, word by word."""

    text: str
    place: Place
    differences: tuple[str, ...]


class CitationVerdict(Record, frozen=True):
    """Whether a citation says what the index holds: supported, or fabricated with every reason."""

    marker: int
    verdict: Verdict
    reasons: tuple[str, ...]


class MarkerVerdict(Record, frozen=True):
    """A marker at text[start:end] of the draft: supported where it names one true citation."""

    marker: int
    start: int
    end: int
    verdict: Verdict
    reason: str | None


class QuoteVerdict(Record, frozen=True):
    """A quoted string at text[start:end] of the draft, the markers it is attributed to, and where its words stand."""

    text: str
    start: int
    end: int
    markers: tuple[int, ...]
    verdict: Verdict
    reason: str | None
    found: tuple[Place, ...]
    nearest: Nearest | None


class Unsupported(Record, frozen=True):
    """A number, named authority, case number or outcome at text[start:end] that no cited passage holds."""

    kind: ClaimKind
    text: str
    start: int
    end: int
    markers: tuple[int, ...]
    reason: str


class CheckReport(Record, frozen=True):
    """The verdicts on a draft. `supported` says that there is nothing to complain of."""

    supported: bool
    citations: tuple[CitationVerdict, ...]
    markers: tuple[MarkerVerdict, ...]
    quotes: tuple[QuoteVerdict, ...]
    unsupported: tuple[Unsupported, ...]
