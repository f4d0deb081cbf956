"""Facts of an item: its letter's own, its chain of dependence followed to the end."""

import msgspec
import pytest

from indexer.facts import ItemFacts, facts_of
from indexer.records import Determination, Treatment
from tests.support.fake_index import Decided, letter


def operation(*depends_on: int | None) -> Determination:
    """Return a letter whose items depend on the numbers given."""
    made = letter("A-aa", "A", *(Decided(f"Item {place}", "No.", "tramadol") for place in range(len(depends_on))))
    items = [msgspec.structs.replace(item, depends_on=on) for item, on in zip(made.items, depends_on, strict=True)]
    return msgspec.structs.replace(made, items=tuple(items))


def follows(made: Determination) -> list[tuple[int, ...]]:
    return [facts_of(made, item).follows for item in made.items]


def test_facts_are_the_letters_own() -> None:
    made = letter("A-aa", "A", Decided("Ultram", "No.", "tramadol", regions=("knee",), outcome="overturned"))
    assert facts_of(made, made.items[0]) == ItemFacts(
        outcome="overturned",
        treatments=(Treatment(concept="tramadol", category="Pharmaceuticals > Opioids"),),
        body_regions=("knee",),
        follows=(),
    )


@pytest.mark.parametrize(
    ("depends_on", "expected"),
    [
        ((None, 1, 1), [(), (1,), (1,)]),
        ((None, 1, 2), [(), (1,), (2, 1)]),
        ((2, 1, 3), [(2,), (1,), ()]),
        ((9, 1, 2), [(), (1,), (2, 1)]),
    ],
    ids=["one step", "two steps", "a circle", "an item that is not there"],
)
def test_dependence_is_followed_to_its_end(depends_on: tuple[int | None, ...], expected: list[tuple[int, ...]]) -> None:
    assert follows(operation(*depends_on)) == expected


def test_facts_are_written_and_read_back_the_same(sample_determinations: tuple[Determination, ...]) -> None:
    for made in sample_determinations:
        for item in made.items:
            facts = facts_of(made, item)
            assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=ItemFacts) == facts
