"""What each sentence of a rationale is for: the case, the guideline it recites, the conclusion, or boilerplate.

Reviewers state the guideline first and the deciding fact last. What is said here depends on the rationale alone, not
on any request; `config/vocabulary/deciding_cues.toml` holds the cues.
"""

import functools
import tomllib
from typing import Any, Literal, NamedTuple

from config.resources import VOCABULARY_DIR
from indexer.caseless import Caseless
from indexer.records import DisputedItem
from indexer.sentences import sentence_spans

FILE = "deciding_cues.toml"
_LONGEST_QUOTATION = 1500

Role = Literal["case", "guideline", "conclusion", "boilerplate", "other"]


class Sentence(NamedTuple):
    """A whole sentence of a rationale: text == determination.text[start:end].

    `applied` is where, within `text`, the reviewer turns from the guideline to the case ('..., however, here'): 0 in
    most sentences. `weight` says how telling the sentence is.
    """

    text: str
    start: int
    end: int
    role: Role
    applied: int
    weight: float


class _CueGroup(NamedTuple):
    """What a sentence with any of some patterns weighs; `opening` is sought at its beginning only."""

    weight: float
    opening: Caseless | None
    within: tuple[Caseless, ...]

    def is_in(self, text: str) -> bool:
        """Whether a sentence holds it."""
        if self.opening is not None and self.opening.match(text):
            return True
        for pattern in self.within:  # noqa: SIM110 - asked of every sentence, and half as dear as `any`
            if pattern.search(text):
                return True
        return False

    def place(self, text: str) -> int:
        """Return where a sentence first holds it after its beginning, 0 where nowhere."""
        return min((found.start() for pattern in self.within if (found := pattern.search(text))), default=0)


class _Cues(NamedTuple):
    groups: dict[str, _CueGroup]
    sentence: float
    position: float
    length_cost: float
    bare_words: int
    bare_weight: float
    boilerplate_weight: float
    reason: float


@functools.cache
def cues() -> _Cues:
    """Return the cues of the maintained file."""
    data = tomllib.loads((VOCABULARY_DIR / FILE).read_text(encoding="utf-8"))
    return _Cues(groups={group["name"]: _group(group) for group in data["group"]}, **data["base"])


def _group(entry: dict[str, Any]) -> _CueGroup:
    opening, words, anywhere = ("|".join(entry.get(place, ())) for place in ("opening", "words", "anywhere"))
    return _CueGroup(
        weight=entry["weight"],
        opening=Caseless(opening) if opening else None,
        # One look for the beginning of a word spares most places all else.
        within=tuple(Caseless(source) for source in (words and rf"\b(?:{words})", anywhere) if source),
    )


def sentences_of(item: DisputedItem) -> tuple[Sentence, ...]:
    """Return the sentences of an item's rationale, in order."""
    text, offset = item.rationale.text, item.rationale.start
    spans = sentence_spans(text)
    found: list[Sentence] = []
    quoting = False
    for place, span in enumerate(spans):
        piece = text[span.start : span.end]
        read = _read(piece, offset + span.start, cues().position * place / len(spans), quoting=quoting)
        # A guideline's words may run on, within quotation marks, over several sentences.
        if piece.count('"') % 2:
            quoting = not quoting and read.role == "guideline" and '"' in text[span.end : span.end + _LONGEST_QUOTATION]
        found.append(read)
    return tuple(found)


def _read(text: str, start: int, position: float, *, quoting: bool) -> Sentence:
    groups = cues().groups
    found = {name for name, group in groups.items() if group.is_in(text)}
    if quoting:
        found = (found - {"turn", "record"}) | {"guideline"}
    role = _role(text, found)
    applied = groups["turn"].place(text) if role == "case" and "guideline" in found else 0
    if role == "boilerplate":
        weight = cues().boilerplate_weight
    elif role == "conclusion":
        weight = cues().bare_weight
    elif role == "guideline":
        # What a guideline says of findings and exceptions in general is no finding.
        weight = cues().sentence + groups["guideline"].weight
    else:
        # A sentence that applies a guideline to the case recites none.
        # In the file's order, for the last bits of a sum depend on it.
        weight = cues().sentence + sum(groups[name].weight for name in groups if name in found - {"guideline"})
    return Sentence(text, start, start + len(text), role, applied, weight + position)


def _role(text: str, found: set[str]) -> Role:
    if "boilerplate" in found:
        return "boilerplate"
    if "verdict" in found:
        return "conclusion"
    if "conclusion" in found and not found & {"finding", "ground"} and len(text.split()) <= cues().bare_words:
        return "conclusion"
    if found & {"turn", "record"}:
        return "case"
    if "guideline" in found:
        return "guideline"
    return "case" if found & {"case", "finding", "ground"} else "other"
