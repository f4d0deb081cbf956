"""One file, whatever its kind, under the limits."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import LetterRejected
from config.settings import ReadingSettings
from eval.letters.pdf import render_pdf
from eval.letters.source import load_samples
from indexer.read.letter import read_file, read_letter
from indexer.read.lines import RawLetter

LIMITS = ReadingSettings(max_bytes=4096, max_pages=3, processes=1, timeout_seconds=30, layouts="", memory_mb=1024)


def test_a_file_is_what_its_first_bytes_say(limits: ReadingSettings) -> None:
    content = render_pdf(load_samples()[1])
    assert read_letter("odd-name.txt", content, limits).pages
    assert read_letter("odd-name.pdf", b"just words", limits).pages is None


def test_a_file_is_known_by_its_hash(tmp_path: Path, limits: ReadingSettings) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    assert read_file(path, limits) == read_letter("a.txt", b"words", limits)
    assert read_file(path, limits).sha256 != read_letter("a.txt", b"word", limits).sha256


def test_limits_hold(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * 4097)
    with pytest.raises(LetterRejected, match="more than 4096 bytes"):
        read_file(path, LIMITS)
    with pytest.raises(LetterRejected, match="more than 4096 bytes"):
        read_letter("large.txt", path.read_bytes(), LIMITS)


def test_a_missing_file_and_an_empty_one_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(LetterRejected, match="No such file"):
        read_file(tmp_path / "none.pdf", LIMITS)
    with pytest.raises(LetterRejected, match="empty file"):
        read_letter("empty.txt", b" \n", LIMITS)


def _read(content: bytes) -> RawLetter | str:
    try:
        return read_letter("any", content, LIMITS)
    except LetterRejected as rejected:
        return str(rejected)


@pytest.mark.parametrize("mark", [b"", b"%PDF-1.4\n"])
@given(content=st.binary(max_size=600))
def test_any_bytes_are_a_letter_or_rejected_in_one_line(mark: bytes, content: bytes) -> None:
    read = _read(mark + content)
    assert len(read.splitlines()) == 1 if isinstance(read, str) else read.lines
