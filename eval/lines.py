"""A dataset's files line by line: whatever is wrong is said with the file and the line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from config.errors import Fault

T = TypeVar("T")
QRELS_HEADER = ("query-id", "corpus-id", "score")


class DatasetFault(Fault):
    """An evaluation dataset is missing, broken or not fit for what was asked."""


class Judgement(msgspec.Struct, frozen=True):
    """One line of a qrels file, with its number."""

    line: int
    query: str
    corpus_id: str
    score: int


def read_json_lines(path: Path, form: type[T]) -> Iterator[tuple[int, T]]:
    """Yield (line number, record) for every line that is not blank.

    Raises:
        DatasetFault: the file cannot be read, or a line does not have the form.
    """
    decoder = msgspec.json.Decoder(form)
    for number, line in _lines(path):
        try:
            yield number, decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise fault(path, number, str(error)) from None


def read_judgements(path: Path) -> Iterator[Judgement]:
    """Yield the lines of a tab-separated qrels file with its header: query-id, corpus-id, score.

    Raises:
        DatasetFault: the file cannot be read, has no header, or a line is not three fields with a whole
        score.
    """
    lines = _lines(path)
    first = next(lines, (1, b""))
    if _fields(path, first) != QRELS_HEADER:
        raise fault(path, first[0], f"expected the header {', '.join(QRELS_HEADER)} between tabs")
    for number, line in lines:
        fields = _fields(path, (number, line))
        if len(fields) != len(QRELS_HEADER) or not all(fields):
            raise fault(path, number, f"expected {', '.join(QRELS_HEADER)} between tabs")
        try:
            score = int(fields[2])
        except ValueError:
            raise fault(path, number, f"score {fields[2]!r} is no whole number") from None
        yield Judgement(number, fields[0], fields[1], score)


def fault(path: Path, number: int, reason: str) -> DatasetFault:
    """Return the fault of one line."""
    return DatasetFault(f"{path}, line {number}: {reason}")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, cut at newlines only: JSON may hold other separators."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if text.strip():
                    yield number, text.rstrip(b"\r\n")
    except OSError as error:
        raise DatasetFault(f"{path}: {error.strerror or error}") from None


def _fields(path: Path, numbered: tuple[int, bytes]) -> tuple[str, ...]:
    number, line = numbered
    try:
        return tuple(field.strip() for field in line.decode("utf-8").split("\t"))
    except UnicodeDecodeError:
        raise fault(path, number, "not UTF-8") from None
