"""Letters kept as text, by whatever tool: any usual encoding, single or double spaced."""

from collections.abc import Iterator

from config.errors import LetterRejected
from indexer.read.lines import Break, Line, clean

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# Below this share of printable characters a file is no text.
_PRINTABLE = 0.95
# Bytes looked at to tell UTF-16 without a mark, and the share of all of them that must be zero.
_TOLD_WITHIN = 2048
_MOSTLY_ZERO = 0.4
# A line shorter than this share of the longest usual one could have held another word.
_FULL_WIDTH = 0.82


def read_plain(content: bytes) -> tuple[Line, ...]:
    """Read a text file's lines; blank lines beyond the file's own line spacing become breaks.

    Raises:
        LetterRejected: the file is empty or is no text.
    """
    text = _decode(content)
    shown = sum(character.isprintable() or character in "\r\n\t\f\v" for character in text)
    if shown < len(text) * _PRINTABLE:
        raise LetterRejected("not a text file")
    lines = tuple(_lines(text))
    if not lines:
        raise LetterRejected("empty file")
    return lines


def _decode(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if wide := _wide_encoding(content):
        return content.decode(wide, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Old exports are Windows-1252; the five bytes it leaves undefined are nothing a letter holds.
        return content.decode("cp1252", errors="replace")


def _wide_encoding(content: bytes) -> str | None:
    """Tell UTF-16 without its mark by the zero bytes that every other byte of English text then is."""
    start = content[:_TOLD_WITHIN]
    for encoding, high in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if high.count(0) > len(start) * _MOSTLY_ZERO:
            return encoding
    return None


def _lines(text: str) -> Iterator[Line]:
    raw = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n\n").split("\n")
    rows = [clean(row) for row in raw]
    spacing = _spacing(rows)
    widths = sorted(len(row) for row in rows if row)
    if not widths:
        return
    width = widths[int(len(widths) * 0.9)]
    # A tool that ends every line with a space says nothing by it.
    telling = any(shown and not row[-1].isspace() for row, shown in zip(raw, rows, strict=True))
    blank = 0
    for row, shown in zip(raw, rows, strict=True):
        if not shown:
            blank += 1
            continue
        before: Break = "blank" if blank > spacing else "none"
        full = len(shown) >= width * _FULL_WIDTH
        yield Line(text=shown, page=None, before=before, full=full, spaced=telling and row[-1].isspace())
        blank = 0


def _spacing(rows: list[str]) -> int:
    """Return how many blank rows stand between the lines of one paragraph: 0, or 1 when double spaced."""
    runs: list[int] = []
    blank = 0
    for row in rows:
        if row:
            runs.append(blank)
            blank = 0
        else:
            blank += 1
    inner = runs[1:]
    single = sum(run == 0 for run in inner)
    double = sum(run == 1 for run in inner)
    return 1 if double > single * 2 else 0
