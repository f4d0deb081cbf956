"""How requests name what they ask for: the cues of config/vocabulary/request_cues.toml, compiled."""

import functools
import re
import tomllib
from typing import Literal, NamedTuple

from config.resources import VOCABULARY_DIR
from indexer.records import Record

_FILE = "request_cues.toml"


class Cue(NamedTuple):
    """Words that announce (side 'after') or follow (side 'before') what is asked for."""

    pattern: re.Pattern[str]
    side: Literal["after", "before"]
    weight: float


class Weights(NamedTuple):
    """What a place in the text is worth; see the file."""

    alone_bonus: float
    alone_words: int
    alone_known: float
    alone_unknown: float
    listed: float
    near: float
    again: float


class Cues(Record, frozen=True):
    """All cues."""

    cues: tuple[Cue, ...]
    ends: re.Pattern[str]
    history: re.Pattern[str]
    history_penalty: float
    weights: Weights


class Phrase(NamedTuple):
    """The part of a sentence that a cue points at, and how telling the cue is."""

    start: int
    end: int
    weight: float


@functools.cache
def load_cues() -> Cues:
    """Read the packaged cues."""
    data = tomllib.loads((VOCABULARY_DIR / _FILE).read_text(encoding="utf-8"))
    return Cues(
        cues=tuple(
            Cue(re.compile(entry["pattern"], re.IGNORECASE), entry["side"], entry["weight"]) for entry in data["cue"]
        ),
        ends=re.compile("|".join(data["frames"]["ends"]), re.IGNORECASE),
        history=re.compile(data["history"]["pattern"], re.IGNORECASE),
        history_penalty=data["history"]["penalty"],
        weights=Weights(**data["place"]),
    )


def phrases(sentence: str, cues: Cues) -> list[Phrase]:
    """Return the phrases that the cues of a sentence point at, the weightiest first; of equals the shorter."""
    found: list[Phrase] = []
    for cue in cues.cues:
        match = cue.pattern.search(sentence)
        if match is None:
            continue
        if match.groupdict().get("item"):
            start, stop = match.span("item")
        elif cue.side == "after":
            start, stop = match.end(), end_of_item(sentence, match.end(), cues)
        else:
            start, stop = 0, match.start()
        if sentence[start:stop].strip():
            found.append(Phrase(start, stop, cue.weight - history_cost(sentence[: match.start()], cues)))
    return sorted(found, key=lambda phrase: (-phrase.weight, phrase.end - phrase.start))


def end_of_item(text: str, start: int, cues: Cues) -> int:
    """Return where the naming of an item that begins at `start` ends."""
    end = cues.ends.search(text, start)
    return end.start() if end else len(text)


def history_cost(before: str, cues: Cues) -> float:
    """Return what it costs a phrase that words before it put it in the past."""
    return cues.history_penalty if cues.history.search(before) else 0.0
