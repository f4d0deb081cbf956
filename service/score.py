"""What a decided item's score is made of, and how the parts are weighed.

A weighted sum of parts that each lie near 0 to 1, so that a weight says how much a part can move an item. Ranks were
fused before; sums of scores rank better, most of all for questions (docs/decisions/0013).
"""

from config.settings import SearchSettings
from indexer.records import Record


class Signals(Record, frozen=True):
    """The parts of a score.

    `dense` is the cosine of the nearest passage (the least cosine found where the item was found by its words alone),
    `lexical` BM25 as a share of the best item's, `concept` the grade of agreement in treatment and region, `outcome` 1
    where the item was decided as the request names, else 0.
    """

    dense: float
    lexical: float
    concept: float
    outcome: float


NO_SIGNALS = Signals(dense=0.0, lexical=0.0, concept=0.0, outcome=0.0)


def weighed(signals: Signals, settings: SearchSettings) -> float:
    """Return the score: higher is better, comparable within one requested item only."""
    return (
        settings.dense_weight * signals.dense
        + settings.lexical_weight * signals.lexical
        + settings.concept_weight * signals.concept
        + settings.outcome_weight * signals.outcome
    )
