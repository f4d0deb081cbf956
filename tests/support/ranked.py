"""Candidates that keep the letters that a test made them of."""

from collections.abc import Iterable
from typing import Any

import msgspec

from indexer.facts import facts_of
from indexer.index import ItemKey
from indexer.records import Determination
from service.agreement import Agreement
from service.decided import Decided
from service.group import Group
from service.retrieve import Candidate


class Ranked(Candidate, frozen=True, kw_only=True):
    """A candidate with its letter."""

    determination: Determination

    @property
    def decided(self) -> Decided:
        """The item with its letter."""
        item = self.determination.item(self.key.item)
        assert item
        return Decided(self.determination, item)


def ranked(determination: Determination, number: int = 1, **changed: Any) -> Ranked:
    """Return an item of a letter as found; what is not said has a value that tells it from others."""
    item = determination.item(number)
    assert item
    found = Ranked(
        key=ItemKey(determination.id, number),
        determination=determination,
        facts=facts_of(determination, item),
        score=0.12345678,
        similarity=0.87654321,
        lexical_rank=2,
        dense_rank=None,
        agreement=Agreement(grade=1.0, concepts=("tramadol",), category=None, body_regions=("knee",)),
        passages=(),
    )
    return msgspec.structs.replace(found, **changed)


def letter_of(group: Group) -> Decided:
    """Return the first item of a group of ranked candidates with its letter."""
    assert isinstance(group.first, Ranked)
    return group.first.decided


def letters_of(groups: Iterable[Group]) -> dict[ItemKey, Decided]:
    """Return the first items of groups of ranked candidates by key."""
    return {group.first.key: letter_of(group) for group in groups}
