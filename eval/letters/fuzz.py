"""Mutated PDFs through the reader: each is read or rejected with one line, whatever its bytes.

`python -m eval.letters.fuzz 5000` (part of `make bench`) writes the counts; it fails where a worker crashed or a file
ran over its time, since the reader is to notice damage itself.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from config.settings import ReadingSettings, load_settings
from eval.letters.pdf import render_pdf
from eval.letters.source import load_samples
from indexer.records import Record
from indexer.sources import ReadResult, read_letters

_SEED = 20130
_BATCH = 500
_LETTERS = 12
_TIMEOUT = 20.0
_BROKEN = ("crashed", "took more than")


class FuzzReport(Record, frozen=True):
    """What became of the mutated files; `reasons` counts rejections by their first words."""

    files: int
    read: int
    rejected: int
    broken: tuple[str, ...]
    reasons: dict[str, int]
    seconds: float


def mutate(content: bytes, generator: random.Random) -> bytes:
    """Damage a file in one to eight places: bytes flipped, cut out, repeated, overwritten, or the end lost."""
    damaged = bytearray(content)
    for _ in range(generator.randint(1, 8)):
        if not damaged:
            break
        place = generator.randrange(len(damaged))
        length = generator.choice((1, 1, 2, 8, 64, 512))
        kind = generator.choice(("flip", "cut", "repeat", "overwrite", "end"))
        if kind == "flip":
            damaged[place] ^= 1 << generator.randrange(8)
        elif kind == "cut":
            del damaged[place : place + length]
        elif kind == "repeat":
            damaged[place:place] = damaged[place : place + length]
        elif kind == "overwrite":
            damaged[place : place + length] = generator.randbytes(length)
        elif generator.random() < 0.2:  # noqa: PLR2004 - losing the end hides every other damage, so it is rarer
            del damaged[place:]
    return bytes(damaged)


def fuzz(count: int, limits: ReadingSettings) -> FuzzReport:
    """Read `count` mutated letters and count what became of them."""
    started = time.perf_counter()
    results = list(_results(count, limits))
    rejected = [result.reason for result in results if result.reason is not None]
    return FuzzReport(
        files=len(results),
        read=sum(result.determination is not None for result in results),
        rejected=len(rejected),
        broken=tuple(reason for reason in rejected if reason.startswith(_BROKEN)),
        reasons=dict(Counter(" ".join(reason.split()[:4]) for reason in rejected).most_common(12)),
        seconds=round(time.perf_counter() - started, 1),
    )


def _results(count: int, limits: ReadingSettings) -> Iterator[ReadResult]:
    generator = random.Random(_SEED)  # noqa: S311 - repeatable damage, nothing secret
    letters = [render_pdf(letter) for letter in load_samples()[:_LETTERS]]
    for first in range(0, count, _BATCH):
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for number in range(first, min(first + _BATCH, count)):
                file = Path(folder) / f"{number:06d}.pdf"
                file.write_bytes(mutate(generator.choice(letters), generator))
                files.append(file)
            yield from read_letters(files, limits)


def main(arguments: list[str]) -> int:
    """Run and print; exit 1 where a file broke its reader."""
    count = int(arguments[0]) if arguments else _BATCH
    limits = load_settings(flags={"reading": {"timeout_seconds": _TIMEOUT}}).reading
    report = fuzz(count, limits)
    sys.stdout.write(
        f"{report.files} mutated PDFs in {report.seconds} s: {report.read} read, {report.rejected} rejected, "
        f"{len(report.broken)} broke their reader\n"
    )
    for reason, times in report.reasons.items():
        sys.stdout.write(f"{times:6}  {reason} ...\n")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
