"""POST /evidence and /evidence.docx."""

import io
import re

import pytest
from docx import Document
from litestar import Litestar
from litestar.testing import TestClient

from service.markdown import as_markdown
from service.precedents import PrecedentService
from tests.support.html import Attributes, Page

Client = TestClient[Litestar]
ASKED = "1. Norco 10/325mg #90\n2. MRI of the lumbar spine"


def _boxes(page: Page) -> list[Attributes]:
    return [one for one in page.all("input") if one.get("name") == "quote"]


def _page(client: Client, **form: str | list[str]) -> Page:
    response = client.post("/evidence", data={"text": ASKED, **form})
    assert response.status_code == 200
    return Page(response.text)


def test_both_sides_of_each_item(client: Client, sample_service: PrecedentService) -> None:
    page = _page(client)
    pack = sample_service.evidence(ASKED)
    assert len(pack.requests) == 2
    assert page.text.count("Supporting:") == page.text.count("Contrary:") == 4
    quotes = [quote for one in pack.requests for quote in (*one.supporting, *one.contrary)]
    assert len(_boxes(page)) == len(quotes) > 2
    assert all("checked" in one for one in _boxes(page))
    assert f"{len(pack.citations)} of {len(pack.citations)} quotes, {pack.tokens} tokens" in page.text
    assert as_markdown(pack) in page.text
    assert "Not a prediction" in page.text


def test_the_position_turns_the_sides(client: Client, sample_service: PrecedentService) -> None:
    page = _page(client, position="deny")
    assert as_markdown(sample_service.evidence(ASKED, position="deny")) in page.text
    chosen = [one["value"] for one in page.all("input") if one.get("type") == "radio" and "checked" in one]
    assert chosen == ["deny"]


def test_a_quote_is_left_out(client: Client, sample_service: PrecedentService) -> None:
    pack = sample_service.evidence(ASKED)
    names = [one["value"] or "" for one in _boxes(_page(client))]
    page = _page(client, choosing="true", quote=names[1:])
    assert ["checked" in one for one in _boxes(page)] == [False] + [True] * (len(names) - 1)
    first = pack.requests[0].supporting[0]
    markdown = page.text[page.text.index("# Precedent") :]
    assert first.quote.split("\n")[0][:60] not in markdown
    told = re.search(r"(\d+) of (\d+) quotes, (\d+) tokens", page.text)
    assert told
    assert int(told[1]) == int(told[2]) - 1
    assert int(told[3]) < pack.tokens


def test_all_quotes_may_be_left_out(client: Client) -> None:
    page = _page(client, choosing="true")
    assert not any("checked" in one for one in _boxes(page))
    assert re.search(r"\b0 of \d+ quotes, 0 tokens", page.text)


def test_the_document_holds_what_was_kept(client: Client) -> None:
    names = [one["value"] or "" for one in _boxes(_page(client))]
    response = client.post("/evidence.docx", data={"text": ASKED, "choosing": "true", "quote": names[:1]})
    assert response.status_code == 200
    assert response.headers["content-disposition"] == 'attachment; filename="imr-evidence.docx"'
    assert response.headers["cache-control"] == "no-store"
    document = Document(io.BytesIO(response.content))
    quotes = {one.text for one in document.paragraphs if one.style is not None and one.style.name == "Quote"}
    assert len(quotes) == 1


def test_filters_are_carried(client: Client) -> None:
    page = _page(client, body_region="lumbar spine", year_from="2016")
    kept = [(one["name"], one["value"]) for one in page.all("input") if one.get("type") == "hidden"]
    assert kept.count(("body_region", "lumbar spine")) == 3
    assert kept.count(("year_from", "2016")) == 3


@pytest.mark.parametrize("path", ["/evidence", "/evidence.docx"])
def test_nothing_asked(client: Client, path: str) -> None:
    response = client.post(path, data={"text": ""})
    assert response.status_code == 400
    assert Page(response.text).all("p", "problem")


def test_every_number_of_the_record_is_listed(client: Client) -> None:
    links = [one["href"] or "" for one in _page(client).all("a") if (one["href"] or "").startswith("/items?")]
    assert links
    for link in links[:4]:
        assert client.get(link).status_code == 200


def test_the_budget_is_the_form_s(client: Client, sample_service: PrecedentService) -> None:
    page = _page(client, max_tokens="400")
    assert as_markdown(sample_service.evidence(ASKED, max_tokens=400)) in page.text
    assert "tokens of 400" in page.text
    assert {one["value"] for one in page.all("input") if one.get("name") == "max_tokens"} == {"400"}
    assert client.post("/evidence", data={"text": ASKED, "max_tokens": "10"}).status_code == 400


def test_the_way_back_is_taken(client: Client) -> None:
    """What the form behind the button holds is what the search takes."""
    text = client.post("/evidence", data={"text": ASKED, "max_tokens": "400", "outcome": "upheld"}).text
    form = Page(text[text.index('id="back"') - 40 : text.index("</form>", text.index('id="back"')) + 7])
    fields = {one["name"] or "": one["value"] or "" for one in form.all("input")}
    assert fields == {"text": ASKED, "outcome": "upheld"}
    assert client.post("/search", data=fields).status_code == 200
