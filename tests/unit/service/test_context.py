"""How quotes stand in a context; that nothing in a quote passes for a marker or a fence is held in test_evidence.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.context import BETWEEN, block
from service.tokens import ENCODINGS, count_tokens

# What tokens are cut by: letters of several cases and scripts, digits, marks, blanks and line ends.
TEXTS = st.text(alphabet=st.sampled_from("aB\u00e9\u4e2d7~[]|<>.'\u2019 \u00a0\t\r\n") | st.characters(codec="utf-8"))
BLOCKS = st.lists(st.tuples(st.integers(1, 200), TEXTS, TEXTS), min_size=1, max_size=4)


def test_a_block_holds_marker_header_and_quote_between_fences() -> None:
    assert block(3, "IMR Case No. CM1", "It is.") == "[3] IMR Case No. CM1\n~~~\nIt is.\n~~~"
    assert block(3, "CM1", "a ~~~~ b").splitlines()[1] == "~~~~~"


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(made_of=BLOCKS)
def test_counts_of_blocks_make_the_count_of_the_whole(encoding: str, made_of: list[tuple[int, str, str]]) -> None:
    *before, last = [block(*parts) for parts in made_of]
    whole = count_tokens(BETWEEN.join([*before, last]), encoding)
    assert whole == sum(count_tokens(one + BETWEEN, encoding) for one in before) + count_tokens(last, encoding)
