"""PDF letters: text in order, what stands between lines, weights; and files that cannot be read."""

from io import BytesIO

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from config.errors import LetterRejected
from indexer.read.lines import Line
from indexer.read.pdf import read_pdf

PITCH = 14.0


def _pdf(*pages: list[tuple[float, str, str]], encrypt: StandardEncryption | None = None) -> bytes:
    """Return a PDF; each line of a page is (its distance below the page's top, face, text)."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, encrypt=encrypt)
    for page in pages:
        for drop, face, text in page:
            canvas.setFont(face, 12)
            canvas.drawString(72, 760 - drop, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def lines() -> tuple[Line, ...]:
    content = _pdf(
        [
            (0, "Times-Bold", "MRI of the lumbar spine: Upheld"),
            (PITCH, "Times-Roman", "A paragraph of the page that goes on up to the margin of it and"),
            (2 * PITCH, "Times-Roman", "ends."),
            (4 * PITCH, "Times-Roman", "Another paragraph."),
        ],
        [(0, "Times-Roman", "On the next page.")],
    )
    read, pages = read_pdf(content, max_pages=2)
    assert pages == 2
    return read


def test_lines_come_in_order_with_their_pages(lines: tuple[Line, ...]) -> None:
    assert [line.text.split()[0] for line in lines] == ["MRI", "A", "ends.", "Another", "On"]
    assert [line.page for line in lines] == [1, 1, 1, 1, 2]


def test_breaks_follow_the_baselines(lines: tuple[Line, ...]) -> None:
    assert [line.before for line in lines] == ["page", "none", "none", "blank", "page"]


def test_weight_and_width_are_told(lines: tuple[Line, ...]) -> None:
    assert [line.bold for line in lines] == [True, False, False, False, False]
    assert [line.full for line in lines[:3]] == [False, True, False]


def test_two_columns_are_no_paragraph() -> None:
    content = _pdf([(PITCH, "Times-Roman", "left"), (2 * PITCH, "Times-Roman", "low"), (0, "Times-Roman", "high")])
    read, _ = read_pdf(content, max_pages=1)
    assert [line.before for line in read if line.text == "high"] != ["none"]


def test_an_encrypted_file_is_rejected() -> None:
    content = _pdf([(0, "Times-Roman", "x")], encrypt=StandardEncryption("secret", canPrint=0))
    with pytest.raises(LetterRejected, match="encrypted PDF"):
        read_pdf(content, max_pages=5)


def test_pictures_of_pages_are_reported_as_such() -> None:
    with pytest.raises(LetterRejected, match="OCR"):
        read_pdf(_pdf([]), max_pages=5)


def test_a_long_file_is_rejected() -> None:
    page = [(0.0, "Times-Roman", "x")]
    with pytest.raises(LetterRejected, match="3 pages; at most 2"):
        read_pdf(_pdf(page, page, page), max_pages=2)


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"%PDF-1.7\nnot at all a PDF" * 9])
def test_a_damaged_file_is_rejected(content: bytes) -> None:
    with pytest.raises(LetterRejected, match="damaged PDF"):
        read_pdf(content, max_pages=5)
