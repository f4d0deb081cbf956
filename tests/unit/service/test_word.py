"""An evidence pack as a Word document, read back: the same content as the blocks, whatever a letter holds."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.table import Table as WordTable
from hypothesis import given
from hypothesis import strategies as st

from service.cite import NOTICE
from service.records import EvidencePack
from service.report import Block, Heading, Paragraph, QuoteBlock, Table, report
from service.word import as_docx
from tests.support.packs import pack, quote


def opened(made: EvidencePack) -> WordDocument:
    return Document(io.BytesIO(as_docx(made)))


def texts(document: WordDocument) -> list[Any]:
    """Return the texts of a document in order, a table as a list of rows; without what only spaces."""
    found: list[Any] = []
    for part in document.iter_inner_content():
        if isinstance(part, WordTable):
            found.append([[cell.text for cell in row.cells] for row in part.rows])
        elif part.text:
            found.append(part.text)
    return found


def expected(blocks: tuple[Block, ...]) -> list[Any]:
    found: list[Any] = []
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                found.append(block.text)
            case QuoteBlock():
                found += [*block.paragraphs, f"\u2014 {block.source}"]
            case Table():
                found.append([list(block.columns), *map(list, block.rows)])
    return found


CONTRARY = quote("No gain.\n\nNone at all.", marker=2, outcome="upheld", page=None, decision_date=None)
WHOLE = pack(quote(), contrary=(CONTRARY,), omitted=3)


def test_a_document_says_what_the_blocks_say() -> None:
    assert texts(opened(WHOLE)) == expected(report(WHOLE))


def test_the_table_of_authorities() -> None:
    tables = [part for part in texts(opened(WHOLE)) if isinstance(part, list)]
    assert tables[-1] == [
        ["No.", "Case number", "Item", "Outcome", "Decided", "Page", "Cite as"],
        ["[1]", "CM20-1", "2. Tramadol #60", "overturned", "2020-01-02", "3", quote().cite_as],
        ["[2]", "CM20-1", "2. Tramadol #60", "upheld", "\u2013", "\u2013", quote().cite_as],
    ]


def test_the_notice_stands_on_top_and_on_each_page() -> None:
    document = opened(WHOLE)
    assert document.paragraphs[1].text == NOTICE
    assert document.paragraphs[1].runs[0].italic
    assert document.sections[0].footer.paragraphs[0].text == NOTICE
    assert "illustrative, not binding" in NOTICE
    assert "guidelines since superseded" in NOTICE


def test_headings_and_quotes_are_told_by_their_styles() -> None:
    styles = [part.style.name for part in opened(WHOLE).paragraphs if part.style and part.text]
    assert styles[:2] == ["Heading 1", "Normal"]
    assert styles.count("Heading 2") == 2
    assert styles.count("Heading 3") == 2
    assert styles.count("Quote") == 3


@pytest.mark.parametrize("position", ["grant", "deny"])
def test_the_sides_are_those_of_the_position(position: Any) -> None:
    outcome = {"grant": "overturned", "deny": "upheld"}[position]
    found = texts(opened(pack(position=position)))
    assert f"Supporting: decisions that {outcome} the denial" in found


def test_the_same_pack_is_the_same_file_on_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first = as_docx(WHOLE)
    monkeypatch.setattr("time.time", lambda: 2e9)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert as_docx(WHOLE) == first
    with zipfile.ZipFile(io.BytesIO(first)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert held.testzip() is None
    told = opened(WHOLE).core_properties
    assert (told.author, told.last_modified_by) == ("imr-precedent", "imr-precedent")
    assert told.created == told.modified
    assert told.created
    assert told.created.year == 2000


UNTRUSTED = st.text(
    st.one_of(st.characters(), st.sampled_from("\0\x0b\x1b\x7f\ud800\ufffe\uffff<>&\"']]>\u202e\r\n\t")), max_size=30
)


@given(UNTRUSTED, UNTRUSTED, UNTRUSTED)
def test_nothing_in_a_letter_breaks_a_document(text: str, title: str, case: str) -> None:
    cited = quote(text, title=title, case_number=case, cite_as=f"IMR Case No. {case}", decision_date=date.max)
    made = pack(cited, text=text)
    assert texts(opened(made)) == [_as_xml(part) for part in expected(report(made)) if part]


def _as_xml(part: Any) -> Any:
    """Replace what XML 1.0 does not allow in a text or a table."""
    if isinstance(part, list):
        return [_as_xml(one) for one in part]
    return "".join(one if _allowed(ord(one)) else "\ufffd" for one in part)


def _allowed(code: int) -> bool:
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000
