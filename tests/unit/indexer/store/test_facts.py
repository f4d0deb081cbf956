"""Facts of items: each distinct record once, and every item's its own."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import IndexFault
from indexer.facts import ItemFacts
from indexer.records import Treatment
from indexer.store.arrays import Arrays, write_arrays
from indexer.store.facts import Facts, packed_facts

FACTS = st.builds(
    ItemFacts,
    outcome=st.sampled_from(["upheld", "overturned"]),
    treatments=st.lists(st.builds(Treatment, concept=st.text(max_size=3), category=st.text(max_size=3))).map(tuple),
    body_regions=st.lists(st.text(max_size=3), max_size=2).map(tuple),
    follows=st.lists(st.integers(1, 9), max_size=2).map(tuple),
)


def written(place: Path, facts: list[ItemFacts]) -> Facts:
    """Write facts and open them."""
    write_arrays(place, packed_facts(map(msgspec.msgpack.encode, facts)))
    return Facts(Arrays(place))


@given(st.lists(FACTS, max_size=6))
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, facts: list[ItemFacts]) -> None:
    found = written(tmp_path_factory.mktemp("facts") / "arrays", facts)
    assert len(found) == len(facts)
    assert found.at(np.arange(len(facts))) == facts
    assert found.at(np.arange(len(facts))[::-1]) == facts[::-1]
    assert [found.encoded(item) for item in range(len(facts))] == [msgspec.msgpack.encode(one) for one in facts]


def test_equal_facts_are_written_once() -> None:
    encoded = msgspec.msgpack.encode(ItemFacts(outcome="upheld"))
    assert packed_facts([encoded] * 1000)["facts_records"].tobytes() == encoded


def test_damage_is_told(tmp_path: Path) -> None:
    arrays = packed_facts([msgspec.msgpack.encode(ItemFacts(outcome="upheld"))])
    write_arrays(tmp_path / "other", {**arrays, "facts_records": np.zeros_like(arrays["facts_records"])})
    with pytest.raises(IndexFault, match="facts of the index are damaged: record 0"):
        Facts(Arrays(tmp_path / "other")).at(np.asarray([0]))
    write_arrays(tmp_path / "short", {**arrays, "facts_records": arrays["facts_records"][:-1]})
    with pytest.raises(ValueError, match="end elsewhere"):
        Facts(Arrays(tmp_path / "short"))
