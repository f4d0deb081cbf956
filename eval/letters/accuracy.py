"""How right the reader is on the sample letters: by field, layout and damage.

`python -m eval.letters.accuracy` prints the table. Every letter is rendered in every layout, as PDF, as text and as
text with each damage, read, and compared with `expected`.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from config.errors import LetterRejected
from config.settings import ReadingSettings, load_settings
from eval.letters.comparison import FIELDS, compare
from eval.letters.forms import FORMS, expected_in, rendered
from eval.letters.layouts import LAYOUTS
from eval.letters.records import SampleLetter
from eval.letters.source import load_samples
from indexer.letters import parse_bytes

# Of misses, this many are kept for a look at them.
KEPT_MISSES = 400


class Tally(msgspec.Struct, frozen=True):
    """How often a field was right in one layout and one form (PDF, text, or text with a damage)."""

    field: str
    layout: str
    form: str
    right: int
    n: int


class Miss(msgspec.Struct, frozen=True):
    """One wrong field: what was expected and what was read, or why the letter was rejected."""

    field: str
    layout: str
    form: str
    case: str
    wanted: str
    read: str


class Accuracy(msgspec.Struct, frozen=True):
    """The outcome of a run."""

    tallies: tuple[Tally, ...]
    misses: tuple[Miss, ...]

    def share(self, field: str, *, layout: str | None = None, form: str | None = None) -> float | None:
        """Return the share of a field that was right, over all or one layout and form; None where n is 0."""
        chosen = [
            tally
            for tally in self.tallies
            if tally.field == field and layout in {None, tally.layout} and form in {None, tally.form}
        ]
        n = sum(tally.n for tally in chosen)
        return sum(tally.right for tally in chosen) / n if n else None


def measure(
    letters: Sequence[SampleLetter],
    layouts: Iterable[str] = LAYOUTS,
    forms: Iterable[str] = FORMS,
    limits: ReadingSettings | None = None,
) -> Accuracy:
    """Read every letter in every layout and form and compare.

    Args:
        letters: sample letters.
        layouts: keys of `LAYOUTS`.
        forms: 'pdf', 'text' or keys of `DAMAGES`.
        limits: of reading; the settings' own unless given.
    """
    limits = limits or load_settings().reading
    right: Counter[tuple[str, str, str]] = Counter()
    n: Counter[tuple[str, str, str]] = Counter()
    misses: list[Miss] = []
    for layout in layouts:
        for form in forms:
            for seed, letter in enumerate(letters):
                for field, wanted, read in _compared(letter, layout, form, seed, limits):
                    n[field, layout, form] += 1
                    right[field, layout, form] += wanted == read
                    if wanted != read and len(misses) < KEPT_MISSES:
                        misses.append(Miss(field, layout, form, letter.case, wanted, read))
    return Accuracy(tuple(Tally(*key, right[key], count) for key, count in n.items()), tuple(misses))


def _compared(
    letter: SampleLetter, layout: str, form: str, seed: int, limits: ReadingSettings
) -> Iterator[tuple[str, str, str]]:
    content = rendered(letter, layout, form, seed)
    wanted = expected_in(letter, layout, form, content)
    try:
        read = parse_bytes(f"{letter.case}-{layout}-{form}", content, limits)
    except LetterRejected as rejected:
        yield "read", "read", str(rejected)
        yield from compare(wanted, None)
        return
    yield "read", "read", "read"
    yield from compare(wanted, read)


def table(accuracy: Accuracy) -> str:
    """Return the shares in percent: a row for each field, a column for each layout, then for each form."""
    layouts = list(dict.fromkeys(tally.layout for tally in accuracy.tallies))
    forms = list(dict.fromkeys(tally.form for tally in accuracy.tallies))
    lines = []
    for columns in (
        [("all", None, None), *((layout, layout, None) for layout in layouts)],
        [(f, None, f) for f in forms],
    ):
        lines.append(" ".join([f"{'field':<32}", *(f"{name:>17}" for name, _, _ in columns)]))
        for field in ("read", *FIELDS):
            shares = (accuracy.share(field, layout=layout, form=form) for _, layout, form in columns)
            lines.append(" ".join([f"{field:<32}", *(f"{_percent(share):>17}" for share in shares)]))
        lines.append("")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"


def main(arguments: list[str]) -> int:
    """Print how right the reader is on the packaged sample letters."""
    parser = argparse.ArgumentParser(prog="python -m eval.letters.accuracy", description=main.__doc__)
    parser.add_argument("--layout", action="append", choices=list(LAYOUTS), help="only this layout; may be repeated")
    parser.add_argument("--form", action="append", choices=FORMS, help="only this form; may be repeated")
    parser.add_argument("--misses", action="store_true", help="also print what was read wrongly")
    chosen = parser.parse_args(arguments)
    accuracy = measure(load_samples(), chosen.layout or LAYOUTS, chosen.form or FORMS)
    sys.stdout.write(table(accuracy) + "\n")
    if chosen.misses:
        for miss in accuracy.misses:
            place = f"{miss.case} {miss.layout} {miss.form} {miss.field}"
            sys.stdout.write(f"{place}\n  - {miss.wanted}\n  + {miss.read}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
