"""A fault is one line, whatever it was made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import errors
from config.errors import Fault

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Fault)]


@given(st.text())
def test_a_fault_is_one_line(message: str) -> None:
    said = str(Fault(message))
    assert len(said.splitlines()) <= 1
    assert said.split() == message.split()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_fault_and_says_what_it_is(kind: type[Fault]) -> None:
    assert isinstance(kind("x"), Fault)
    assert kind.__doc__


def test_a_fault_is_an_exception_of_its_own() -> None:
    assert not issubclass(Fault, (OSError, ValueError))
    assert len(KINDS) > 5
