"""Pages that lie on their side or stand on their head read like pages that stand."""

import io

import pypdfium2
import pytest
from reportlab.pdfgen import canvas

from eval.letters.pdf import render_pdf
from eval.letters.source import load_samples
from indexer.read.pdf import read_pdf

WIDTH, HEIGHT, PITCH = 612, 792, 14
TEXT = ("A heading", "", "The first line of a paragraph, which is long,", "and the second line of it.", "", "The end.")


def turned(content: bytes, rotation: int) -> bytes:
    document = pypdfium2.PdfDocument(content)
    for page in document:
        page.set_rotation(rotation)
    saved = io.BytesIO()
    document.save(saved)
    document.close()
    return saved.getvalue()


def drawn(angle: int) -> bytes:
    """A page without rotation of its own on which the text is drawn at an angle, counterclockwise."""
    saved = io.BytesIO()
    size = (WIDTH, HEIGHT) if angle % 180 == 0 else (HEIGHT, WIDTH)
    page = canvas.Canvas(saved, pagesize=size)
    page.translate(*{0: (0, 0), 90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}[angle])
    page.rotate(angle)
    for number, line in enumerate(TEXT):
        page.drawString(72, HEIGHT - 72 - PITCH * number, line)
    page.save()
    return saved.getvalue()


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_rotated_page_reads_as_if_it_stood(rotation: int) -> None:
    content = render_pdf(load_samples()[0])
    assert read_pdf(turned(content, rotation), 20) == read_pdf(content, 20)


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_text_drawn_at_an_angle_reads_with_its_blank_lines(angle: int) -> None:
    lines, _ = read_pdf(drawn(angle), 1)
    assert [(line.text, line.before) for line in lines] == [
        ("A heading", "page"),
        ("The first line of a paragraph, which is long,", "blank"),
        ("and the second line of it.", "none"),
        ("The end.", "blank"),
    ]
