"""An evidence pack as Markdown, to read or to paste."""

import re
from collections.abc import Sequence

from service.records import EvidencePack
from service.report import Block, Heading, Paragraph, QuoteBlock, Table, report

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&])")
# What begins a list, a rule or an underlined heading where it opens a line ('1.', '-', '===').
_MARKER = re.compile(r"\[\d+\](?: |$)")
_OPENING = re.compile(r"^(\d{0,9})([-+=.)])")


def as_markdown(pack: EvidencePack) -> str:
    """Write a pack as Markdown."""
    return "\n\n".join(_block(block) for block in report(pack))


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_escaped(block.text)}"
        case Paragraph():
            return f"*{_escaped(block.text)}*" if block.notice else _escaped(block.text)
        case QuoteBlock():
            lines = "\n>\n".join(f"> {_escaped(line)}" for line in block.paragraphs)
            return f"{lines}\n>\n> \u2014 {_inline(block.source)}"
        case Table():
            above = (_cells(block.columns), _cells(("---",) * len(block.columns)))
            return "\n".join((*above, *map(table_row, block.rows)))


def table_row(row: Sequence[str]) -> str:
    """Write a row of a table."""
    return _cells(tuple(map(_inline, row)))


def _cells(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"


def _escaped(text: str) -> str:
    return _OPENING.sub(r"\1\\\2", _special(text))


def _inline(text: str) -> str:
    """Escape what opens no line; a marker of ours in front stays as it is looked for, [1]."""
    marker = _MARKER.match(text)
    return f"{marker[0]}{_special(text[marker.end() :])}" if marker else _special(text)


def _special(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
