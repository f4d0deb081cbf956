"""What the pages' forms hold."""

from datetime import date

import pytest

from config.errors import RequestFault
from indexer.filters import Filters
from service.web.pages.forms import EvidenceForm, SearchForm, read_filled


def test_blank_fields_are_left_out() -> None:
    form = read_filled(b"text=a%0D%0Ab&treatment=&treatment=x&year_from=&year_to=2017", SearchForm)
    assert form == SearchForm(text="a\nb", treatment=("x",), year_to=2017)
    assert form.filters == Filters(treatment=("x",), decision_to=date(2017, 12, 31))


def test_a_choice_of_quotes() -> None:
    form = read_filled(b"text=a&choosing=true&quote=0/x:1-2&quote=1/x:1-2&position=deny", EvidenceForm)
    assert (form.choosing, form.quote, form.position) == (True, ("0/x:1-2", "1/x:1-2"), "deny")


@pytest.mark.parametrize(
    "body", [b"text=a&text=b", b"odd=1", b"year_from=17", b"year_from=2017.5", b"outcome=maybe", b"text=%ff", b"\xff"]
)
def test_what_cannot_be_used(body: bytes) -> None:
    with pytest.raises(RequestFault):
        read_filled(body, SearchForm)
