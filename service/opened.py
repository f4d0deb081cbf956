"""A case number typed in opens that letter: its items, in their order, instead of a search."""

from indexer.facts import facts_of
from indexer.index import Index, ItemKey
from service.agreement import Agreement
from service.retrieve import Candidate

_NOTHING_SHARED = Agreement(grade=0.0, concepts=(), category=None, body_regions=())


def opened(text: str, index: Index) -> list[Candidate]:
    """Return the items of the letters whose case number or id is the whole text; none where it is no such thing."""
    name = text.strip()
    if not name or any(character.isspace() for character in name):
        return []
    return [
        Candidate(
            key=ItemKey(determination.id, item.number),
            facts=facts_of(determination, item),
            score=1.0,
            similarity=None,
            lexical_rank=None,
            dense_rank=None,
            agreement=_NOTHING_SHARED,
            passages=(),
        )
        for determination in index.by_case(name)
        for item in determination.items
    ]
