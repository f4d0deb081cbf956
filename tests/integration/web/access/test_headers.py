"""Every answer has the usual headers: every route, every failure, and addresses that nobody serves."""

from typing import Any

import httpx
import pytest

from tests.support.fake_service import LETTER_ID

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def held(response: httpx.Response) -> None:
    """Hold what every answer has."""
    headers = response.headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS, response.url
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
    if response.request.method == "POST" or "/api" in str(response.url):
        assert headers["cache-control"] == "no-store", response.url
    assert headers["cache-control"] in {"no-store", "no-cache"}


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_route_has_them(guarded: Any, *, signed_in: bool) -> None:
    app = guarded(requests_per_minute=0)
    if signed_in:
        app.sign_in()
    asked = 0
    for route in app.client.app.routes:
        path = route.path_format.replace("{id}", LETTER_ID).replace("{n}", "1").replace("{file_path}", "pages.css")
        for method in sorted(route.methods):
            headers = {**app.bearer, **(FORM if method == "POST" else {}), "Sec-Fetch-Site": "same-origin"}
            held(app.client.request(method, path, headers=headers, content=b"", follow_redirects=False))
            asked += 1
        if signed_in and path == "/sign-out":
            app.sign_in()
    assert asked > 50


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("GET", "/static/nowhere", 404),
        ("DELETE", "/", 405),
        ("PUT", "/api/search", 405),
        ("GET", "/%00", 404),
    ],
)
def test_addresses_that_nobody_serves_have_them(guarded: Any, method: str, path: str, status: int) -> None:
    app = guarded()
    answer = app.client.request(method, f"http://127.0.0.1{path}")
    assert answer.status_code == status
    held(answer)


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/search", "/static/pages.css", "/schema"])
def test_another_name_is_refused_with_them_wherever_it_asks(client: Any, path: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "allowed_hosts" in answer.json()["detail"]
    held(answer)


def test_failures_have_them(client: Any, service: Any) -> None:
    held(client.post("/api/search", content=b"{"))
    held(client.post("/api/search", content=b"x" * 10_000))
    held(client.post("/search", content=b"x" * 10_000, headers=FORM))
    service.failure = KeyError("x")
    for path in ("/api/search", "/api/evidence"):
        answer = client.post(path, json={"text": "x"})
        assert answer.status_code == 500
        held(answer)
    held(client.post("/search", data={"text": "x"}))


def test_only_https_is_promised_to_stay(client: Any, connect: Any) -> None:
    assert "strict-transport-security" not in client.get("/").headers
    assert "strict-transport-security" in connect(https=True).get("/nowhere").headers
