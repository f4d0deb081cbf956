"""GET /api/determinations/{id}."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.fake_service import LETTER_ID, FakeService

Client = TestClient[Litestar]


def test_answers_the_record_as_json(client: Client, service: FakeService) -> None:
    response = client.get(f"/api/determinations/{LETTER_ID}")
    assert response.status_code == 200
    assert response.json()["id"] == LETTER_ID
    assert response.json()["dates"]["decision"] == "2021-03-04"
    assert service.on_event_loop == [False]


def test_head_answers_without_a_body(client: Client) -> None:
    response = client.head(f"/api/determinations/{LETTER_ID}")
    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize(
    ("id_", "seen"),
    [
        ("nobody", "nobody"),
        ("..", None),
        ("%2e%2e", ".."),
        ("..%2f..%2fetc%2fpasswd", None),
        ("..%5c..%5cboot.ini", "..\\..\\boot.ini"),
        ("%00", "\x00"),
        ("a%0d%0aSet-Cookie:%20x", "a\r\nSet-Cookie: x"),
        ("%f0%9f%a9%bb", "🩻"),
        ("'%20OR%201=1--", "' OR 1=1--"),
        ("x" * 5000, None),
        ("", None),
    ],
)
def test_an_id_nobody_has_is_404_in_one_line(client: Client, service: FakeService, id_: str, seen: str | None) -> None:
    response = client.get(f"/api/determinations/{id_}")
    assert response.status_code == 404
    assert set(response.json()) == {"status_code", "detail"}
    assert "\n" not in response.json()["detail"]
    assert "set-cookie" not in response.headers
    assert [asked["id"] for asked in service.asked] == ([] if seen is None else [seen])


def test_other_methods_are_refused(client: Client) -> None:
    response = client.post(f"/api/determinations/{LETTER_ID}")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
