"""How right the reader's normalisation is: the sample letters' reviewed expectations beside what it makes of each item.

`python -m eval.letters.normalisation` prints the accuracy by field. The heading's words alone are read, not a rendered
letter: what a damaged letter loses is measured by `eval.letters.accuracy`.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from eval.letters.records import SampleItem, SampleLetter
from eval.letters.source import load_samples
from indexer.parse.dependence import dependences
from indexer.parse.normalise import Normaliser, default_normaliser
from indexer.parse.titles import Asked, read_title
from indexer.records import Treatment

FIELDS = ("concepts", "category", "body_regions", "laterality", "quantity", "retrospective", "depends_on")


class Judged(msgspec.Struct, frozen=True):
    """One field of one disputed item, as a text: what is expected and what was read."""

    field: str
    case: str
    number: int
    request: str
    wanted: str
    read: str

    @property
    def right(self) -> bool:
        """Whether the reader met the expectation."""
        return self.wanted == self.read


def judge(letters: Sequence[SampleLetter], normaliser: Normaliser | None = None) -> tuple[Judged, ...]:
    """Normalise every disputed item of some letters and compare.

    Args:
        letters: sample letters.
        normaliser: of the packaged vocabulary unless given.

    Returns:
        A record for each of `FIELDS` of each item, in order.
    """
    normaliser = normaliser or default_normaliser()
    return tuple(one for letter in letters for one in _letter(letter, normaliser))


def misses(judged: Sequence[Judged], field: str | None = None) -> tuple[Judged, ...]:
    """Return what was read wrongly, of one field or of all."""
    return tuple(one for one in judged if not one.right and field in {None, one.field})


def share(judged: Sequence[Judged], field: str) -> float:
    """Return the share of items of which a field was right; 1.0 where there are none."""
    rights = [one.right for one in judged if one.field == field]
    return sum(rights) / len(rights) if rights else 1.0


def miss_lines(wrong: Sequence[Judged]) -> str:
    """Return two lines for each miss and one that places it."""
    return "\n".join(
        f"{one.case}#{one.number} {one.field}: {one.request}\n  - {one.wanted}\n  + {one.read}" for one in wrong
    )


def table(judged: Sequence[Judged]) -> str:
    """Return a line for each field: percent right, misses, items."""
    items = Counter(one.field for one in judged)
    return "\n".join(
        f"{field:<14} {100 * share(judged, field):6.2f} {len(misses(judged, field)):4} of {items[field]}"
        for field in FIELDS
    )


def _letter(letter: SampleLetter, normaliser: Normaliser) -> Iterator[Judged]:
    asked = [read_title(item.title) for item in letter.items]
    treatments = [normaliser.treatments(one.request) for one in asked]
    depends = dependences(asked, treatments)
    for number, item in enumerate(letter.items, start=1):
        place = number - 1
        pairs = _pairs(item, asked[place], treatments[place], depends[place], normaliser)
        for field, wanted, read in pairs:
            yield Judged(field, letter.case, number, asked[place].request, wanted, read)


def _pairs(
    item: SampleItem, asked: Asked, treatments: Sequence[Treatment], depends_on: int | None, normaliser: Normaliser
) -> Iterator[tuple[str, str, str]]:
    category = treatments[0].category if treatments else ""
    yield "concepts", _listed(item.concepts), _listed(one.concept for one in treatments)
    yield "category", item.category, category
    yield "body_regions", _listed(item.body_regions), _listed(normaliser.regions(asked.request))
    yield "laterality", _listed(item.laterality), _listed(normaliser.laterality(asked.request))
    yield "quantity", str(item.quantity), str(asked.quantity)
    yield "retrospective", str(item.retrospective), str(asked.retrospective)
    yield "depends_on", str(item.depends_on), str(depends_on)


def _listed(names: Sequence[str] | Iterator[str]) -> str:
    return "; ".join(names)


def main(arguments: list[str]) -> int:
    """Print how right the normalisation of the packaged sample letters is, field by field."""
    parser = argparse.ArgumentParser(prog="python -m eval.letters.normalisation", description=main.__doc__)
    parser.add_argument("--misses", action="store_true", help="also print what was read wrongly")
    chosen = parser.parse_args(arguments)
    judged = judge(load_samples())
    sys.stdout.write(table(judged) + "\n")
    if chosen.misses:
        sys.stdout.write(miss_lines(misses(judged)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
