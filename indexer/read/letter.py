"""Read one file, whatever its kind, under the limits that are set."""

import hashlib
import os
from pathlib import Path

from config.errors import LetterRejected
from config.settings import ReadingSettings
from indexer.read.lines import RawLetter
from indexer.read.pdf import read_pdf
from indexer.read.plain import read_plain

SUFFIXES = frozenset({".pdf", ".txt"})
_PDF_MARK = b"%PDF-"
_MARK_WITHIN = 1024


def read_file(path: Path, limits: ReadingSettings) -> RawLetter:
    """Read a letter from a file.

    Raises:
        LetterRejected: the file cannot be read, is too large or is no letter's text.
    """
    try:
        if path.stat().st_size > limits.max_bytes:
            raise LetterRejected(f"file of more than {limits.max_bytes} bytes")
        content = path.read_bytes()
    except OSError as error:
        raise LetterRejected(error.strerror or "cannot be read") from None
    return read_letter(as_text(path.name), content, limits)


def as_text(name: str) -> str:
    """Return a file name or path as text that can be stored: bytes that are no UTF-8 are spelled out."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def read_letter(name: str, content: bytes, limits: ReadingSettings) -> RawLetter:
    """Read a letter from its bytes; what they are is told by their first bytes, not by the name.

    Raises:
        LetterRejected: the content is empty, too large, damaged, encrypted or no text.
    """
    if len(content) > limits.max_bytes:
        raise LetterRejected(f"file of more than {limits.max_bytes} bytes")
    if not content.strip():
        raise LetterRejected("empty file")
    sha256 = hashlib.sha256(content).hexdigest()
    if _PDF_MARK in content[:_MARK_WITHIN]:
        lines, pages = read_pdf(content, limits.max_pages)
        return RawLetter(name=name, sha256=sha256, pages=pages, lines=lines)
    return RawLetter(name=name, sha256=sha256, pages=None, lines=read_plain(content))
