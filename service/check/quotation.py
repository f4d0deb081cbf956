"""A quoted string as what it claims: pieces that stand verbatim, in order, in one place.

An ellipsis splits it; at its ends it claims nothing. '[sic]' and '[emphasis added]' are the writer's, and '[T]he' may
change a first letter's case. Anything else in brackets must stand in the source: letters hold '[69]'.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.check.folding import Folded, words_of

_ELLIPSIS = re.compile(r"\s*\[?(?:\u2026|\.\s?\.\s?\.(?:\s?\.)?)\]?\s*")
_ASIDE = re.compile(r"\s*\[(?:sic|emphasis (?:added|supplied|in original)|citations? omitted)\]", re.IGNORECASE)
_CASE = re.compile(r"\[([A-Za-z])\](?=[a-z])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)")
_NEGATION = re.compile(r"\b(?:not|no|never|nor|neither|without|cannot)\b|n't\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|never|no|without|cannot|n't)\s$", re.IGNORECASE)
_NUMBER_AHEAD = re.compile(r"\d[.,/]$")
_NUMBER_AFTER = re.compile(r"[.,/]\d|%")
# Pieces left in order must stand together: in one passage, not somewhere in the same letter.
_FARTHEST = 1200
# Places tried for each piece: a word that stands a thousand times must not cost a thousand searches.
_TRIES = 24


class Quotation(NamedTuple):
    """One reading of a quoted string: its pieces as patterns over folded text."""

    pieces: tuple[str, ...]
    either_case: frozenset[int]


class Stretch(NamedTuple):
    """Where a quotation stands in a folded text; `faults` says what its omissions hide."""

    start: int
    end: int
    fault: str | None


def readings(text: str) -> Iterator[Quotation]:
    """Yield the ways to read a quoted string: as it stands, with Markdown's escapes undone, without its emphasis."""
    seen: set[tuple[str, ...]] = set()
    plain = _ESCAPE.sub(r"\1", text)
    for form in dict.fromkeys((text, plain, _EMPHASIS.sub("", text), _EMPHASIS.sub("", plain))):
        for made in (_reading(form, whole=True), _reading(form, whole=False)):
            if made.pieces and made.pieces not in seen:
                seen.add(made.pieces)
                yield made


def word_count(text: str) -> int:
    """Return how many words a quoted string has."""
    return len(re.findall(r"\w+", text))


def negated(before: str) -> bool:
    """Whether the words before a quoted string deny it already."""
    return bool(_NEGATION.search(before))


def find(quotation: Quotation, source: Folded, *, after_negation: bool = False) -> Stretch | None:
    """Return where all the pieces stand in order, close together, the stretch without a fault if there is one.

    `after_negation` says that what goes before the string denies it, as the letter may do.
    """
    best: Stretch | None = None
    for start in _occurrences(quotation, 0, source.text, 0, len(source.text)):
        stretch = _from(quotation, source.text, start, after_negation=after_negation)
        if stretch is not None and stretch.fault is None:
            return stretch
        best = best or stretch
    return best


def first(piece: str, source: Folded) -> int:
    """Return where one piece stands whole in a folded text, or -1."""
    return next(_occurrences(Quotation((piece,), frozenset()), 0, source.text, 0, len(source.text)), -1)


def _from(quotation: Quotation, text: str, start: int, *, after_negation: bool) -> Stretch | None:
    end = start + len(quotation.pieces[0])
    denied = not after_negation and _NEGATED.search(text[max(0, start - 12) : start])
    fault = "the word before it, in the letter, is a negation" if denied else None
    for number in range(1, len(quotation.pieces)):
        place = next(_occurrences(quotation, number, text, end, start + _FARTHEST), -1)
        if place < 0:
            return None
        fault = fault or _hidden(text[:end], text[end:place], text[place:])
        end = place + len(quotation.pieces[number])
    return Stretch(start, end, fault)


def _hidden(before: str, left_out: str, after: str) -> str | None:
    """Whether an omission drops a negation; whole sentences may be left out."""
    whole = re.search(r"[.!?]['\")]*\s*$", before[-4:] + left_out[:1]) and re.search(
        r"[.!?]['\")\s]*$", before[-4:] + left_out
    )
    if whole and after[:1].isupper():
        return None
    dropped = _NEGATION.search(left_out)
    return f"what it leaves out holds '{dropped.group()}'" if dropped else None


def _occurrences(quotation: Quotation, number: int, text: str, start: int, stop: int) -> Iterator[int]:
    piece = quotation.pieces[number]
    either = number in quotation.either_case
    forms = {piece, piece[0].swapcase() + piece[1:]} if either else {piece}
    for form in sorted(forms):
        place = start - 1
        for _ in range(_TRIES):
            place = text.find(form, place + 1, stop)
            if place < 0:
                break
            if _whole(text, place, place + len(form)):
                yield place


def _whole(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] begins and ends with whole words and whole numbers."""
    if text[start].isalnum() and start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        return False
    if text[end - 1].isalnum() and end < len(text) and (text[end].isalnum() or text[end] == "_"):
        return False
    if text[start].isdigit() and _NUMBER_AHEAD.search(text[max(0, start - 2) : start]):
        return False
    return not (text[end - 1].isdigit() and _NUMBER_AFTER.match(text[end : end + 2]))


def _reading(text: str, *, whole: bool) -> Quotation:
    """Read a quoted string with its ellipses as omissions or, `whole`, as they stand (letters hold some)."""
    marked = _ASIDE.sub("", text)
    pieces: list[str] = []
    either: set[int] = set()
    for part in [marked] if whole else _ELLIPSIS.split(marked):
        letter = _CASE.match(part.lstrip())
        folded = words_of(_CASE.sub(r"\1", part) if letter else part)
        folded = folded.rstrip(".,;: " if not whole else ",;: ")
        if re.search(r"\w", folded):
            if letter:
                either.add(len(pieces))
            pieces.append(folded.lstrip(" "))
    return Quotation(tuple(pieces), frozenset(either))
