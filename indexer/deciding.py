"""What each sentence of a rationale is for: the case, the guideline it recites, the conclusion, or boilerplate.

Reviewers state the guideline first and the deciding fact last. What is said here depends on the rationale alone, not
on any request; `config/vocabulary/deciding_cues.toml` holds the cues.
"""

import functools
import re
import tomllib
from typing import Literal, NamedTuple

from config.resources import VOCABULARY_DIR
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
    weight: float
    pattern: re.Pattern[str]


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
    groups = {
        group["name"]: _CueGroup(group["weight"], re.compile("|".join(group["patterns"]), re.IGNORECASE))
        for group in data["group"]
    }
    return _Cues(groups=groups, **data["base"])


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
    found = {name for name, group in cues().groups.items() if group.pattern.search(text)}
    if quoting:
        found = (found - {"turn", "record"}) | {"guideline"}
    role = _role(text, found)
    turn = cues().groups["turn"].pattern.search(text) if role == "case" and "guideline" in found else None
    if role == "boilerplate":
        weight = cues().boilerplate_weight
    elif role == "conclusion":
        weight = cues().bare_weight
    elif role == "guideline":
        # What a guideline says of findings and exceptions in general is no finding.
        weight = cues().sentence + cues().groups["guideline"].weight
    else:
        # A sentence that applies a guideline to the case recites none.
        weight = cues().sentence + sum(cues().groups[name].weight for name in found - {"guideline"})
    return Sentence(text, start, start + len(text), role, turn.start() if turn else 0, weight + position)


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
