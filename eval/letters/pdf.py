"""A letter as PDF, set as published letters are, the same bytes every time."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from eval.letters.layouts import FACTS, LAYOUTS, running_foot, running_head
from eval.letters.records import SampleLetter
from eval.letters.rows import HEIGHT, LEFT, WIDTH, Placed, paginate
from eval.letters.typeset import rows

HEAD_Y, FOOT_Y = 748.0, 40.0
RUNNING_SIZE = 10
# The header table's rules lie this far above a row's baseline; its labels stand on this grey.
CELL_RISE = 10.2
GREY = 0.88


def render_pdf(letter: SampleLetter, layout: str = "layout-1-2016") -> bytes:
    """Render a letter as PDF.

    Args:
        letter: the letter.
        layout: a key of `LAYOUTS`.

    Returns:
        The file's bytes, which depend on the arguments alone.
    """
    buffer = BytesIO()
    # `invariant` keeps the hour and a random identity out of the file.
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(f"IMR Final Determination {letter.case}")
    pages = paginate(rows(LAYOUTS[layout](letter)))
    for number, page in enumerate(pages, start=1):
        if FACTS[layout].running_heads:
            canvas.setFont("Times-Roman", RUNNING_SIZE)
            canvas.drawString(LEFT, HEAD_Y, running_head(letter))
            canvas.drawCentredString(WIDTH / 2, FOOT_Y, running_foot(number, len(pages)))
        for placed in page:
            _draw(canvas, placed)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, placed: Placed) -> None:
    for cell in placed.row.cells:
        canvas.setFillGray(GREY if cell.shaded else 1)
        canvas.setLineWidth(0.5)
        top = placed.y + CELL_RISE
        canvas.rect(cell.x, top - cell.height, cell.width, cell.height, fill=1)
    canvas.setFillGray(0)
    for mark in placed.row.marks:
        canvas.setFont(mark.face, mark.size)
        canvas.drawString(mark.x, placed.y - mark.drop, mark.text)
