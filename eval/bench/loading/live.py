"""Asks /health/live twenty times a second from a process of its own, so that nothing but the server can be late.

`python -m eval.bench.loading.live PORT SECONDS` prints the milliseconds of each answer as JSON.
"""

import asyncio
import json
import sys
import time

from eval.bench.loading.http import Connection

_PAUSE_SECONDS = 0.05


async def probe(port: int, seconds: float) -> list[float]:
    """Return how long each answer took, in milliseconds; a failure counts as infinitely long."""
    connection = Connection("127.0.0.1", port)
    took = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        started = time.perf_counter()
        try:
            await connection.ask("GET", "/health/live")
            took.append((time.perf_counter() - started) * 1000)
        except (OSError, EOFError, ValueError):
            took.append(float("inf"))
        await asyncio.sleep(_PAUSE_SECONDS)
    await connection.close()
    return took


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(probe(int(sys.argv[1]), float(sys.argv[2])))))
