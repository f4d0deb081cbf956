"""A phrase that names several items, split into them."""

import re
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from indexer.parse.matcher import Match
from indexer.records import Treatment
from service.cues import load_cues
from service.names import Names
from service.sections import load_layout

_EDGES = " \t\r\n.,;:-\u2013\u2014\u2022*|/\"'"
_JOINED = re.compile(
    r"\b(?:with|w|under|using|without|including|for|of|via|to|in|vs|or|by|from|after|following|against)[\s/]+"
    r"(?:the\s+|an?\s+)?$",
    re.IGNORECASE,
)
# Such a word behind an 'and' takes up the list again ('denial of Norco and of Soma').
_AGAIN = re.compile(r"(?:\band|\bplus|[,;])\s+(?:of|for|to|in)\s+(?:the\s+|an?\s+)?$", re.IGNORECASE)
_TRAILING = re.compile(r"^(?:and|plus|also)\s+|[\s,;]+(?:and|plus|along with|then)$", re.IGNORECASE)
# The mark of the next item of a list that runs on in a line.
_NEXT_MARK = re.compile(r"(?:\s\(?(?:\d{1,2}|[A-Ha-h]|[ivx]{1,4})[.)]|\.\s+\d{1,2})$")
# Commas, semicolons, line ends, full stops between sentences, slashes and pluses between spaces, marks of a list.
_SEPARATOR = re.compile(
    r"[,;\n]|\.\s|\s[/+&]\s|\band\b|\bplus\b|\balong with\b|\bthen\b|\s\(?(?:\d{1,2}|[A-Ha-h]|[ivx]{1,4})[.)]\s",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\(?\b[\da-zA-Z]{1,3}\)")
_SURGERY = "Surgery > "
# How an injection is steered is part of it.
_GUIDANCE = re.compile(r"guidance|fluoroscop", re.IGNORECASE)
_PERCENT_WITHIN = 8


def bare(text: str) -> str:
    """Return a phrase without its list mark and without punctuation around it."""
    mark = load_layout().mark.match(text)
    return text[mark.end() if mark else 0 :].strip(_EDGES)


def split_items(phrase: str, names: Names) -> list[str]:
    """Split a phrase that names several items: at each separator between treatments that stand for themselves."""
    mentions = names.treatment_mentions(phrase)
    within = _parentheses(phrase, mentions[0].start if mentions else 0)
    cuts = [
        cut for before, after in pairwise(mentions) if not within(after.start) and (cut := _cut(phrase, before, after))
    ]
    edges = [0, *cuts, len(phrase)]
    return [_trimmed(phrase[start:end], names) for start, end in pairwise(edges)]


def _trimmed(piece: str, names: Names) -> str:
    """Return a piece without what joins it to its neighbours and without the words that lead up to a name."""
    said = bare(_NEXT_MARK.sub("", bare(_TRAILING.sub("", bare(piece)))))
    lead = load_cues().leads.match(said)
    if lead and names.treatment_mentions(said[lead.end() :]):
        return bare(said[lead.end() :])
    return said


def _parentheses(phrase: str, first: int) -> Callable[[int], bool]:
    """Return what tells of a place whether a parenthesis opened behind `first` is still open there.

    'clearance (CBC, EKG)' is one item. The phrase is gone through once, however many places are asked about.
    """
    said = _MARKED.sub(lambda mark: " " * len(mark[0]), phrase[first:])
    depths = list(accumulate((sign == "(") - (sign == ")") for sign in said))
    return lambda place: place > first and depths[place - first - 1] > 0


def _cut(phrase: str, before: Match[Treatment], after: Match[Treatment]) -> int | None:
    """Return where to cut between two treatments, or None where they are one item."""
    between = phrase[before.end : after.start]
    same = before.value.concept == after.value.concept and "\n" not in between
    joined = _JOINED.search(between) and not _AGAIN.search(between)
    if same or joined or between.strip().startswith("("):
        return None
    if _are_one(phrase, before, after, between):
        return None
    separators: Sequence[re.Match[str]] = list(_SEPARATOR.finditer(between))
    return before.end + separators[-1].end() if separators else None


def _are_one(phrase: str, before: Match[Treatment], after: Match[Treatment], between: str) -> bool:
    """Whether neighbours are parts of one item: steps of one operation, or ingredients of one cream."""
    surgery = before.value.category.startswith(_SURGERY) and after.value.category.startswith(_SURGERY)
    behind = "%" in phrase[after.start : after.end + _PERCENT_WITHIN]
    compound = ("%" in between and behind) or (behind and len(between) <= _PERCENT_WITHIN)
    guided = bool(_GUIDANCE.search(after.value.concept))
    return compound or ((surgery or guided) and ";" not in between and "\n" not in between)
