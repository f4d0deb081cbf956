"""Numbers in words or digits, with what they count: '50 mg', '#60', '10/325', 'six weeks', 'L4', '25%'."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TEN_NAMES = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS = {name: 10 * place for place, name in enumerate(_TEN_NAMES, 2)}
_VALUES = {
    **{name: place for place, name in enumerate(_ONES)},
    **_TENS,
    **{f"{ten}-{one}": _TENS[ten] + place for ten in _TENS for place, one in enumerate(_ONES[:10]) if place},
    "hundred": 100,
    "thousand": 1000,
    "dozen": 12,
    "once": 1,
    "twice": 2,
}
# Too common in other senses to be a claim by themselves.
_LOOSE = {"zero", "one", "two", "hundred", "thousand", "dozen", "once", "twice"}
_UNITS = {
    "%": "%", "percent": "%", "mg": "mg", "milligram": "mg", "mcg": "mcg", "ml": "ml", "cc": "ml", "g": "g",
    "day": "day", "week": "week", "wk": "week", "month": "month", "mo": "month", "year": "year", "yr": "year",
    "hour": "hour", "hr": "hour", "minute": "minute", "min": "minute", "visit": "visit", "session": "visit",
    "treatment": "visit", "tablet": "tablet", "tab": "tablet", "pill": "tablet", "capsule": "tablet", "time": "time",
    "gram": "g", "degree": "degree", "injection": "injection", "refill": "refill", "mile": "mile", "pound": "pound",
    "dollar": "dollar",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DASH = r"[-\u2010-\u2015]"
_DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORDS = "|".join(sorted(_VALUES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.])(?:(?P<letters>[A-Za-z]{{1,6}}{_DASH}?)?(?P<digits>(?:{_DIGITS})(?:/\d+(?:\.\d+)?)*)|(?P<word>{_WORDS})\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"(?:\s*(?:{_DASH}|to|or)\s*(?:\d[\d.,]*|{_WORDS}))?\s*{_DASH}?\s*(?:more\s+|additional\s+|further\s+)?"
    rf"(?P<unit>{_UNIT})(?:s|\b)(?![A-Za-z])",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"\b(\d+(?:\.\d+)?)\s+(?:out\s+)?of\s+(?:a\s+possible\s+)?(\d+)\b", re.IGNORECASE)
_A_UNIT = re.compile(rf"\b(?:an?|per|each|every)\s+(?P<unit>{_UNIT})\b", re.IGNORECASE)
# 'x6', 'No. 3' and the like count; 'L4' and 'B12' name.
_COUNTING = {"x", "n", "no", "q", "to"}


class Number(NamedTuple):
    """A number at text[start:end]: its value as digits ('10/325', 'l4') and what it counts, where that is said."""

    text: str
    start: int
    end: int
    value: str
    unit: str | None
    claimed: bool


def numbers_in(text: str) -> list[Number]:
    """Return the numbers of a text in order. `claimed` is False for words that are seldom meant as a count."""
    found = []
    for match in _NUMBER.finditer(text):
        counted = _COUNTED.match(text, match.end())
        unit = _UNITS[counted["unit"].lower()] if counted else None
        word = (match["word"] or "").lower()
        value = str(_VALUES[word]) if word else _value(match["letters"], match["digits"])
        claimed = word not in _LOOSE or unit is not None
        found.append(Number(match.group(), match.start(), match.end(), value, unit, claimed))
    return found


def held_numbers(text: str) -> set[tuple[str, str | None]]:
    """Return the values that a passage holds, each with its unit; a part of '10/325' counts too, without one."""
    held: set[tuple[str, str | None]] = set()
    for number in numbers_in(text):
        held.add((number.value, number.unit))
        held.update((part, None) for part in number.value.split("/") if "/" in number.value)
        held.update((part, None) for part in re.findall(r"[a-z](\d+)", number.value))
    held.update((f"{found[1]}/{found[2]}", None) for found in _OUT_OF.finditer(text))
    held.update(("1", _UNITS[found["unit"].lower()]) for found in _A_UNIT.finditer(text))
    return held


def holds(held: set[tuple[str, str | None]], number: Number) -> bool:
    """Whether a passage's numbers hold one: the same value, counting the same thing where both say what."""
    units = {unit for value, unit in held if value == number.value}
    return bool(units) and (number.unit is None or None in units or number.unit in units)


def fractions(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each '7 out of 10' of a text as its place and '7/10'."""
    for found in _OUT_OF.finditer(text):
        yield found.start(), found.end(), f"{found[1]}/{found[2]}"


def _value(letters: str | None, digits: str) -> str:
    plain = "/".join(_plain(part) for part in digits.replace(",", "").split("/"))
    name = re.sub(rf"{_DASH}$", "", (letters or "").lower())
    return plain if name in _COUNTING or not name or len(name) > 2 else name + plain  # noqa: PLR2004 - 'L4', 'B12'


def _plain(digits: str) -> str:
    whole, dot, rest = digits.partition(".")
    rest = rest.rstrip("0")
    return (whole.lstrip("0") or "0") + (dot + rest if rest else "")
