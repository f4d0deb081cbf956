"""How requests name what they ask for: the cues of config/vocabulary/request_cues.toml, compiled."""

import functools
import re
import tomllib
from collections.abc import Iterator
from typing import Literal, NamedTuple

from config.resources import VOCABULARY_DIR
from indexer.caseless import Caseless
from indexer.records import Record

Role = Literal["asked", "approved"]

_FILE = "request_cues.toml"
# Where the clause of a cue that follows what it names may begin.
_CLAUSE = Caseless(r";|\bbut\b|\bwhile\b|\bwhereas\b|\bhowever\b|\balthough\b|\baccordingly,?\s|\btherefore,?\s")


class Cue(NamedTuple):
    """Words that announce (side 'after') or follow (side 'before') what is asked for, or what was allowed."""

    pattern: Caseless
    side: Literal["after", "before"]
    weight: float
    role: Role


class Weights(NamedTuple):
    """What a place in the text is worth; see the file."""

    alone_bonus: float
    alone_words: int
    alone_bare_words: int
    alone_known: float
    alone_unknown: float
    listed: float
    named: float
    asked: float
    plan: float
    plan_listed: float
    aside: float
    asks_now: float
    edge: float
    near: float
    again: float


class Cues(Record, frozen=True):
    """All cues. `unasked` and `empty` tell phrases that name a treatment not asked for, or none."""

    cues: tuple[Cue, ...]
    trigger: Caseless
    ends: Caseless
    leads: Caseless
    history: Caseless
    history_penalty: float
    reported: Caseless
    reported_penalty: float
    title: Caseless
    unasked: Caseless
    asking: Caseless
    empty: Caseless
    clinical: Caseless
    weights: Weights


class Phrase(NamedTuple):
    """The part of a sentence that a cue points at, and how telling the cue is; `after` is where the cue itself ends."""

    start: int
    end: int
    weight: float
    role: Role = "asked"
    after: int = 0


@functools.cache
def load_cues() -> Cues:
    """Read the packaged cues."""
    data = tomllib.loads((VOCABULARY_DIR / _FILE).read_text(encoding="utf-8"))
    return Cues(
        cues=tuple(
            Cue(
                Caseless(entry["pattern"]),
                entry["side"],
                entry["weight"],
                entry.get("role", "asked"),
            )
            for entry in data["cue"]
        ),
        trigger=Caseless(data["trigger"]["pattern"]),
        ends=Caseless("|".join(data["frames"]["ends"])),
        leads=Caseless("|".join(data["frames"]["leads"]), re.DOTALL),
        history=Caseless(data["history"]["pattern"]),
        history_penalty=data["history"]["penalty"],
        reported=Caseless(data["reported"]["pattern"]),
        reported_penalty=data["reported"]["penalty"],
        title=Caseless(data["unasked"]["title"]),
        unasked=Caseless(data["unasked"]["pattern"]),
        asking=Caseless(data["unasked"]["asking"]),
        empty=Caseless(data["unasked"]["empty"], re.DOTALL),
        clinical=Caseless(data["clinical"]["pattern"]),
        weights=Weights(**data["place"]),
    )


def phrases(sentence: str, cues: Cues) -> list[Phrase]:
    """Return the phrases that the cues of a sentence point at, the weightiest first; of equals the shorter.

    Phrases that only refer ('this request') are left out.
    """
    if not cues.trigger.search(sentence):
        return []
    told = _told(sentence, cues)
    found = [phrase for cue in cues.cues for phrase in _pointed_at(cue, sentence, cues, told)]
    return sorted(found, key=lambda phrase: (-phrase.weight, phrase.end - phrase.start))


class _Told(NamedTuple):
    """From where on a sentence tells of the past (beyond its end: never), and what it costs that it reports."""

    past: int
    reported: float


def _told(sentence: str, cues: Cues) -> _Told:
    past = cues.history.search(sentence)
    reported = cues.reported.search(sentence)
    return _Told(past.end() if past else len(sentence) + 1, cues.reported_penalty if reported else 0.0)


def _pointed_at(cue: Cue, sentence: str, cues: Cues, told: _Told) -> Iterator[Phrase]:
    begin = 0
    for match in cue.pattern.finditer(sentence):
        if match.groupdict().get("item"):
            start, stop = match.span("item")
        elif cue.side == "after":
            start, stop = match.end(), end_of_item(sentence, match.end(), cues)
        else:
            clauses = list(_CLAUSE.finditer(sentence, begin, match.start()))
            start, stop = (clauses[-1].end() if clauses else begin), match.start()
            begin = match.end()
        named = sentence[start:stop]
        if named.strip() and not cues.empty.match(named):
            weight = cue.weight
            if cue.role == "asked" and not match.groupdict().get("item"):
                weight -= cues.history_penalty if told.past <= match.end() else 0.0
                # What is asked for now may well name the day of the denial.
                weight -= 0.0 if cue.weight >= cues.weights.asks_now else told.reported
            yield Phrase(start, stop, weight, cue.role, match.end())


def apart(found: list[Phrase]) -> list[Phrase]:
    """Return phrases that do not overlap, the weightiest first.

    A phrase begins behind an earlier cue within it, and ends where a weightier one begins.
    """
    kept: list[Phrase] = []
    for phrase in found:
        start, end = phrase.start, phrase.end
        start = max([start, *(one.after for one in found if one.start >= start and one.end < one.after <= end)])
        for other in kept:
            if start < other.start < end:
                end = other.start
            elif other.start <= start < other.end:
                start = other.end
        if start < end:
            kept.append(phrase._replace(start=start, end=end))
    return kept


def end_of_item(text: str, start: int, cues: Cues) -> int:
    """Return where the naming of an item that begins at `start` ends."""
    end = cues.ends.search(text, start)
    return end.start() if end else len(text)


def history_cost(before: str, cues: Cues) -> float:
    """Return what it costs a phrase that words before it put it in the past."""
    return cues.history_penalty if cues.history.search(before) else 0.0
