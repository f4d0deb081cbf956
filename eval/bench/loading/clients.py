"""Clients that ask for searches and evidence in turn, one request after the other, and note what they are answered."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from eval.bench.loading.http import Answer, Connection

PATHS = ("/api/search", "/api/evidence")
OK = 200
FAILED = 0
_LONGEST_PAUSE = 5.0


class Asked(NamedTuple):
    """One request: which, when it was asked (monotonic seconds), and what came of it. Status 0: no answer."""

    path: str
    query: int
    at: float
    ms: float
    status: int


class Told:
    """Everything that was answered."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.asked: list[Asked] = []
        # The ids that answers of a generation named, and each different answer to one request by generation.
        self.named: dict[str, set[str]] = defaultdict(set)
        self.answers: dict[tuple[str, str, int], set[tuple[str, ...]]] = defaultdict(set)
        self.disagreeing = 0

    def note(self, path: str, query: int, answer: Answer) -> None:
        """Note a good answer: which generation it names, and what it holds of it."""
        body = json.loads(answer.body)
        generation = answer.headers.get("x-index-generation", "")
        within = body["index"]["generation"] if path == PATHS[0] else generation
        self.disagreeing += within != generation
        found = body["results"] if path == PATHS[0] else body["citations"]
        ids = tuple(f"{one['determination_id']}#{one['item']}" for one in found)
        self.named[generation].update(one.partition("#")[0] for one in ids)
        self.answers[generation, path, query].add(ids)

    @property
    def mixed(self) -> int:
        """How many requests were answered in two ways from one generation."""
        return sum(len(answers) > 1 for answers in self.answers.values())

    def strangers(self, held: dict[str, set[str]]) -> int:
        """Return how many ids were named by a generation that does not hold them, or is unknown."""
        return sum(len(ids - held.get(generation, set())) for generation, ids in self.named.items())


async def client(number: int, port: int, texts: Sequence[str], over: asyncio.Event, told: Told) -> None:
    """Ask until it is over; where the server says when to come back, wait so long."""
    connection = Connection("127.0.0.1", port)
    place = number * 7
    while not over.is_set():
        query, path = place % len(texts), PATHS[place % 3 == 0]
        place += 1
        at, started = time.monotonic(), time.perf_counter()
        try:
            answer = await connection.ask("POST", path, json.dumps({"text": texts[query]}).encode())
        except (OSError, EOFError, ValueError):
            answer = Answer(FAILED, {}, b"")
        told.asked.append(Asked(path, query, at, (time.perf_counter() - started) * 1000, answer.status))
        if answer.status == OK:
            told.note(path, query, answer)
        elif pause := answer.headers.get("retry-after"):
            await asyncio.sleep(min(float(pause), _LONGEST_PAUSE))
        else:
            await asyncio.sleep(0.1)
    await connection.close()
