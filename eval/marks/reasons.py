"""How right the reasons are against the marks: precision and recall, overall and by code.

`python -m eval.marks.reasons --index DIR` prints each half, the one that nobody has read only overall. A code that
only one reading gave is neither rewarded nor punished; `no_independent_reasoning`, which the codebook has not, is left
out.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from eval.marks.gold import HALVES, UNREAD, Mark, load_marked, settings_of
from indexer.index import ItemKey
from indexer.reasons import NO_REASONING
from indexer.store.open import open_index

OVERALL = "overall"


class Rightness(NamedTuple):
    """How often a code (or any) was found rightly, found wrongly, and missed."""

    code: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None where nothing was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """The share of what there is that was found; None where there is nothing."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


def rightness(found: Iterable[tuple[Mark, set[str]]]) -> list[Rightness]:
    """Return the counts over all codes, then of each, most marked first."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for mark, codes in found:
        wanted = set(mark.reasons)
        right.update(codes & wanted)
        wrong.update(codes - wanted - set(mark.disputed) - {NO_REASONING})
        missed.update(wanted - codes)
    names = sorted({*right, *wrong, *missed}, key=lambda code: (-right[code] - missed[code], code))
    overall = Rightness(OVERALL, right.total(), wrong.total(), missed.total())
    return [overall, *(Rightness(code, right[code], wrong[code], missed[code]) for code in names)]


def table(counts: Sequence[Rightness]) -> str:
    """Return the counts as a table."""
    lines = [f"{'code':<28} {'precision':>9} {'recall':>7} {'right':>6} {'wrong':>6} {'missed':>7}"]
    lines += [
        f"{one.code:<28} {_share(one.precision):>9} {_share(one.recall):>7} {one.right:>6} {one.wrong:>6} "
        f"{one.missed:>7}"
        for one in counts
    ]
    return "\n".join(lines) + "\n"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main(arguments: list[str]) -> int:
    """Print how right the indexed reasons are."""
    settings = settings_of(arguments, "eval.marks.reasons", main.__doc__ or "")
    index = open_index(settings)
    found = [
        (marked.mark, {one.code for one in index.reasons(ItemKey(marked.determination.id, marked.item.number))})
        for marked in load_marked(index)
    ]
    for half in HALVES:
        counts = rightness(one for one in found if one[0].half == half)
        sys.stdout.write(f"{half}\n{table(counts[:1] if half == UNREAD else counts)}\n")
    index.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
