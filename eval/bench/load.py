"""The service under load: `python -m eval.bench.load --index IDX --requests FILE --out DIR`.

Starts `imr serve` over a copy of the index on a free port, lets clients search and ask for evidence, two to one, with
the texts of FILE (lines of JSON with `text`, as a benchmark's queries.jsonl), and asks /health/live meanwhile from
another process. Writes load.json, memory.png and the server's log to DIR and prints the figures. With `--publish FOLDER
--times N` the letters of FOLDER are added to the index in N parts meanwhile: every answer must be of exactly one
generation, that is name the one it was made from, hold only ids of it, and be the same whenever that generation is
asked the same. The exit code is 1 where that does not hold, or where a request failed with anything but 429 or 503.
"""

import argparse
import asyncio
import json
import shutil
import sys
import time
from pathlib import Path

from eval.bench.loading.clients import OK, Told, client
from eval.bench.loading.publishing import holds, parts, publish
from eval.bench.loading.report import growth, percentiles, plot_memory, requests
from eval.bench.loading.server import Server

_BUSY = {429, 503}
_LONGEST = 4000
# How long clients still ask after the last publication, so that it is taken up and asked.
_AFTERWARDS = 10


def texts_of(path: Path, most: int) -> list[str]:
    """Return the texts of a file of requests, spread evenly over it."""
    texts = [json.loads(line)["text"][:_LONGEST] for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [texts[place * len(texts) // most] for place in range(min(most, len(texts)))]


async def measure(told: argparse.Namespace) -> dict[str, object]:
    """Run it and return the figures."""
    told.out.mkdir(parents=True, exist_ok=True)
    index = told.out / "index"
    shutil.rmtree(index, ignore_errors=True)
    shutil.copytree(told.index, index)
    texts = texts_of(told.requests, told.texts)
    held = dict([holds(index)])
    server = Server(index, told.out / "server.log", told.workers)
    try:
        await server.ready()
        found = await _load(server, told, index, texts, held)
    finally:
        code = server.stop()
    return {**found, "exit_code": code}


async def _load(
    server: Server, chosen: argparse.Namespace, index: Path, texts: list[str], held: dict[str, set[str]]
) -> dict[str, object]:
    told, samples, published = Told(), list[tuple[float, int, int]](), list[float]()
    over = asyncio.Event()
    began = time.monotonic()
    probe = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "eval.bench.loading.live", str(server.port), str(chosen.seconds), stdout=-1
    )
    work = [client(number, server.port, texts, over, told) for number in range(chosen.clients)]

    async def end() -> None:
        await asyncio.sleep(chosen.seconds)
        if chosen.publish:
            await adding
            await asyncio.sleep(_AFTERWARDS)
        over.set()

    async def add() -> None:
        async for _ in publish(index, parts(chosen.publish, chosen.times), chosen.seconds, held):
            published.append(time.monotonic() - began)

    adding = asyncio.create_task(add() if chosen.publish else asyncio.sleep(0))
    await asyncio.gather(*work, _watch(server, began, over, samples), end())
    seconds = time.monotonic() - began
    live, _ = await probe.communicate()
    plot_memory(chosen.out / "memory.png", samples, published)
    return {
        "clients": chosen.clients,
        "seconds": round(seconds, 1),
        "workers": chosen.workers,
        **requests(told.asked, seconds),
        "live_ms": percentiles(json.loads(live)),
        "memory_mib": growth(samples),
        "processes": server.shares(),
        "generations": {name: len(held.get(name, ())) for name in sorted(told.named)},
        "of_no_one_generation": told.disagreeing + told.mixed + told.strangers(held),
    }


async def _watch(server: Server, began: float, over: asyncio.Event, samples: list[tuple[float, int, int]]) -> None:
    while not over.is_set():
        samples.append((time.monotonic() - began, *server.memory()))
        await asyncio.sleep(1)


def main() -> int:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.load", description=__doc__)
    parser.add_argument("--index", required=True, type=Path)
    parser.add_argument("--requests", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--texts", type=int, default=200, help="Different requests, spread over the file.")
    parser.add_argument("--publish", type=Path, help="Letters to add meanwhile; clients ask at least until they are.")
    parser.add_argument("--times", type=int, default=3, help="In how many parts.")
    chosen = parser.parse_args()
    found = asyncio.run(measure(chosen))
    (chosen.out / "load.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    statuses = found["by_status"]
    assert isinstance(statuses, dict)  # noqa: S101 - made by `requests`
    failed = {status for status in statuses if int(status) not in _BUSY | {OK}}
    return 1 if failed or found["of_no_one_generation"] or found["exit_code"] else 0


if __name__ == "__main__":
    sys.exit(main())
