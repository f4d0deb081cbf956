"""The maintained list of reasons: what each code is called, for which outcome it counts, and how it is recognised."""

import functools
import hashlib
import re
import tomllib
from typing import Any, Literal, NamedTuple

from config.resources import VOCABULARY_DIR
from indexer.caseless import Caseless
from indexer.deciding import FILE as CUES
from indexer.embed import Fingerprint
from indexer.records import DisputedItem, ItemOutcome

FILE = "reasons.toml"
# Raised whenever the code finds other reasons by the same list.
_VERSION = "2"
_DIGITS = 8

Direction = Literal["against", "for", "either"]

_OUTCOME: dict[Direction, ItemOutcome | None] = {"against": "upheld", "for": "overturned", "either": None}
_FRAGMENT = re.compile(r"<(\w+)>")
_WORD = re.compile(r"[a-z]{4,}")
# Two strengths, or its name: what is said of any compound is said of it, and not of a cream of one drug.
_MIXTURE = Caseless(r"%.*%|\bcompound", re.DOTALL)
# A drug is recited against for how long it is taken as often as by its name.
_PROLONGED = frozenset({"long", "chronic"})
_DENIES = Caseless(r"\b(?:not|non|nor?|neither|none|cannot|denied|unnecessary|moot|\w+n\Wt)\b")
_THIS = Caseless(r"\b(?:this|the requested) (?:procedure|treatment|service|medication|device|drug|therapy)\b")
_COMPOUNDED = frozenset({"compound", "compounded", "topical", "combination"})
# Words of a request that say nothing of what it is for.
_COMMON = frozenset(
    {"with", "without", "time", "week", "request", "original", "visit", "session", "bilateral", "right", "left", "body"}
    | {
        "therapy",
        "treatment",
        "test",
        "injection",
        "surgery",
        "unit",
        "purchase",
        "rental",
        "tablet",
        "patient",
        "pain",
    }
    | {"spine", "lumbar", "cervical", "thoracic", "knee", "shoulder", "hand", "wrist", "elbow", "back", "neck", "upper"}
    | {"medication", "service", "other", "drug", "agent", "product", "procedure", "care", "medical", "associated"}
)


class Code(NamedTuple):
    """One reason of the list. `direction` says for which outcome it counts.

    One that `yields` is not read from a sentence that states another: a record that lacks the examination findings
    lacks no rationale.
    """

    name: str
    label: str
    direction: Direction
    definition: str
    prototypes: tuple[str, ...]
    patterns: Caseless | None
    general: Caseless | None
    recited: Caseless | None
    unless: Caseless | None
    asked: Caseless | None
    not_asked: Caseless | None
    yields: bool

    def fits(self, item: DisputedItem) -> bool:
        """Whether it can be a reason for an item at all, by its outcome and what was asked for."""
        if _OUTCOME[self.direction] not in {None, item.outcome}:
            return False
        if self.asked and item.depends_on is None and not self.asked.search(item.request):
            return False
        return not (self.not_asked and self.not_asked.search(item.request))

    def stated_in(self, text: str, *, in_general: bool = False) -> bool:
        """Whether a sentence about the case states it; `in_general` asks the patterns that count for want of better."""
        patterns = self.general if in_general else self.patterns
        if not patterns or not patterns.search(text):
            return False
        return not (self.unless and self.unless.search(text))

    def points_to(self, outcome: ItemOutcome, text: str) -> bool:
        """Whether a sentence can be a reason for this outcome; of a code for either, a denial's sentence denies."""
        return self.direction != "either" or bool(_DENIES.search(text)) == (outcome == "upheld")

    def recited_in(self, text: str, item: DisputedItem) -> bool:
        """Whether a recited guideline states it of what was asked for."""
        if not self.recited or not self.recited.search(text) or (self.unless and self.unless.search(text)):
            return False
        return bool(_THIS.search(text) or (_words(text) - _COMMON) & _asked_words(item))


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold())}


def _asked_words(item: DisputedItem) -> set[str]:
    """Return the words for what was asked for: its own, its treatments' and, of a mixture, those for any."""
    words = _words(item.request)
    for treatment in item.treatments:
        words |= _words(f"{treatment.concept} {treatment.category.rpartition('>')[2]}")
    if any(treatment.ingredients for treatment in item.treatments):
        words |= _PROLONGED
    return words | _COMPOUNDED if _MIXTURE.search(item.request) else words


@functools.cache
def reason_codes() -> tuple[Code, ...]:
    """Return the codes in the order of the maintained file."""
    data = _list()
    fragments: dict[str, str] = {}
    for name, pattern in data["fragments"].items():
        fragments[name] = _filled(pattern, fragments)
    return tuple(_code(entry, fragments) for entry in data["code"])


def reason_labels() -> dict[str, str]:
    """Return what each code is called before a person."""
    return {code.name: code.label for code in reason_codes()}


class Nearness(NamedTuple):
    """From which cosine a prototype counts, and by how much it must be nearer than those of all other codes."""

    cosine: float
    margin: float


def nearness_for(fingerprint: Fingerprint) -> Nearness | None:
    """Return when a prototype counts, or None where nobody has set it for this model."""
    for model in _list()["model"]:
        if (model["name"], model["weights_sha256"]) == (fingerprint.name, fingerprint.weights_sha256):
            return Nearness(model["cosine"], model["margin"])
    return None


@functools.cache
def reasons_version() -> str:
    """Return the version of the code and a digest of the lists it goes by ('1-1f00ba77')."""
    digest = hashlib.sha256()
    for name in (FILE, CUES):
        digest.update((VOCABULARY_DIR / name).read_bytes() + b"\0")
    return f"{_VERSION}-{digest.hexdigest()[:_DIGITS]}"


@functools.cache
def _list() -> dict[str, Any]:
    return tomllib.loads((VOCABULARY_DIR / FILE).read_text(encoding="utf-8"))


def _code(entry: dict[str, Any], fragments: dict[str, str]) -> Code:
    def compiled(field: str) -> Caseless | None:
        given = entry.get(field, ())
        patterns = [given] if isinstance(given, str) else given
        joined = "|".join(f"(?:{_filled(pattern, fragments)})" for pattern in patterns)
        return Caseless(joined, re.DOTALL) if joined else None

    return Code(
        name=entry["name"],
        label=entry["label"],
        direction=entry["direction"],
        definition=entry["definition"],
        prototypes=tuple(entry.get("prototypes", ())),
        patterns=compiled("patterns"),
        general=compiled("general"),
        recited=compiled("recited"),
        unless=compiled("unless"),
        asked=compiled("asked"),
        not_asked=compiled("not_asked"),
        yields=entry.get("yields", False),
    )


def _filled(pattern: str, fragments: dict[str, str]) -> str:
    return _FRAGMENT.sub(lambda match: fragments[match.group(1)], pattern)
