"""Damage as real files show it, done to a rendered text on purpose and the same for the same seed.

What each damage leaves to be read: `cut_off` loses the end of the last rationale, `lost_header` the header
block; `curly_quotes` and `odd_spaces` change characters of quoted texts; the others change white space or
page furniture alone.
"""

import re
from collections.abc import Callable
from itertools import dropwhile
from random import Random

from eval.letters.layout3 import QUALIFICATIONS
from eval.letters.layouts import FACTS, running_foot
from eval.letters.text import PAGE_GAP, PAGE_LINES, double_space

HEADER_LINE = re.compile(
    r"(Case Number|Date Assigned|Decision Date|Priority|Dated|Date of UR Decision|Date of Injury"
    r"|IMR Application Received|MAXIMUS Case Number):.*|Received: ?|\d{1,2}/\d{1,2}/\d{4}"
)
SECTION_HEADING = re.compile(r"[A-Z][A-Z ,()]{9,}[A-Z):]\s*")
ITEM_HEADING_END = re.compile(r".*: (?:Upheld|Overturned)\s*|.* is (?:upheld|overturned)\.\s*")
# Labels may be wrapped; layout 3's heading says more before its colon.
RATIONALE_LABELS = re.compile(
    "|".join(
        r"\s+".join(map(re.escape, label.split())) + "[^:]*:"
        for label in sorted({facts.rationale_label.rstrip(":") for facts in FACTS.values()})
    )
)
AFTER_RATIONALES = re.compile(rf"\s{re.escape(QUALIFICATIONS)}")
NBSP = "\u00a0"
# A soft hyphen, a hyphen and a non-breaking hyphen: what extraction makes of a hyphen at a line's end.
ODD_HYPHENS = "\u00ad\u2010\u2011"
FEW_WORDS = 4


def double_spaced(text: str, _seed: int) -> str:
    """Follow every line with an empty one."""
    return double_space(text.splitlines())


def page_breaks(text: str, seed: int) -> str:
    """Put page breaks after section headings, and within item headings, at a space."""
    random = _random(seed)
    lines: list[str] = []
    for line in text.splitlines():
        if ITEM_HEADING_END.fullmatch(line):
            lines += _broken(line, random)
        else:
            lines.append(line)
        if SECTION_HEADING.fullmatch(line):
            lines += PAGE_GAP
    return _text(lines)


def lost_header(text: str, _seed: int) -> str:
    """Lose the header block, the wrapped 'Received:' and its date included."""
    lines = text.splitlines()
    first = next((at for at, line in enumerate(lines) if HEADER_LINE.fullmatch(line)), len(lines))
    rest = dropwhile(lambda line: not line.strip() or HEADER_LINE.fullmatch(line), lines[first:])
    return _text([*lines[:first], *rest])


def running_heads(text: str, seed: int) -> str:
    """Put a page's head and foot into the text at every page's length, wherever a paragraph stands."""
    named = re.search(r"Case Number: (\S+)", text)
    head = f"Final Determination Letter for IMR Case Number {named[1] if named else 'SAMPLE-0000'}"
    lines = text.splitlines()
    # The first edge comes early, so that a short letter has one too.
    start = _random(seed).randint(PAGE_LINES // 4, PAGE_LINES // 2)
    edges = list(range(start, len(lines), PAGE_LINES))
    for page, edge in reversed(list(enumerate(edges, start=1))):
        lines[edge:edge] = ["", running_foot(page, len(edges) + 1), "", "", head, ""]
    return _text(lines)


def cut_off(text: str, seed: int) -> str:
    """Lose the end: the text stops between two words of the last rationale."""
    *_, label = RATIONALE_LABELS.finditer(text)
    rest = AFTER_RATIONALES.split(text[label.end() :])[0]
    ends = [match.end() for match in re.finditer(r"\S+", rest)]
    # A few words of the rationale stay, and a few are lost; a page's foot may stand last.
    end = _random(seed).choice(ends[FEW_WORDS : -2 * FEW_WORDS])
    return text[: label.end() + end] + "\n"


def extra_blank_lines(text: str, seed: int) -> str:
    """Add runs of empty lines beside those that are there already."""
    random = _random(seed)
    lines: list[str] = []
    for line in text.splitlines():
        lines += [line] if line.strip() else [line] * random.randint(1, 4)
    return _text(lines)


def curly_quotes(text: str, _seed: int) -> str:
    """Turn straight quotation marks and apostrophes into typographic ones."""
    text = re.sub(r'(?<!\S)"|(?<=[(\[])"', "\u201c", text).replace('"', "\u201d")
    return re.sub(r"(?<!\S)'", "\u2018", text).replace("'", "\u2019")


def odd_spaces(text: str, seed: int) -> str:
    """Make some spaces double or non-breaking, and the hyphens at lines' ends odd ones."""
    random = _random(seed)
    text = re.sub(r"-(?=\n)", lambda _: random.choice(ODD_HYPHENS), text)
    return re.sub(r"(?<=\S) (?=\S)", lambda _: random.choices((" ", "  ", NBSP), (8, 1, 1))[0], text)


def crlf(text: str, _seed: int) -> str:
    """End lines as Windows does."""
    return text.replace("\n", "\r\n")


def latin1(text: str, seed: int) -> str:
    """Put in some non-breaking spaces: as Latin-1 (see `encoded`) the text is not valid UTF-8 any more."""
    random = _random(seed)
    damaged = re.sub(r"(?<=\S) (?=\S)", lambda _: random.choices((" ", NBSP), (19, 1))[0], text)
    return damaged if NBSP in damaged else damaged.replace(" ", NBSP, 1)


DAMAGES: dict[str, Callable[[str, int], str]] = {
    damage.__name__: damage
    for damage in (
        double_spaced,
        page_breaks,
        lost_header,
        running_heads,
        cut_off,
        extra_blank_lines,
        curly_quotes,
        odd_spaces,
        crlf,
        latin1,
    )
}


def encoded(text: str, name: str, seed: int) -> bytes:
    """Return a text as the bytes of a file with the named damage: Latin-1 for `latin1`, else UTF-8."""
    return DAMAGES[name](text, seed).encode("latin-1" if name == "latin1" else "utf-8")


def _broken(line: str, random: Random) -> list[str]:
    """Break a line over a page at one of its spaces, the one before the outcome spared."""
    words = line.split()
    if len(words) <= 2:  # noqa: PLR2004 - one word and the outcome
        return [line]
    cut = random.randint(1, len(words) - 2)
    return [" ".join(words[:cut]) + " ", *PAGE_GAP, " ".join(words[cut:])]


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - the same damage every time is the point


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
