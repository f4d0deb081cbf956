"""An evidence pack as a Word document (DOCX): the same blocks as in Markdown, the same bytes for the same pack."""

import io
import re
import zipfile
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.shared import Inches, Pt
from docx.table import _Row

from service.records import EvidencePack
from service.report import Block, Heading, Paragraph, QuoteBlock, Table, report

# What XML 1.0 cannot hold (production 2, Char); a letter is untrusted and may hold any of it.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STAND_IN = "\ufffd"
# No clock: a pack written twice is the same file.
_WRITTEN = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_TABLE_POINTS = 8
_MARGIN_INCHES = 1.0
# Of a letter page within its margins.
_WIDTH_INCHES = 6.5


def as_docx(pack: EvidencePack) -> bytes:
    """Write a pack as a Word document."""
    document = Document()
    _describe(document, pack)
    for block in report(pack):
        _add(document, block)
    written = io.BytesIO()
    document.save(written)
    return _dated(written.getvalue())


def _describe(document: WordDocument, pack: EvidencePack) -> None:
    told = document.core_properties
    told.title = "Precedent: Independent Medical Review determinations"
    told.author, told.last_modified_by, told.comments = "imr-precedent", "imr-precedent", ""
    told.created = told.modified = _WRITTEN
    section = document.sections[0]
    section.left_margin = section.right_margin = Inches(_MARGIN_INCHES)
    section.footer.paragraphs[0].add_run(_plain(pack.notice)).font.size = Pt(_TABLE_POINTS)


def _add(document: WordDocument, block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(_plain(block.text), level=block.level)
        case Paragraph():
            run = document.add_paragraph().add_run(_plain(block.text))
            run.italic = block.notice
        case QuoteBlock():
            for line in block.paragraphs:
                document.add_paragraph(_plain(line), style="Quote").paragraph_format.keep_with_next = True
            document.add_paragraph(f"\u2014 {_plain(block.source)}").paragraph_format.left_indent = Pt(18)
        case Table():
            _table(document, block)


def _table(document: WordDocument, block: Table) -> None:
    table = document.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.autofit = False
    _fill(table.rows[0], block.columns, bold=True)
    # The names of the columns stand again on each page.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no name for it
    for row in block.rows:
        _fill(table.add_row(), row, bold=False)
    widths = [Inches(_WIDTH_INCHES * share / 100) for share in block.widths]
    # Some readers go by the columns' widths, some by the cells'.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for made in table.rows:
        made._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))  # noqa: SLF001 - likewise
        for cell, width in zip(made.cells, widths, strict=True):
            cell.width = width
    document.add_paragraph()


def _fill(row: _Row, texts: tuple[str, ...], *, bold: bool) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(_plain(text))
        run.bold, run.font.size = bold, Pt(_TABLE_POINTS)


def _plain(text: str) -> str:
    return _NO_CHARACTER.sub(_STAND_IN, text)


def _dated(document: bytes) -> bytes:
    """Return a zip file with every entry of the same day, in the same order."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return written.getvalue()
