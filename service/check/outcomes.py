"""What a sentence says of the outcome of a cited decision."""

import re
from typing import NamedTuple

from indexer.records import ItemOutcome

_FIRM = re.compile(
    r"\b(?:(?P<partly>partial(?:ly)?|in\s+part)[\s-]+)?(?:(?P<upheld>uphold(?:s|ing)?|upheld|affirm(?:s|ed|ing)?|sustain(?:s|ed)\s+the\s+denial)"
    r"|(?P<overturned>overturn(?:s|ed|ing)?|revers(?:es|ed|ing)|overrul(?:es|ed|ing)))\b",
    re.IGNORECASE,
)
# Words of a request or of a guideline as often as of an outcome: they count where no firm word stands.
_SOFT = re.compile(
    r"\b(?:(?:is|was|are|were|found|deemed|determined|held|considered)\s+(?:it\s+|them\s+|this\s+)?(?:to\s+be\s+)?"
    r"(?P<no>not\s+|un)?medically\s*(?:necessary|unnecessary)"
    r"|(?P<granted>(?:grant|approv|authoriz|certifi)ed)|(?P<denied>denied))\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:utilization review|UR|claims administrator|request(?:ed|s)? for|denial|if|whether|must|should)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|never|neither|nor|cannot|rather than|instead of|refused to|declined to|no longer)\b[^,;.]{0,20}$"
    r"|n't\b[^,;.]{0,20}$",
    re.IGNORECASE,
)
_BEFORE = 40


class Said(NamedTuple):
    """An outcome said at text[start:end]; `partial` of the letter as a whole."""

    start: int
    end: int
    outcome: ItemOutcome
    partial: bool


def outcomes_in(text: str, start: int, end: int) -> list[Said]:
    """Return the outcomes that text[start:end] states."""
    firm = [
        Said(one.start(), one.end(), _turned(text, start, one, upheld=bool(one["upheld"])), bool(one["partly"]))
        for one in _FIRM.finditer(text, start, end)
    ]
    if firm or _OTHERS.search(text, start, end):
        return firm
    soft = []
    for one in _SOFT.finditer(text, start, end):
        against = bool(one["denied"] or one["no"] or "unnecessary" in one.group().lower())
        soft.append(Said(one.start(), one.end(), _turned(text, start, one, upheld=against), partial=False))
    return soft


def _turned(text: str, start: int, word: re.Match[str], *, upheld: bool) -> ItemOutcome:
    if _NEGATED.search(text[max(start, word.start() - _BEFORE) : word.start()]):
        upheld = not upheld
    return "upheld" if upheld else "overturned"
