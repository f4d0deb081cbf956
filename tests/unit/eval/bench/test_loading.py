"""The parts of the load harness: its client, what it notes of answers, its figures."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from eval.bench.load import texts_of
from eval.bench.loading.clients import Asked, Told
from eval.bench.loading.http import Answer, Connection
from eval.bench.loading.publishing import parts
from eval.bench.loading.report import growth, percentiles, plot_memory, requests


def answer(generation: str, *ids: str, within: str | None = None) -> Answer:
    """Return an answer of a search."""
    body = {
        "index": {"generation": within or generation},
        "results": [{"determination_id": one, "item": 1} for one in ids],
    }
    return Answer(200, {"x-index-generation": generation}, json.dumps(body).encode())


def told(*answers: Answer) -> Told:
    noted = Told()
    for one in answers:
        noted.note("/api/search", 0, one)
    return noted


def test_answers_of_one_generation_each_are_fine() -> None:
    noted = told(answer("g1", "a"), answer("g2", "a", "b"), answer("g1", "a"))
    assert (noted.mixed, noted.disagreeing, noted.strangers({"g1": {"a"}, "g2": {"a", "b"}})) == (0, 0, 0)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([answer("g1", "a"), answer("g1", "b")], (1, 0, 0)),
        ([answer("g1", "a", within="g2")], (0, 1, 0)),
        ([answer("g1", "c")], (0, 0, 1)),
        ([answer("g9", "a")], (0, 0, 1)),
    ],
)
def test_an_answer_of_no_one_generation_is_seen(answers: list[Answer], found: tuple[int, int, int]) -> None:
    noted = told(*answers)
    held = {"g1": {"a", "b"}, "g2": {"a", "b"}}
    assert (noted.mixed, noted.disagreeing, noted.strangers(held)) == found


def test_figures_keep_what_was_refused_apart() -> None:
    asked = [Asked("/api/search", 0, 0, ms, status) for ms, status in ((10, 200), (20, 200), (1, 503), (1, 429))]
    found: Any = requests(asked, 2)
    assert found["by_status"] == {"200": 2, "429": 1, "503": 1}
    assert found["answered_per_second"] == 1
    assert found["ms"]["/api/search"] == {"p50": 15.0, "p95": 19.5, "p99": 19.9, "max": 20}
    assert found["ms"]["/api/evidence"] == percentiles([]) == {}


def test_growth_is_a_slope_since_the_first_third(tmp_path: Path) -> None:
    # Ten MiB a minute after a start that is not looked at.
    samples = [(float(at), (100 if at < 60 else 200 + at // 6) * 2**20, 0) for at in range(0, 180, 6)]
    found = growth(samples)
    assert (found["third"], found["most"], found["mib_per_minute"]) == (210, 229, 10.0)
    assert growth(samples[:1]) == {}
    plot_memory(tmp_path / "memory.png", samples, [60.0])
    assert (tmp_path / "memory.png").read_bytes().startswith(b"\x89PNG")


def test_texts_are_spread_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text("\n".join(json.dumps({"text": f"t{number}"}) for number in range(10)))
    assert texts_of(file, 5) == ["t0", "t2", "t4", "t6", "t8"]
    assert len(texts_of(file, 99)) == 10


def test_letters_are_parted_without_loss(sample_letters: Path) -> None:
    found = parts(sample_letters, 3)
    assert sorted(letter for part in found for letter in part) == sorted(sample_letters.iterdir())
    assert max(map(len, found)) - min(map(len, found)) <= 1


def test_the_client_asks_over_one_connection_and_again_after_it_broke() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        for _ in range(2):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
            body = await reader.readexactly(length)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Odd: a: b\r\n\r\n%s" % (length, body))
        writer.close()
        await writer.wait_closed()

    async def ask() -> list[Answer | str]:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            connection = Connection("127.0.0.1", server.sockets[0].getsockname()[1])
            found: list[Answer | str] = []
            for body in (b"one", b"two", b"three", b"four"):
                try:
                    found.append(await connection.ask("POST", "/", body))
                except (OSError, EOFError) as error:
                    found.append(type(error).__name__)
            await connection.close()
            return found

    connections: list[int] = []
    first, second, third, fourth = asyncio.run(ask())
    assert first == Answer(200, {"content-length": "3", "x-odd": "a: b"}, b"one")
    assert isinstance(second, Answer)
    assert isinstance(third, str)
    assert isinstance(fourth, Answer)
    assert fourth.body == b"four"
    assert len(connections) == 2
