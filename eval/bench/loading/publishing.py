"""Publishes letters in parts while clients search, and says what each generation holds."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from config.settings import load_settings
from indexer.filters import NO_FILTERS
from indexer.sources import find_letters
from indexer.store.open import open_index


def parts(folder: Path, times: int) -> list[list[Path]]:
    """Return the letters of a folder in so many parts of like size."""
    letters = find_letters([folder])
    return [list(letters[place::times]) for place in range(times)]


def holds(index: Path) -> tuple[str, set[str]]:
    """Return the name of the published generation and the ids of its letters."""
    opened = open_index(load_settings(flags={"index": {"dir": index}}))
    try:
        return opened.generation, {key.determination_id for key in opened.select(NO_FILTERS)}
    finally:
        opened.close()


async def publish(
    index: Path, chosen: Sequence[Sequence[Path]], seconds: float, held: dict[str, set[str]]
) -> AsyncIterator[str]:
    """Publish each part in its turn, spread over some seconds; yields each generation and notes what it holds.

    Raises:
        RuntimeError: `imr index` failed.
    """
    for letters in chosen:
        await asyncio.sleep(seconds / (len(chosen) + 1))
        command = [sys.executable, "-m", "imr", "index", *map(str, letters), "--index", str(index)]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"imr index ended with {process.returncode}: {said.decode()[-500:]}")
        generation, ids = await asyncio.to_thread(holds, index)
        held[generation] = ids
        yield generation
