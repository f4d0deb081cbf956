"""Text files, of whatever encoding, line ends and spacing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import LetterRejected
from indexer.read.lines import Line
from indexer.read.plain import read_plain

TEXT = "First line of the paragraph that is long enough \nand its second line.\n\nAnother one \u201cquoted\u201d.\n"
WORDS = ["First line of the paragraph that is long enough", "and its second line.", "Another one \u201cquoted\u201d."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_usual_encodings_are_told_apart(encoding: str) -> None:
    assert [line.text for line in read_plain(TEXT.encode(encoding))] == WORDS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    lines = read_plain(TEXT.replace("\n", end).encode())
    assert [line.text for line in lines] == WORDS
    assert [line.before for line in lines] == ["none", "none", "blank"]


def test_double_spacing_is_no_break() -> None:
    doubled = "".join(
        f"{line}\n\n" for line in ["one line,", "two lines,", "three lines.", " ", "A new one,", "to its end."]
    )
    lines = read_plain(doubled.encode())
    assert [line.before for line in lines] == ["none", "none", "none", "blank", "none"]


def test_a_form_feed_is_a_break() -> None:
    assert [line.before for line in read_plain(b"one\ftwo")] == ["none", "blank"]


def test_short_lines_are_not_full() -> None:
    lines = read_plain(b"a line that goes on to the margin of it\nshort one\n")
    assert [line.full for line in lines] == [True, False]


def test_a_space_after_a_hyphen_tells_where_spaces_are_kept() -> None:
    pre, broken, _ = read_plain(b"both pre- \nand post-\noperative")
    assert pre.spaced
    assert not broken.spaced
    # A tool that ends every line with a space says nothing by it.
    assert not any(line.spaced for line in read_plain(b"on 11-21- \n2016 it \nended "))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xef\xbb\xbf", "empty file"),
        ("\u200b\u00ad".encode()[:3], "not a text file"),
        (b"\r\n \n", "empty file"),
        (bytes(range(32)) * 20, "not a text file"),
    ],
)
def test_what_is_no_text_is_rejected(content: bytes, reason: str) -> None:
    with pytest.raises(LetterRejected, match=reason):
        read_plain(content)


def _read(content: bytes) -> tuple[Line, ...] | str:
    try:
        return read_plain(content)
    except LetterRejected as rejected:
        return str(rejected)


@given(st.binary())
def test_any_bytes_are_lines_or_rejected(content: bytes) -> None:
    read = _read(content)
    if isinstance(read, str):
        assert read in {"empty file", "not a text file"}
    else:
        assert read
        assert all(line.text == line.text.strip() and line.text and "\n" not in line.text for line in read)


@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), min_size=1))
def test_every_word_is_kept(words: list[str]) -> None:
    lines = read_plain("\n".join(words).encode())
    assert [line.text for line in lines] == words
