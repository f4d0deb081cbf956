"""Input that means harm, sent to the API and the pages over the sample letters: each is refused, or only text."""

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings, load_settings
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from indexer.store.open import open_index
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.support.html import Page

Client = TestClient[Litestar]
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
OVERRIDE = "\u202egnp.eman\u2066"


@pytest.fixture(scope="module")
def client(sample_settings: Settings, sample_service: PrecedentService) -> Iterator[Client]:
    with TestClient(create_app(sample_settings, sample_service), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, sample_letters: Path) -> Iterator[Client]:
    """Pages over an index of one letter that holds markup, overrides of direction and a name of the same kind."""
    folder = tmp_path_factory.mktemp("hostile")
    letter = (sample_letters / "SAMPLE-0011.txt").read_text(encoding="utf-8")
    said = letter.replace("Ultram 50mg", f"Ultram {SCRIPT} {OVERRIDE}").replace("Tramadol is", f"Tramadol {SCRIPT} is")
    assert said.count(SCRIPT) >= 2
    (folder / "<script>alert('n')\u202e.txt").write_text(said, encoding="utf-8")
    flags: Any = {"index": {"dir": folder / "index"}, "model": {"kind": "hashing", "threads": 1}}
    settings = load_settings(flags=flags)
    assert build_index([folder], settings, HashingEmbedder()).letters == 1
    index = open_index(settings)
    service = PrecedentService(index, HashingEmbedder(), settings)
    with TestClient(create_app(settings, service), base_url="http://127.0.0.1") as client:
        yield client
    index.close()


def _is_told(response: httpx.Response, *statuses: int) -> None:
    """Hold that a refusal is one line, not a failure of the program."""
    assert response.status_code in statuses, (response.status_code, response.text[:200])
    if response.headers["content-type"] == "application/json":
        told = response.json()
        assert set(told) == {"status_code", "detail"}
        assert 0 < len(told["detail"]) < 400
        assert "\n" not in told["detail"]
    else:
        assert Page(response.text).all("p", "problem")


# Letters


def _only_ours(page: Page) -> None:
    assert page.inline == page.foreign == page.all("img") == []
    assert {one["src"] for one in page.all("script")} == {"/static/htmx.min.js", "/static/pages.js"}


def test_markup_of_a_letter_is_text_on_every_page(hostile: Client) -> None:
    found = hostile.get("/api/items").json()["items"]
    name = found[0]["determination_id"]
    shown = [
        hostile.post("/search", data={"text": "tramadol"}),
        hostile.post("/evidence", data={"text": "tramadol"}),
        hostile.get(f"/determinations/{name}", params={"item": 2}),
        hostile.get(f"/determinations/{name}/items/1/similar"),
        hostile.get("/items"),
        hostile.get("/record"),
    ]
    for response in shown:
        assert response.status_code == 200
        _only_ours(Page(response.text))
    assert sum(SCRIPT in Page(response.text).text for response in shown) >= 4
    # The file's name is shown on the letter's page.
    assert "<script>alert('n')" in Page(shown[2].text).text


def test_the_word_document_of_such_a_letter_is_named_by_us(hostile: Client) -> None:
    response = hostile.post("/evidence.docx", data={"text": f"tramadol {SCRIPT}\r\nX-Injected: 1"})
    assert response.status_code == 200
    assert response.headers["content-disposition"] == 'attachment; filename="imr-evidence.docx"'
    assert "x-injected" not in response.headers


def test_what_turns_the_direction_of_text_is_kept_to_its_element(client: Client) -> None:
    """Letters are quoted as they are; an override that is never ended may not turn our words beside it."""
    style = re.sub(r"/\*.*?\*/", "", client.get("/static/pages.css").text)
    isolated = re.search(r"([^{}]+)\{ unicode-bidi: isolate; \}", style)
    assert isolated
    kinds = {name.strip() for name in isolated[1].split(",")}
    assert {"a", "span", "mark", "strong", "dd", "th", "td", "li", "option"} <= kinds


# Requests


@pytest.mark.parametrize("path", ["/search", "/evidence"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_markup_of_a_request_is_text(client: Client, path: str, headers: dict[str, str]) -> None:
    page = Page(client.post(path, data={"text": f"tramadol {SCRIPT} {{{{ 7*7 }}}} {OVERRIDE}"}, headers=headers).text)
    assert page.inline == page.foreign == page.all("img") == []
    assert SCRIPT in page.text


@pytest.mark.parametrize(
    "path", ["/search", "/evidence", "/evidence.docx", "/api/search", "/api/evidence", "/api/evidence/check"]
)
@pytest.mark.parametrize("sign", ["a", "(", "\u202e"])
def test_five_megabytes_of_one_character(client: Client, path: str, sign: str) -> None:
    text = sign * (5_000_000 // len(sign.encode()))
    if path.startswith("/api"):
        response = client.post(path, content=json.dumps({"text": text}, ensure_ascii=False).encode(), headers=JSON)
    else:
        response = client.post(path, content=b"text=" + text.encode(), headers=FORM)
    _is_told(response, 413)


@pytest.mark.parametrize("sign", [b"a", b"\n", b"(", b"1. ", b"\x00"])
def test_five_megabytes_as_a_letter(client: Client, sign: bytes) -> None:
    response = client.post(
        "/api/parse", content=sign * (5_000_000 // len(sign)), headers={"content-type": "text/plain"}
    )
    _is_told(response, 400, 413, 503)


@pytest.mark.parametrize(
    ("method", "path", "content", "headers"),
    [
        ("POST", "/api/search", b'{"text": "tramadol \xff"}', JSON),
        ("POST", "/api/search", b"\xfe\xff\x00{", JSON),
        ("POST", "/search", b"text=tramadol%ff", FORM),
        ("POST", "/search", b"text=tramadol\xff", FORM),
        ("POST", "/evidence.docx", b"text=%c0%af", FORM),
        ("GET", "/api/items?treatment=%ff", b"", {}),
        ("GET", "/record?treatment=%ff", b"", {}),
        ("GET", "/items?has=%ed%a0%80", b"", {}),
    ],
)
def test_broken_utf8_is_refused(
    client: Client, method: str, path: str, content: bytes, headers: dict[str, str]
) -> None:
    _is_told(client.request(method, path, content=content, headers=headers), 400)


@pytest.mark.parametrize(
    "body",
    [
        '{"text": NaN}',
        '{"text": "a", "limit": NaN}',
        '{"text": "a", "limit": 1e999}',
        '{"text": "a", "limit": ' + "9" * 5000 + "}",
        '{"text": "a", "limit": -1}',
        "[" * 100_000 + "]" * 100_000,
        '{"text": "a", "filters": ' + '{"outcome":' * 100_000 + "1" + "}" * 100_001,
        '{"text": "\\ud800"}',
        '{"text": "a", "filters": {"treatment": ["\\udfff"]}}',
        '{"text": "a"} {"text": "b"}',
        '{"text": "a", "__proto__": {}}',
        '{"text": null}',
        '{"text": ["a"]}',
        "\x00",
        "",
    ],
    ids=range(15),
)
@pytest.mark.parametrize("path", ["/api/search", "/api/evidence", "/api/evidence/check"])
def test_odd_json_is_refused(client: Client, path: str, body: str) -> None:
    _is_told(client.post(path, content=body.encode(), headers=JSON), 400)


@pytest.mark.parametrize("body", ['{"text": "MRI", "text": "tramadol"}', '{"text": "tramadol \\u0000\\u0007\\ufffe"}'])
def test_json_that_is_only_unusual_is_answered(client: Client, body: str) -> None:
    response = client.post("/api/search", content=body.encode(), headers=JSON)
    assert response.status_code == 200
    assert response.json()["requests"][0]["treatments"][0]["concept"] == "tramadol"


@pytest.mark.parametrize(
    "content",
    [
        b"&".join(b"outcome=upheld" for _ in range(2000)) + b"&text=a",
        b"&".join(b"a%d=1" % number for number in range(100_000)),
        b"text=a&text=b",
        b"text=a&" + b"x" * 100_000 + b"=1",
        b"&" * 100_000,
        b"=" * 100_000,
        b"text=a&limit=99999999999999999999",
        b"text=a&year_from=-1",
    ],
    ids=range(8),
)
def test_floods_of_fields_are_refused(client: Client, content: bytes) -> None:
    for path in ("/search", "/evidence", "/evidence.docx"):
        _is_told(client.post(path, content=content, headers=FORM), 400)


def test_a_flood_of_quotes_that_are_none_is_only_none(client: Client) -> None:
    fields = {"text": "tramadol", "choosing": "true", "quote": [f"0/../../{n}:0-9\x00" for n in range(900)]}
    page = Page(client.post("/evidence", data=fields).text)
    assert "0 of" in page.text


# Addresses and headers


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fetc%2fpasswd",
        "..%5c..%5cwin.ini",
        "%2e%2e",
        "....//",
        "%00",
        "a%0d%0aX-Injected:%201",
        "%ff%fe",
        "SAMPLE-0011%00",
        "a" * 5000,
        "%00/%00",
    ],
)
def test_no_address_leads_out(client: Client, name: str) -> None:
    for template in (
        "/determinations/{}",
        "/determinations/{}/items/1/similar",
        "/api/determinations/{}",
        "/static/{}",
    ):
        response = client.get(template.format(name))
        assert response.status_code in {400, 404, 405}, template
        assert "root:" not in response.text
        assert "x-injected" not in response.headers


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999", "1e3", "%31%00"])
def test_no_item_of_such_a_number(client: Client, number: str) -> None:
    for start in ("/api", ""):
        _is_told(client.get(f"{start}/determinations/SAMPLE-0011/items/{number}/similar"), 400, 404)


@pytest.mark.parametrize("cursor", ["x", "#", "a#-1", "a#1e9", "\x00#1", "a#" + "9" * 290, "\u202e#1", "a#\u0661"])
def test_a_cursor_that_is_none(client: Client, cursor: str) -> None:
    for path in ("/api/items", "/items"):
        response = client.get(path, params={"cursor": cursor})
        assert response.status_code in {200, 400}


@pytest.mark.parametrize(
    "host", ["127.0.0.1\r\nX-Injected: 1", "evil.example", "127.0.0.1@evil.example", "127.0.0.1:80:80", "[::1", ""]
)
def test_a_host_that_is_not_ours(client: Client, host: str) -> None:
    for path in ("/", "/api/items", "/static/pages.css"):
        response = client.get(path, headers={"host": host})
        assert response.status_code in {400, 421}
        assert "evil" not in response.text
        assert "x-injected" not in response.headers


# Files


def _pdf(*bodies: bytes) -> bytes:
    """Return a PDF of some objects, the first of which is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    return (
        out + head + table + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, len(out))
    )


def _stream(content: bytes) -> bytes:
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content)


_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>"
_TWICE = zlib.compress(zlib.compress(b" " * 50_000_000, 9), 9)
BOMBS = {
    "inflates a thousandfold": _pdf(
        _CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", _PAGE, _stream(zlib.compress(b" " * 100_000_000, 9))
    ),
    "inflates twice": _pdf(
        _CATALOGUE,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        _PAGE,
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(_TWICE), _TWICE),
    ),
    "a hundred thousand pages": _pdf(
        _CATALOGUE, b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>", _PAGE, _stream(b"")
    ),
    "pages that hold themselves": _pdf(_CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>", _PAGE),
    "a deep array": _pdf(_CATALOGUE, b"[" * 200_000 + b"]" * 200_000),
    "operators nested deep": _pdf(
        _CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", _PAGE, _stream(zlib.compress(b"q " * 2_000_000, 9))
    ),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_pdf_bomb_is_refused(client: Client, kind: str) -> None:
    assert len(BOMBS[kind]) < 2_000_000
    _is_told(client.post("/api/parse", content=BOMBS[kind], headers={"content-type": "application/pdf"}), 400, 413, 503)
    assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\win.ini",
        "a\r\nX-Injected: 1",
        SCRIPT,
        "\u202ecod.exe",
        "a" * 5000,
        "\x00",
        '";"',
        "",
    ],
)
def test_the_name_of_an_upload_is_only_recorded(client: Client, sample_letters: Path, name: str) -> None:
    letter = (sample_letters / "SAMPLE-0011.txt").read_bytes()
    response = client.post("/api/parse", files={"file": (name, letter)})
    assert response.status_code in {200, 400}
    assert "x-injected" not in response.headers
    if response.status_code == 200:
        told = response.json()["source"]["name"]
        assert len(told) <= 255
        assert told.isprintable()
        assert not {"/", "\\"} & set(told)


def test_a_flood_of_parts_is_refused(client: Client) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n'
    response = client.post(
        "/api/parse", content=part * 50_000 + b"--b--\r\n", headers={"content-type": "multipart/form-data; boundary=b"}
    )
    _is_told(response, 400, 413)
