"""Requests a minute: each key has its own, and what is refused says when to come back."""

from typing import Any

from service.access.keys import add_key

ASKED = {"json": {"text": "acupuncture"}}


def test_each_key_has_its_own_minute(guarded: Any) -> None:
    app = guarded(requests_per_minute=3)
    other = {"Authorization": f"Bearer {add_key(app.file, 'other')}"}
    assert [app.client.post("/api/search", headers=app.bearer, **ASKED).status_code for _ in range(3)] == [200] * 3
    refused = app.client.post("/api/search", headers=app.bearer, **ASKED)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json() == {
        "status_code": 429,
        "detail": "too many requests in this minute; Retry-After says when to come back",
    }
    assert app.client.post("/api/search", headers=other, **ASKED).status_code == 200


def test_a_browser_counts_for_its_key_and_is_told_on_a_page(guarded: Any) -> None:
    app = guarded(requests_per_minute=2)
    app.sign_in()
    assert app.client.get("/").status_code == 200
    assert app.client.post("/api/search", headers=app.bearer, **ASKED).status_code == 200
    refused = app.client.get("/")
    assert refused.status_code == 429
    assert "retry-after" in refused.headers
    assert refused.headers["content-type"].startswith("text/html")


def test_whoever_has_no_key_is_counted_too(guarded: Any) -> None:
    app = guarded(requests_per_minute=2)
    wrong = {"Authorization": "Bearer imr_00000000_0"}
    statuses = [app.client.post("/api/search", headers=wrong, **ASKED).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    assert app.client.post("/api/search", headers=app.bearer, **ASKED).status_code == 200


def test_without_keys_all_count_together(connect: Any) -> None:
    client = connect(requests_per_minute=2)
    statuses = [client.post("/api/search", **ASKED).status_code, client.get("/").status_code]
    statuses += [client.post("/api/search", **ASKED).status_code]
    assert statuses == [200, 200, 429]


def test_health_and_files_are_not_counted(connect: Any) -> None:
    client = connect(requests_per_minute=1)
    for path in ("/health/live", "/health/ready", "/static/pages.css"):
        assert [client.get(path).status_code for _ in range(3)] == [200] * 3
    assert client.get("/").status_code == 200


def test_no_limit(connect: Any) -> None:
    client = connect(requests_per_minute=0)
    assert {client.post("/api/search", **ASKED).status_code for _ in range(5)} == {200}


def test_what_is_counted_by_holds_no_key(guarded: Any) -> None:
    app = guarded()
    app.client.post("/api/search", headers=app.bearer, **ASKED)
    app.client.post("/api/search", **ASKED)
    kept = repr(app.client.app.stores.get("rate_limit").__getattribute__("_store"))
    assert "key " in kept
    assert app.key not in kept
    assert app.key.rpartition("_")[2] not in kept
