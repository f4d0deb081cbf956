"""What a precedent was decided under: the editions of the MTUS chapters it cites that were in force on its day.

A denial of 2016 under the Chronic Pain chapter is no authority under the ACOEM chapters adopted in December 2017.
"""

import functools
import re
from collections.abc import Mapping

from config.editions import Edition, load_editions
from indexer.records import Determination, DisputedItem
from service.records import EditionInForce

_FILLER = re.compile(r"\b(?:the|medical|guidelines?|chapter)\b|[^a-z ]")


def decided_under(determination: Determination, item: DisputedItem) -> tuple[EditionInForce, ...]:
    """Return the editions in force on the day of the decision of the MTUS chapters that the reviewer relied on.

    Empty where the letter has no decision date, the reviewer relied on nothing of the MTUS, or the chapter's edition
    on that day is not known.
    """
    day = determination.dates.decision
    if day is None:
        return ()
    titles = [
        citation.title for citation in item.citations if citation.cited_by == "imr" and citation.authority == "MTUS"
    ]
    found = (edition for title in titles for edition in editions_of(title) if edition.in_force(day))
    return tuple(
        EditionInForce(
            chapter=edition.chapter,
            edition=edition.edition,
            effective_from=edition.effective_from,
            effective_to=edition.effective_to,
        )
        for edition in dict.fromkeys(found)
    )


def editions_of(title: str) -> tuple[Edition, ...]:
    """Return the editions of the MTUS chapter that a title names; none where it names none that we know."""
    return _by_title().get(_fold(title), ())


@functools.cache
def _by_title() -> Mapping[str, tuple[Edition, ...]]:
    found: dict[str, tuple[Edition, ...]] = {}
    for edition in load_editions():
        for title in dict.fromkeys(map(_fold, edition.cited_as)):
            found[title] = (*found.get(title, ()), edition)
    return found


def _fold(title: str) -> str:
    """Fold a chapter's title: letters write 'Chronic Pain Medical Treatment' with and without 'Guidelines'."""
    return " ".join(_FILLER.sub(" ", title.lower()).split())
