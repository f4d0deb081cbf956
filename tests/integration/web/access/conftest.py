"""An application that needs keys, over the fake service, and a client that may have one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.access.keys import add_key

Client = TestClient[Litestar]


class Guarded(NamedTuple):
    """A client of an application that needs keys, one of its keys, and the file that keeps them."""

    client: Client
    key: str
    file: Path

    @property
    def bearer(self) -> dict[str, str]:
        """The header that presents the key."""
        return {"Authorization": f"Bearer {self.key}"}

    def sign_in(self) -> None:
        """Sign the client's browser in."""
        response = self.client.post("/sign-in", data={"key": self.key}, headers=OURS, follow_redirects=False)
        assert response.status_code == 303


# What a browser says of a form of our own pages.
OURS = {"Sec-Fetch-Site": "same-origin"}
Guard = Callable[..., Guarded]


@pytest.fixture
def guarded(connect: Callable[..., Client], tmp_path: Path) -> Guard:
    """Return a function that starts such an application with other [server] settings."""

    def start(**server: Any) -> Guarded:
        file = tmp_path / "keys"
        key = add_key(file, "clinic")
        client = connect(keys=str(file), host="192.168.1.5", **server)
        return Guarded(client, key, file)

    return start
