"""Browsers sign in with a key: what the cookie is, how long it is good, and what ends it."""

import stat
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.stores.base import StorageObject

from service.access.keys import revoke_key

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_signing_in_and_out(guarded: Any) -> None:
    app = guarded()
    app.sign_in()
    assert "Sign out clinic" in app.client.get("/").text
    token = app.client.cookies["imr-session"]
    left = app.client.post("/sign-out", headers=OURS, follow_redirects=False)
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert "imr-session" not in app.client.cookies
    again = app.client.get("/", headers={"Cookie": f"imr-session={token}"}, follow_redirects=False)
    assert again.status_code == 303


def test_the_cookie_is_out_of_reach_of_script_and_other_sites(guarded: Any) -> None:
    app = guarded(session_hours=2)
    answer = app.client.post("/sign-in", data={"key": f" {app.key}\n"}, headers=OURS, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age=7200" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie
    assert app.key not in cookie


def test_over_https_the_cookie_is_bound_to_it(guarded: Any) -> None:
    app = guarded(https=True)
    answer = app.client.post("/sign-in", data={"key": app.key}, headers=OURS, follow_redirects=False)
    assert answer.headers["set-cookie"].startswith("__Host-imr=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("key", ["", "wrong", "imr_00000000_0", "x" * 200])
def test_a_wrong_key_shows_the_form_again(guarded: Any, key: str) -> None:
    answer = guarded().client.post("/sign-in", data={"key": key}, headers=OURS)
    assert answer.status_code == 401
    assert "not known" in answer.text
    assert "set-cookie" not in answer.headers
    assert not key or f'"{key}"' not in answer.text


def test_a_key_in_the_address_is_not_read(guarded: Any) -> None:
    app = guarded()
    answer = app.client.get("/sign-in", params={"key": app.key})
    assert "set-cookie" not in answer.headers
    assert app.key not in answer.text


def test_a_session_ends_with_its_key(guarded: Any) -> None:
    app = guarded()
    app.sign_in()
    assert app.client.get("/", follow_redirects=False).status_code == 200
    revoke_key(app.file, "clinic")
    assert app.client.get("/", follow_redirects=False).status_code == 303


def test_a_session_ends_with_its_time(guarded: Any) -> None:
    app = guarded()
    app.sign_in()
    token = app.client.cookies["imr-session"]
    (kept,) = app.file.with_name("keys.sessions").iterdir()
    assert token not in kept.name
    old = StorageObject.from_bytes(kept.read_bytes())
    old.expires_at = datetime.now(UTC)
    kept.write_bytes(old.to_bytes())
    assert app.client.get("/", headers={"Cookie": f"imr-session={token}"}, follow_redirects=False).status_code == 303


def test_what_is_kept_of_a_session_is_nobody_else_s_and_opens_nothing(guarded: Any) -> None:
    app = guarded()
    app.sign_in()
    folder = app.file.with_name("keys.sessions")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (kept,) = folder.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    token = app.client.cookies["imr-session"].encode()
    assert token not in kept.read_bytes() + kept.name.encode()
    assert app.key.rpartition("_")[2].encode() not in kept.read_bytes()


@pytest.mark.parametrize("cookie", ["x", "../keys", "x" * 4000, "é".encode().decode("latin-1")])
def test_a_cookie_of_ones_own_opens_nothing(guarded: Any, cookie: str) -> None:
    headers = {"Cookie": f"imr-session={cookie}".encode("latin-1")}
    answer = guarded().client.get("/", headers=headers, follow_redirects=False)
    assert answer.status_code == 303


def test_sessions_outlast_a_restart(guarded: Any, connect: Any) -> None:
    app = guarded()
    app.sign_in()
    again = connect(keys=str(app.file))
    token = app.client.cookies["imr-session"]
    assert again.get("/", headers={"Cookie": f"imr-session={token}"}, follow_redirects=False).status_code == 200


@pytest.mark.parametrize("path", ["/search", "/evidence", "/evidence.docx", "/sign-out", "/sign-in"])
@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),  # it sends a cookie, so it is a browser, and does not say for whom
        ({"Origin": "http://127.0.0.1"}, True),  # what a browser says over plain http
        ({"Sec-Fetch-Site": "same-origin"}, True),
    ],
)
def test_a_signed_in_browser_is_not_abused(guarded: Any, path: str, headers: dict[str, str], *, taken: bool) -> None:
    app = guarded()
    app.sign_in()
    answer = app.client.post(path, data={"text": "x", "key": app.key}, headers=headers, follow_redirects=False)
    assert (answer.status_code != 403) is taken


def test_where_no_key_is_needed_there_is_nothing_to_sign_in_to(client: Any) -> None:
    assert client.get("/sign-in").status_code == 404
    assert client.post("/sign-out").status_code == 404
    assert "Sign out" not in client.get("/").text


def test_htmx_is_answered_the_line_and_the_way_to_sign_in(guarded: Any) -> None:
    answer = guarded().client.post("/search", data={"text": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "<html" not in answer.text
    assert 'href="/sign-in"' in answer.text
