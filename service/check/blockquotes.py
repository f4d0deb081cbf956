"""Markdown block quotes: each quote with the line that says where it is from."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.check.blocks import Block, Line
from service.check.markers import find_markers

_PREFIX = re.compile(r" {0,3}(?:> ?)+")
_DASH = re.compile(r"\s*(?:\u2014|\u2013|--?)\s*(?=\S)")
_BESIDE = re.compile(r"[\"\u201d]\s*(?:\u2014|\u2013|--?|\()\s*(?=[^\s])")
_MARKS = '"\u201c\u201d'


class BlockQuote(NamedTuple):
    """A quote at text[start:end] without the '>' of its lines; `source` is the stretch that says where it is from."""

    text: str
    start: int
    end: int
    source: tuple[int, int] | None


def read_block_quote(block: Block) -> Iterator[BlockQuote]:
    """Yield the quotes of a run of '>' lines; a line that names a source ends one."""
    body: list[Line] = []
    for line in block.lines:
        inner = _inner(line)
        dash = _DASH.match(inner.text)
        if dash and find_markers(inner.text, 0, len(inner.text)):
            yield _quote(body, inner, (inner.start + dash.end(), inner.end))
            body = []
            continue
        beside = _beside(inner)
        if beside:
            kept = Line(inner.text[: beside - inner.start], inner.start)
            yield _quote([*body, kept], inner, (beside, inner.end))
            body = []
            continue
        body.append(inner)
    if any(line.text.strip() for line in body):
        yield _quote(body, body[-1], None)


def _inner(line: Line) -> Line:
    prefix = _PREFIX.match(line.text)
    cut = prefix.end() if prefix else 0
    return Line(line.text[cut:], line.start + cut)


def _beside(line: Line) -> int | None:
    """Return where, after a closing quotation mark on the same line, the source begins."""
    found = next(reversed(list(_BESIDE.finditer(line.text))), None)
    if found is None or not find_markers(line.text, found.end(), len(line.text)):
        return None
    return line.start + found.start() + 1


def _quote(body: list[Line], last: Line, source: tuple[int, int] | None) -> BlockQuote:
    words = "\n".join(line.text for line in body).strip()
    if words[:1] in _MARKS and words[-1:] in _MARKS:
        words = words[1:-1]
    elif words[:1] in _MARKS and not any(mark in words[1:] for mark in _MARKS):
        words = words[1:]
    start = body[0].start if body else last.start
    end = body[-1].end if body else last.start
    return BlockQuote(words, start, end, source)
