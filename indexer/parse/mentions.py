"""Which of the treatments named in a text are asked for: one compound for its drugs, no mere purposes."""

import re
from collections.abc import Iterable, Sequence

from indexer.parse.matcher import Match
from indexer.records import Treatment

Mentions = Sequence[Match[Treatment]]

_COMPOUND = "topical compound"
_COMPOUNDS = "Pharmaceuticals > Topical Compounds"
_LEAST_MIXED = 2
_PERCENT = re.compile(
    r"\s*(?:(?:hcl|hydrochloride|sodium|citrate|base|powder)\s*)?[(:]?\s*\d*\.?\d+\s*(?:%|percent\b)", re.IGNORECASE
)
_OWN_PERCENT = re.compile(r"\d\s*(?:%|percent\b)", re.IGNORECASE)
_INJECTED = re.compile(r"\binject", re.IGNORECASE)
_KEPT_PREPOSITIONS = r"(?!(?:and|or|with|of|plus|then|also|including|by|via)\b)"
# 'Ultrasound guidance for left knee', before 'injection': what follows is why, not what.
_PURPOSE = re.compile(
    rf"\b(?:for|to and from|to/from)[ ]+(?:{_KEPT_PREPOSITIONS}[a-z'-]+[ ]+){{0,4}}$",
    re.IGNORECASE,
)


def asked_for(text: str, mentions: Mentions) -> tuple[Treatment, ...]:
    """Return the treatments that a text asks for, each once, in order of first mention.

    Args:
        text: a request.
        mentions: every treatment named in it, left to right.
    """
    first_named: dict[str, Treatment] = {}
    for match in _compounded(text, _without_purposes(text, mentions)):
        first_named.setdefault(match.value.concept, match.value)
    return tuple(first_named.values())


def _without_purposes(text: str, mentions: Mentions) -> Mentions:
    return [
        match
        for before, match in zip([None, *mentions], mentions, strict=False)
        if before is None or not _PURPOSE.search(text[before.end : match.start])
    ]


def _compounded(text: str, mentions: Mentions) -> Mentions:
    """Return the mentions with drugs named in percent side by side as one cream, whatever each is by mouth."""
    with_percent = [match for match in mentions if _has_percent(text, match)]
    if len(with_percent) < _LEAST_MIXED or _INJECTED.search(text):
        return mentions
    mixed = [match for match in mentions if match in with_percent or _beside_slash(text, match)]
    first, compound = mixed[0], _compound(match.value for match in mixed)
    return [
        Match(match.start, match.end, compound) if match is first else match
        for match in mentions
        if match is first or match not in mixed
    ]


def _has_percent(text: str, match: Match[Treatment]) -> bool:
    own = _OWN_PERCENT.search(text[match.start : match.end + 3])
    return bool(match.value.ingredients) and bool(own or _PERCENT.match(text, match.end))


def _beside_slash(text: str, match: Match[Treatment]) -> bool:
    beside = text[: match.start].rstrip().endswith("/") or text[match.end :].lstrip().startswith("/")
    return bool(match.value.ingredients) and beside


def _compound(drugs: Iterable[Treatment]) -> Treatment:
    ingredients = tuple(dict.fromkeys(name for drug in drugs for name in drug.ingredients))
    return Treatment(concept=_COMPOUND, category=_COMPOUNDS, ingredients=ingredients)
