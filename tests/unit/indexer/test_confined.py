"""Letters read in processes of their own: what one does to its process reaches nobody else."""

import subprocess
import sys
import zlib
from collections.abc import Iterator

import pytest

from config.errors import LetterRejected
from config.settings import ReadingSettings, load_settings
from eval.letters.source import load_samples
from eval.letters.text import render_text
from indexer.confined import ConfinedReader
from indexer.letters import parse_bytes
from tests.support.bombs import pdf_of

LETTER = render_text(load_samples()[0]).encode()


def limits(**changed: float) -> ReadingSettings:
    return load_settings(flags={"reading": {"memory_mb": 256, **changed}}).reading


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    with ConfinedReader(limits(), workers=1) as reader:
        yield reader


@pytest.mark.subprocess
def test_a_letter_is_read_as_here(reader: ConfinedReader) -> None:
    assert reader.read("one.txt", LETTER) == parse_bytes("one.txt", LETTER, limits())


@pytest.mark.subprocess
def test_a_refusal_is_said_in_the_reader_s_words(reader: ConfinedReader) -> None:
    with pytest.raises(LetterRejected, match=r"^not a text file$"):
        reader.read("one.txt", b"\x00\x01\x02\x03")


@pytest.mark.subprocess
def test_a_file_that_unpacks_to_too_much_is_refused_and_the_next_is_read(reader: ConfinedReader) -> None:
    packed = zlib.compress(b"q " * 200_000_000, 9)
    assert len(packed) < 1_000_000
    with pytest.raises(LetterRejected, match="memory than is allowed"):
        reader.read("bomb.pdf", pdf_of(packed))
    assert reader.read("one.txt", LETTER).case_number == load_samples()[0].case


@pytest.mark.subprocess
def test_a_file_that_takes_too_long_is_refused() -> None:
    with (
        ConfinedReader(limits(timeout_seconds=0.001), workers=1) as reader,
        pytest.raises(LetterRejected, match=r"took more than 0\.001 seconds to read"),
    ):
        reader.read("one.txt", LETTER)


@pytest.mark.subprocess
def test_closing_ends_the_processes_and_may_be_repeated() -> None:
    reader = ConfinedReader(limits(), workers=1)
    reader.close()
    reader.read("one.txt", LETTER)
    reader.close()
    reader.close()


@pytest.mark.subprocess
@pytest.mark.parametrize(("megabytes", "ends"), [(200, "refused"), (0, "taken")])
def test_a_process_takes_no_more_memory_than_it_may(megabytes: int, ends: str) -> None:
    code = (
        "import sys; from indexer.confined import limit_memory\n"
        "limit_memory(int(sys.argv[1]))\n"
        "try:\n    bytearray(400 << 20)\nexcept MemoryError:\n    print('refused')\nelse:\n    print('taken')\n"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code, str(megabytes)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ends
