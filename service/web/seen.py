"""What is noted of the request at hand while it is answered: which generation it was lent, nothing of what it says."""

import secrets
from contextvars import ContextVar

from service.precedents import PrecedentService
from service.web.generations import Generation

_ID_BYTES = 8


class Seen:
    """One request. `id` is ours: nothing that a client sends is ever taken for it."""

    def __init__(self) -> None:
        """Begin a request."""
        self.id = secrets.token_hex(_ID_BYTES)
        self._borrowed: Generation | None = None

    @property
    def generation(self) -> str | None:
        """The name of the generation that the request works with."""
        return None if self._borrowed is None else self._borrowed.name

    def borrow(self, generation: Generation) -> PrecedentService:
        """Work with a generation; with the same one to the end, however often the request asks."""
        if self._borrowed is None:
            self._borrowed = generation
            generation.lend()
        return self._borrowed.service

    def end(self) -> None:
        """Give back what was borrowed."""
        if self._borrowed is not None:
            self._borrowed.give_back()


# Set by `service.web.observation` around every request.
seen: ContextVar[Seen] = ContextVar("seen")
