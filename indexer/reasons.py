"""Why an item was granted or denied: reasons of a maintained list, each with the sentence that states it.

By transparent means: patterns of `config/vocabulary/reasons.toml` on the sentences about the case; where none matches,
the nearest prototype sentence by embedding, if it is near enough. An item may have none.
"""

from collections.abc import Sequence

import numpy as np

from indexer.deciding import Sentence, sentences_of
from indexer.embed import Embedder, FloatArray
from indexer.reasonlist import Code, nearness_for, reason_codes
from indexer.records import DisputedItem, Reason

NO_REASONING = "no_independent_reasoning"
# Without a pattern's match, so many of the most telling sentences are compared with the prototypes.
_COMPARED = 2
_ENCODE_BATCH = 256
_RECITED = frozenset({"guideline", "other"})
_MOST_REASONS = 3
_LESS_TELLING = 1.6


class ReasonFinder:
    """Finds reasons with one embedder; its prototypes are embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        """Take an embedder; where nothing is set for its model only the patterns count."""
        self._embedder = embedder
        self._needed = nearness_for(embedder.fingerprint)
        self._codes = [code for code in reason_codes() for _ in code.prototypes]
        self._prototypes: FloatArray | None = None

    def reasons_of(self, item: DisputedItem) -> tuple[Reason, ...]:
        """Return an item's reasons in order of place; none where nothing fits."""
        return self.reasons_of_all([item])[0]

    def reasons_of_all(self, items: Sequence[DisputedItem]) -> list[tuple[Reason, ...]]:
        """Return the reasons of each item; the sentences of all are embedded together."""
        found = [pattern_reasons(item) for item in items]
        if self._needed is None:
            return found
        unexplained = [(row, sentence) for row, item in enumerate(items) if not found[row] for sentence in _open(item)]
        for start in range(0, len(unexplained), _ENCODE_BATCH):
            batch = unexplained[start : start + _ENCODE_BATCH]
            cosines = self._embedder.encode([sentence.text for _, sentence in batch]) @ self._vectors().T
            for (row, sentence), scores in zip(batch, cosines, strict=True):
                if not found[row]:
                    found[row] = self._nearest(items[row], sentence, scores)
        return found

    def _nearest(self, item: DisputedItem, sentence: Sentence, cosines: FloatArray) -> tuple[Reason, ...]:
        best, score, margin = nearest_code(item, self._codes, cosines)
        if self._needed is None or score < self._needed.cosine or margin < self._needed.margin:
            return ()
        return (Reason(code=best.name, start=sentence.start, end=sentence.end, by="prototype", score=round(score, 4)),)

    def _vectors(self) -> FloatArray:
        if self._prototypes is None:
            self._prototypes = self._embedder.encode([text for code in reason_codes() for text in code.prototypes])
        return self._prototypes


def nearest_code(item: DisputedItem, codes: Sequence[Code], cosines: FloatArray) -> tuple[Code, float, float]:
    """Return the code of the nearest prototype that fits an item, its cosine, and how much nearer it is than others'.

    Args:
        item: the item.
        codes: the code of each prototype.
        cosines: a sentence's cosine to each prototype, shape (prototypes,).
    """
    fitting = np.where([code.fits(item) for code in codes], cosines, -1.0)
    best = codes[int(np.argmax(fitting))]
    others = [float(cosine) for code, cosine in zip(codes, fitting, strict=True) if code.name != best.name]
    nearest = float(fitting.max())
    return best, nearest, nearest - max(others)


def pattern_reasons(item: DisputedItem) -> tuple[Reason, ...]:
    """Return the reasons that the patterns find, in order of place; each code once, at its most telling sentence.

    Reasons of much less telling sentences than the best are left out: reviewers tell what else they read. A rationale
    in which no sentence speaks of the case has the one reason that it gives none.
    """
    sentences = sentences_of(item)
    fitting = [code for code in reason_codes() if code.fits(item)]
    about = [sentence for sentence in sentences if sentence.role == "case"]
    vague = [sentence for sentence in sentences if sentence.role == "other"]
    best = _recited(fitting, sentences, item) | _stated(fitting, about, item)
    best = best or _stated(fitting, vague, item) or _stated(fitting, [*about, *vague], item, in_general=True)
    if sentences and not best and not about and not vague:
        best[NO_REASONING] = max(sentences, key=lambda sentence: sentence.weight)
    telling = sorted(best.items(), key=lambda entry: -entry[1].weight)[:_MOST_REASONS]
    found = [
        Reason(code=name, start=sentence.start, end=sentence.end, by="pattern", score=1.0)
        for name, sentence in telling
        if sentence.role in _RECITED or sentence.weight >= telling[0][1].weight - _LESS_TELLING
    ]
    return tuple(sorted(found, key=lambda reason: (reason.start, reason.code)))


def _stated(
    codes: Sequence[Code], sentences: Sequence[Sentence], item: DisputedItem, *, in_general: bool = False
) -> dict[str, Sentence]:
    """Return the codes that sentences about the case state, each with its most telling sentence."""
    best: dict[str, Sentence] = {}
    for sentence in sentences:
        applied = sentence.text[sentence.applied :]
        stated = [code for code in codes if code.stated_in(applied, in_general=in_general)]
        stated = [code for code in stated if code.points_to(item.outcome, applied)]
        specific = [code for code in stated if not code.yields]
        for code in specific or stated:
            if code.name not in best or sentence.weight > best[code.name].weight:
                best[code.name] = sentence
    return best


def _recited(codes: Sequence[Code], sentences: Sequence[Sentence], item: DisputedItem) -> dict[str, Sentence]:
    """Return the codes that a recited guideline states of the very thing asked for."""
    return {
        code.name: sentence
        for code in codes
        for sentence in sentences
        if sentence.role in _RECITED and code.recited_in(sentence.text, item)
    }


def _open(item: DisputedItem) -> list[Sentence]:
    about = [sentence for sentence in sentences_of(item) if sentence.role in {"case", "other"}]
    return sorted(about, key=lambda sentence: (-sentence.weight, sentence.start))[:_COMPARED]
