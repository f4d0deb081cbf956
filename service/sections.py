"""How a pasted request is laid out: blocks of text, each under the label it stands under.

A label ('Plan:', 'Service/Good Requested:') holds for what follows it on its lines, down to the next label or, where
text stands on the label's own line, to the next blank line. The labels are config/vocabulary/request_sections.toml's.
"""

import functools
import re
import tomllib
from collections.abc import Iterator
from typing import Literal, NamedTuple

from config.resources import VOCABULARY_DIR
from indexer.caseless import Caseless
from indexer.records import Record

Kind = Literal["none", "asked", "plan", "approved", "detail", "past", "clinical", "reason", "other"]

_FILE = "request_sections.toml"
# A line of so many characters that ends in no stop is taken to run on in the next.
_WRAPPED = 60
# What announces the lines below it is said within so many characters of the line's end.
_INTRO = 1000
# A table has so many columns or more.
_COLUMNS = 3
_STOP = re.compile(r"[.:;?!|]\s*$")
_CELL = re.compile(r"\s*\|\s*|\t\s*|\s{2,}")
# Any other label opens a line: 'Claim Number:', 'Work status:'.
_OTHER = re.compile(
    r"\s*(?!Associated|Retro|Post|Pre|Labs to)[A-Z][\w'./&()-]*(?: [\w'./&()-]+){0,4}\s?:(?=\s|$)"
    r"(?!\s*(?i:upheld|overturned|denied|non-?certified|not certified|certified|approved|authorized|modified)\b)"
)
# Lines that are lettered are a list, not the four parts of a note.
_LETTERED = re.compile(r"^[^\S\n]*\(?[Bb][.)]\s", re.MULTILINE)
_LETTER = re.compile(r"\s*A[.)]")


class Layout(Record, frozen=True):
    """The labels, compiled. In `inline` and `alone` the group that matched names the kind."""

    inline: re.Pattern[str]
    alone: re.Pattern[str]
    title: Caseless
    opening: re.Pattern[str]
    table_asked: Caseless
    table_columns: Caseless
    mark: re.Pattern[str]
    intro_asked: Caseless
    intro_plan: Caseless


class Block(NamedTuple):
    """A stretch of a text, one line or several: text[start:end] stands under a label of a kind.

    `section` numbers the label it stands under; `listed` says that it is a line of a list, `row` of a table;
    `labelled` that the label stands on its own line; `paragraph` numbers the stretch between blank lines.
    """

    start: int
    end: int
    kind: Kind
    section: int
    listed: bool
    row: bool
    labelled: bool
    paragraph: int


@functools.cache
def load_layout() -> Layout:
    """Read the packaged labels."""
    data = tomllib.loads((VOCABULARY_DIR / _FILE).read_text(encoding="utf-8"))
    groups = [f"(?P<{entry['kind']}>{'|'.join(entry['labels'])})" for entry in data["section"]]
    label = "|".join(groups)
    flags = re.IGNORECASE  # and no `Caseless`: the four parts of a note are capital letters
    return Layout(
        inline=re.compile(rf"(?:(?<=[.;|/)\]]\s)|(?<=\s\s))(?:{label})\s?[:=](?=\s|$)", flags),
        opening=re.compile(rf"\s*(?:{label})\s?(?:[:=](?!\w)|[).](?=\s|$)|[-\u2013](?=\s))", flags),
        alone=re.compile(rf"\s*(?:{label})\s*$", flags),
        title=Caseless(rf"\s*(?:{data['title']['pattern']})\s*$"),
        table_asked=Caseless(data["table"]["asked"]),
        table_columns=Caseless(data["table"]["columns"]),
        mark=re.compile(rf"\s*{data['list']['mark']}"),
        intro_asked=Caseless(data["list"]["intro_asked"]),
        intro_plan=Caseless(data["list"]["intro_plan"]),
    )


class _State(NamedTuple):
    """Under which label a line stands; `open` says that a blank line does not end it."""

    kind: Kind
    section: int
    open: bool
    table: bool


_OUTSIDE = _State("none", 0, open=False, table=False)


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text in order; labels and marks of lists are in none."""
    lettered = bool(_LETTERED.search(text))
    found: list[Block] = []
    state, section, paragraph = _OUTSIDE, 0, 0
    for start, end in _lines(text):
        line = text[start:end]
        if not line.strip():
            paragraph += 1
            if not state.open:
                state = _OUTSIDE
            continue
        if _is_header(line):
            section += 1
            state = _State("asked", section, open=False, table=True)
            continue
        for state, first, last, labelled in _stretches(line, state, section, lettered=lettered):  # noqa: B020 - the state goes on
            section = max(section, state.section)
            if block := _block(text, start + first, start + last, state, labelled=labelled, paragraph=paragraph):
                found.append(block)
        if kind := _announced(line):
            section += 1
            state = _State(kind, section, open=True, table=False)
    return found


def _announced(line: str) -> Kind | None:
    """Return what a line that ends in a colon says of the lines below it, or None."""
    layout = load_layout()
    line = line[-_INTRO:]
    if layout.intro_asked.search(line):
        return "asked"
    return "plan" if layout.intro_plan.search(line) else None


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield lines, those that run on over a wrap as one; a blank line is empty."""
    layout = load_layout()
    start = end = 0
    held = False
    for match in re.finditer(r"[^\n]*(?:\n|$)", text):
        line = match.group().rstrip("\n")
        runs_on = held and line.strip() and not layout.mark.match(line) and not _opens(line)
        if held and not runs_on:
            yield start, end
        if not runs_on:
            start = match.start()
        end = match.start() + len(line)
        held = len(line.strip()) >= _WRAPPED and not (_STOP.search(line) or _CELL.search(line.strip()))
        if not held:
            yield start, end
    if held:
        yield start, end


def _opens(line: str) -> bool:
    layout = load_layout()
    return bool(layout.opening.match(line) or layout.alone.match(line) or _OTHER.match(line) or _is_header(line))


def _is_header(line: str) -> bool:
    layout = load_layout()
    named = _CELL.split(line.strip())
    if len(named) < _COLUMNS or ": " in line.replace("Information: (", ""):
        return False
    return bool(layout.table_asked.search(line) and layout.table_columns.search(line))


def _stretches(line: str, state: _State, section: int, *, lettered: bool) -> Iterator[tuple[_State, int, int, bool]]:
    """Yield what a line says under each label: the state, the place in the line, whether a label is on the line."""
    layout = load_layout()
    alone = None if layout.title.match(line) else layout.alone.match(line.rstrip(" :.-"))
    if alone and alone.lastgroup:
        yield _State(_kind(alone), section + 1, open=True, table=False), len(line), len(line), True
        return
    opening = layout.opening.match(line)
    if opening and lettered and _LETTER.fullmatch(opening.group()):
        opening = None
    marks = [opening, *layout.inline.finditer(line)]
    labels = [(label.start(), label.end(), _kind(label)) for label in marks if label]
    if (not labels or line[: labels[0][0]].strip()) and (other := _OTHER.match(line)):
        labels = [(0, other.end(), "other"), *(label for label in labels if label[0] >= other.end())]
    place = 0
    labelled = False
    for begin, end, kind in labels:
        if line[place:begin].strip(" |/"):
            yield state, place, begin, labelled
        section += 1
        state = _State(kind, section, open=not line[end:].strip(), table=False)
        place, labelled = end, True
    yield state, place, len(line), labelled


def _kind(label: re.Match[str]) -> Kind:
    for kind, words in label.groupdict().items():
        if words is not None:
            return kind  # type: ignore[return-value]  # the groups are named by the file's kinds
    return "other"


def _block(text: str, start: int, end: int, state: _State, *, labelled: bool, paragraph: int) -> Block | None:
    mark = load_layout().mark.match(text, start, end)
    first = mark.end() if mark else start
    if not text[first:end].strip():
        return None
    return Block(first, end, state.kind, state.section, bool(mark), state.table, labelled, paragraph)


def cells(row: str) -> list[tuple[int, int]]:
    """Return the places of a table row's cells."""
    edges = [0, *(place for gap in _CELL.finditer(row) for place in gap.span()), len(row)]
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if row[first:last].strip()]
