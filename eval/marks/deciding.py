"""How often a quote holds the sentence that decides: the service's, and two baselines of the same length at most.

`python -m eval.marks.deciding --index DIR` prints the table. Each item is asked for by its own request. The baselines:
the rationale's first sentences, and the run of sentences nearest to the request by embedding.
"""

import sys
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from eval.marks.gold import HALVES, Marked, Place, load_marked, settings_of
from indexer.embed import Embedder, load_embedder
from indexer.index import Index, ItemKey
from indexer.sentences import sentence_spans
from indexer.store.open import open_index
from service.deciding import deciding_quote

Selector = Callable[[Marked], Place]


class Share(NamedTuple):
    """Over some items: how often a selector's quote holds the deciding sentence, or one that decides as well."""

    selector: str
    half: str
    n: int
    deciding: float
    or_also: float
    sentences: float
    characters: float


def selectors(index: Index, embedder: Embedder, most: int) -> dict[str, Selector]:
    """Return the service's selector and the baselines, each with at most so many sentences."""

    def ours(marked: Marked) -> Place:
        reasons = index.reasons(ItemKey(marked.determination.id, marked.item.number))
        return deciding_quote(marked.item, reasons, marked.item.request, most)[:2]

    def first(marked: Marked) -> Place:
        spans = _spans(marked)[:most]
        return spans[0][0], spans[-1][1]

    def nearest(marked: Marked) -> Place:
        spans = _spans(marked)
        windows = [(spans[at][0], spans[at : at + most][-1][1]) for at in range(max(1, len(spans) - most + 1))]
        vectors = embedder.encode([marked.determination.text[start:end] for start, end in windows])
        return windows[int(np.argmax(vectors @ embedder.encode([marked.item.request])[0]))]

    return {"deciding_quote": ours, f"first {most} sentences": first, f"nearest {most} sentences": nearest}


def measure(items: Sequence[Marked], choose: dict[str, Selector]) -> list[Share]:
    """Return each selector's share over all items and over each half."""
    shares = []
    for name, selector in choose.items():
        chosen = [(marked, selector(marked)) for marked in items]
        for half in ("all", *HALVES):
            mine = [(marked, place) for marked, place in chosen if half in {"all", marked.mark.half}]
            if mine:
                shares.append(_share(name, half, mine))
    return shares


def _share(name: str, half: str, chosen: Sequence[tuple[Marked, Place]]) -> Share:
    return Share(
        selector=name,
        half=half,
        n=len(chosen),
        deciding=fmean(_holds(place, [marked.mark.deciding]) for marked, place in chosen),
        or_also=fmean(_holds(place, [marked.mark.deciding, *marked.mark.also]) for marked, place in chosen),
        sentences=fmean(sum(_holds(place, [span]) for span in _spans(marked)) for marked, place in chosen),
        characters=fmean(end - start for _, (start, end) in chosen),
    )


def _holds(place: Place, marks: Sequence[Place]) -> bool:
    return any(place[0] <= start and end <= place[1] for start, end in marks)


def _spans(marked: Marked) -> list[Place]:
    start = marked.item.rationale.start
    return [(start + span.start, start + span.end) for span in sentence_spans(marked.item.rationale.text)]


def table(shares: Sequence[Share]) -> str:
    """Return the shares as a table."""
    lines = [f"{'quote':<20} {'half':<9} {'n':>4} {'deciding':>9} {'or also':>8} {'sentences':>10} {'characters':>11}"]
    lines += [
        f"{one.selector:<20} {one.half:<9} {one.n:>4} {one.deciding:>9.3f} {one.or_also:>8.3f} "
        f"{one.sentences:>10.2f} {one.characters:>11.0f}"
        for one in shares
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Print how often quotes hold the sentence that decides."""
    settings = settings_of(arguments, "eval.marks.deciding", main.__doc__ or "")
    embedder = load_embedder(settings.model)
    index = open_index(settings)
    choose = selectors(index, embedder, settings.evidence.quote_sentences)
    sys.stdout.write(table(measure(load_marked(index), choose)))
    index.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
