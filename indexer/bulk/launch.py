"""All shards of some letters, made by the machines of a Ray cluster.

Each worker writes its shard into the folder itself, as `imr embed --shard` does, so letters and folder lie on a file
system that all machines share. That keeps vectors out of Ray's memory, lets a shard whose machine died go on where it
was, on another machine, and needs no second kind of resuming (decision 0027).
"""

import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec

from config.errors import IndexFault
from config.settings import Settings
from indexer.bulk.raypool import RayPool, connected, has_gpu
from indexer.bulk.schedule import BulkSummary, Say, Schedule, Told
from indexer.bulk.worker import SECTIONS, Job, program_version
from indexer.sources import find_letters


def embed_all(
    paths: Sequence[Path], of: int, out: Path, settings: Settings, address: str, told: Told, say: Say
) -> BulkSummary:
    """Make all shards; those that are there are not made again.

    Args:
        paths: files and folders of letters.
        of: how many shards.
        out: their folder.
        settings: as for `imr embed`; a worker takes `[model] threads` processors, one where that is 0.
        address: where Ray is: "local", "auto" or HOST:PORT.
        told: called with how many shards are finished.
        say: called with a line when something fails.

    Raises:
        LetterRejected: a path does not exist, or holds no letter file.
        RequestFault: Ray is not installed, or the address is none.
        IndexFault: there is no cluster, none of its machines can work, or the disk refuses.
    """
    files = len(find_letters(paths))
    token = _leave_token(out)
    try:
        with connected(address) as ray:
            settings = _for_workers(settings, gpu=has_gpu(ray))
            job = Job(
                paths=tuple(str(path.resolve()) for path in paths),
                out=str(out.resolve()),
                of=of,
                files=files,
                version=program_version(settings),
                token=token.name,
                settings=settings.model_dump_json(include=SECTIONS),
            )
            gpus = 1 if settings.model.device == "cuda" else 0
            pool = RayPool(ray, msgspec.json.encode(job), settings.model.threads, gpus)
            return Schedule(of, pool, told, say).run()
    finally:
        token.unlink(missing_ok=True)


def _leave_token(out: Path) -> Path:
    """Put a file into the folder by which workers know that theirs is the same."""
    token = out / f".shared-{secrets.token_hex(8)}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        token.touch()
    except OSError as error:
        raise IndexFault(f"folder {out} cannot be written: {error.strerror}") from None
    return token


def _for_workers(settings: Settings, *, gpu: bool) -> Settings:
    """Return the settings of every worker: one processor where none is said, paths whole, one kind of device."""
    model, reading = settings.model, settings.reading
    threads = model.threads or 1
    device = model.device if model.device != "auto" else "cuda" if gpu else "cpu"
    path = str(Path(model.path).resolve()) if model.path else ""
    layouts = str(Path(reading.layouts).resolve()) if reading.layouts else ""
    return settings.model_copy(
        update={
            "model": model.model_copy(update={"threads": threads, "device": device, "path": path}),
            "reading": reading.model_copy(update={"processes": reading.processes or threads, "layouts": layouts}),
        }
    )
