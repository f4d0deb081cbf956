"""One letter, from a file or from bytes, within the time it may take."""

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from config.errors import LetterRejected
from config.settings import ReadingSettings, load_settings
from indexer import letters
from indexer.deadline import deadline
from indexer.letters import parse_bytes, parse_file
from indexer.records import Determination

READING = load_settings().reading


def limits(**changed: float) -> ReadingSettings:
    """Return the [reading] settings with some changed."""
    return load_settings(flags={"reading": dict(changed)}).reading


@pytest.fixture
def letter(sample_letters: Path) -> Path:
    return min(sample_letters.iterdir())


@pytest.fixture(autouse=True)
def no_alarm_left() -> Iterator[None]:
    """Hold that no deadline outlives its letter, and that what was set before it is set again."""
    handler, (before, _) = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    yield
    assert signal.getsignal(signal.SIGALRM) is handler
    assert bool(signal.getitimer(signal.ITIMER_REAL)[0]) == bool(before)


def test_a_file_and_its_bytes_are_the_same_letter(letter: Path) -> None:
    assert parse_bytes(letter.name, letter.read_bytes(), READING) == parse_file(letter, READING)


def test_the_name_is_only_recorded(letter: Path) -> None:
    known, other = parse_file(letter, READING), parse_bytes("other.pdf", letter.read_bytes(), READING)
    assert other.source.name == "other.pdf"
    assert msgspec.structs.replace(other, source=known.source) == known


def test_a_name_that_is_no_text_is_spelled_out(letter: Path, tmp_path: Path) -> None:
    odd = Path(str(tmp_path) + "/r\udce9sum\udce9.txt")
    odd.write_bytes(letter.read_bytes())
    found = parse_file(odd, READING)
    assert found.source.name == r"r\xe9sum\xe9.txt"
    assert msgspec.json.decode(msgspec.json.encode(found), type=Determination) == found


@pytest.mark.parametrize("content", [b"", b"no letter", b"\x00\x01", b"%PDF-1.7 broken"])
def test_what_is_no_letter_is_rejected_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "no.pdf"
    file.write_bytes(content)
    with pytest.raises(LetterRejected) as caught:
        parse_file(file, READING)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_or_is_too_large_is_rejected(letter: Path, tmp_path: Path) -> None:
    with pytest.raises(LetterRejected, match="No such file"):
        parse_file(tmp_path / "none.txt", READING)
    with pytest.raises(LetterRejected, match="more than 10 bytes"):
        parse_file(letter, limits(max_bytes=10))


def test_a_letter_that_takes_too_long_is_given_up(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "parse_letter", lambda _raw, **_options: time.sleep(60))
    with pytest.raises(LetterRejected, match=r"more than 0\.05 seconds"):
        parse_file(letter, limits(timeout_seconds=0.05))


def test_a_letter_that_is_read_in_time_leaves_an_earlier_deadline_standing(letter: Path) -> None:
    with deadline(100):
        parse_file(letter, READING)
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left <= 100


def test_in_another_thread_nothing_is_limited(letter: Path) -> None:
    found: list[Determination] = []
    thread = threading.Thread(target=lambda: found.append(parse_file(letter, limits(timeout_seconds=1e-6))))
    thread.start()
    thread.join()
    assert found == [parse_file(letter, READING)]
