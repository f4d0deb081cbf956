"""Files that are no letter, each in its own way."""

import io

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas


def picture_pdf() -> bytes:
    """Return a PDF of one page with a drawing and no text, as a scanner makes it."""
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.rect(100, 100, 300, 400, fill=1)
    canvas.save()
    return file.getvalue()


def encrypted_pdf() -> bytes:
    """Return a PDF that opens with a password only."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", ownerPassword="owner", strength=128))
    canvas.drawString(100, 700, "Clinical case summary")
    canvas.save()
    return file.getvalue()


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "empty file"),
    "blank.txt": (b" \n\n\t\n", "empty file"),
    "empty.pdf": (b"", "empty file"),
    "picture.pdf": (picture_pdf(), "PDF without text: pictures of pages only, which would need OCR"),
    "encrypted.pdf": (encrypted_pdf(), "encrypted PDF"),
    "broken.pdf": (b"%PDF-1.4\nnothing more", "damaged PDF"),
    "cut.pdf": (picture_pdf()[:300], "damaged PDF"),
    "recipe.txt": (b"Take two eggs and a pound of flour.\n\nBake for an hour.\n", "unknown layout"),
    "noise.txt": (bytes(range(256)) * 8, "not a text file"),
}
"""Name -> the file's bytes and words of the reason why it is rejected."""
