"""One letter, from file or bytes to `Determination`."""

from pathlib import Path

from config.settings import ReadingSettings
from indexer.deadline import deadline
from indexer.parse.determination import parse_letter
from indexer.read.letter import read_file, read_letter
from indexer.records import Determination


def parse_file(path: Path, limits: ReadingSettings) -> Determination:
    """Read a letter from a file.

    Raises:
        LetterRejected: the file is no determination that can be read whole, or not within `limits.timeout_seconds`.
    """
    with deadline(limits.timeout_seconds):
        return parse_letter(read_file(path, limits), own_layouts=limits.own_layouts)


def parse_bytes(name: str, content: bytes, limits: ReadingSettings) -> Determination:
    """Read a letter from its bytes; `name` is only recorded.

    Raises:
        LetterRejected: the content is no determination that can be read whole.
    """
    return parse_letter(read_letter(name, content, limits), own_layouts=limits.own_layouts)
