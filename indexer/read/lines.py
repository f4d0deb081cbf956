"""Lines as they stand in a file, before anything is joined or dropped."""

import re
import unicodedata
from typing import Literal

from indexer.records import Record

Break = Literal["none", "blank", "page"]

_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SPACES = dict.fromkeys([0x00A0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000, 0x0009, 0x000B], " ")
_HYPHENS = dict.fromkeys([0x2010, 0x2011, 0x00AD, 0xFFFE, 0x0002], "-")
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x0000], "")
_TABLE: dict[int, str] = {**_LIGATURES, **_SPACES, **_HYPHENS, **_INVISIBLE}
_SENTENCE_END = re.compile(r"[.!?][\"')\]\u201d\u2019]*$")
_RUN_OF_SPACES = re.compile(r" {2,}")


class Line(Record, frozen=True):
    """One line of a letter.

    `before` says what stands between it and the line before: nothing special, more white space than usual,
    or a page's edge. `bold` is None where the file does not tell (text files). `full` says that the line
    runs so close to the right margin that a paragraph may go on in the next one. `spaced` says that a space
    stood at the line's end, so that a hyphen there ('pre- and') does not close up with the next word.
    """

    text: str
    page: int | None
    before: Break
    bold: bool | None = None
    full: bool = True
    spaced: bool = False


class RawLetter(Record, frozen=True):
    """A file read into lines. `pages` is None for text files."""

    name: str
    sha256: str
    pages: int | None
    lines: tuple[Line, ...]


def clean(text: str) -> str:
    """Fold one line's characters: ligatures spelled out, every space a space, every hyphen '-', no invisibles."""
    return _RUN_OF_SPACES.sub(" ", text.translate(_TABLE)).strip()


def ends_sentence(text: str) -> bool:
    """Whether a line ends where a sentence may end."""
    return bool(_SENTENCE_END.search(text))
