"""What users see when the primary is lost: `python -m eval.bench.failover --out DIR`.

A primary, a streaming replica that confirms every commit, two instances of `imr serve` (one reads the replica first,
one the primary), clients that search and ask for evidence, and a writer that does what `imr index` does with one letter
after the other. After a third of the time every process of the primary is killed; some seconds later, as an operator or
a watchdog would, the replica is promoted. Letters are the packaged samples and the model is the hashing stand-in, so
times are of the failover and not of searching. Every answer must be of exactly one generation (see `eval.bench.load`).
Writes failover.json and the instances' logs to DIR and prints the figures; the exit code is 1 where an answer was wrong
or mixed, or where reads or writes did not come back.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from config.errors import Fault
from config.settings import Settings, load_settings
from eval.bench.loading.clients import OK, Asked, Told, client
from eval.bench.loading.report import percentiles
from eval.bench.loading.server import Server as Instance
from eval.bench.pgserver import Server, configure, kill, promote, replica_of, started
from eval.letters.publish import write_letters
from eval.letters.source import load_samples
from indexer.build import build_index
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS
from indexer.store.open import open_index

# Nothing is flushed to these disks: what is measured survives by the replica's copy.
_SERVER = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "remote_apply"}
_FIRST_LETTERS = 60
_LONGEST = 300
_PAUSE = 0.5


class Moments(NamedTuple):
    """When things happened, in monotonic seconds."""

    killed: float
    promoted: float


class Cluster(NamedTuple):
    """A primary and its replica."""

    primary: Server
    replica: Server

    @property
    def writing(self) -> str:
        """The connection string of the server that takes writes, whichever it is."""
        ports = f"{self.primary.port},{self.replica.port}"
        return self.primary.dsn(host="127.0.0.1,127.0.0.1").replace(
            f"port={self.primary.port}", f"port={ports} target_session_attrs=read-write"
        )


class Writer:
    """Adds one letter after the other, and notes what each generation holds and when it was published."""

    def __init__(self, settings: Settings) -> None:
        """Write by some settings."""
        self._settings = settings
        self.held: dict[str, set[str]] = {}
        self.published: list[float] = []
        self.refused: list[tuple[float, str]] = []

    def add(self, letters: Sequence[Path]) -> bool:
        """Publish some letters; return whether that was done."""
        try:
            summary = build_index(letters, self._settings, HashingEmbedder())
        except Fault as fault:
            self.refused.append((time.monotonic(), str(fault).splitlines()[0]))
            return False
        self.published.append(time.monotonic())
        self.look(summary.generation)
        return True

    def look(self, name: str | None = None) -> None:
        """Note what the published generation holds, if it is the one that is meant."""
        index = open_index(self._settings)
        if name in {None, index.generation}:
            self.held[index.generation] = {key.determination_id for key in index.select(NO_FILTERS)}
        index.close()

    async def keep_adding(self, letters: Sequence[Path], over: asyncio.Event) -> None:
        """Add one after the other until it is over; one that was refused is tried again."""
        left = list(letters)
        while left and not over.is_set():
            if await asyncio.to_thread(self.add, left[:1]):
                left = left[1:]
            await asyncio.sleep(_PAUSE)


def _settings(dsn: str, folder: Path) -> Settings:
    index = {"engine": "postgres", "dsn": SecretStr(dsn), "dir": folder}
    return load_settings(flags={"index": index, "model": {"kind": "hashing", "threads": 1}})


def _instance(cluster: Cluster, out: Path, name: str, reading: Sequence[Server]) -> Instance:
    environment = {
        "IMR_INDEX_ENGINE": "postgres",
        "IMR_INDEX_DSN": cluster.writing,
        "IMR_INDEX_READ_DSNS": ";".join(server.dsn() for server in reading),
        "IMR_MODEL_KIND": "hashing",
        "IMR_MODEL_THREADS": "1",
    }
    return Instance(out / "kept", out / f"{name}.log", 1, environment)


async def _measure(
    cluster: Cluster, chosen: argparse.Namespace, writer: Writer, letters: list[Path]
) -> dict[str, object]:
    instances = {
        "replica first": _instance(cluster, chosen.out, "replica-first", [cluster.replica, cluster.primary]),
        "primary first": _instance(cluster, chosen.out, "primary-first", [cluster.primary, cluster.replica]),
    }
    texts = [f"{item.title}. {item.rationale}"[:_LONGEST] for letter in load_samples() for item in letter.items][::4]
    told = {name: Told() for name in instances}
    over = asyncio.Event()
    try:
        await asyncio.gather(*(instance.ready() for instance in instances.values()))
        asking = [
            asyncio.create_task(client(number, instance.port, texts, over, told[name]))
            for number in range(chosen.clients // len(instances))
            for name, instance in instances.items()
        ]
        adding = asyncio.create_task(writer.keep_adding(letters, over))
        await asyncio.sleep(chosen.seconds / 3)
        killed = time.monotonic()
        kill(cluster.primary)
        await asyncio.sleep(chosen.promote_after)
        await asyncio.to_thread(promote, cluster.replica)
        moments = Moments(killed, time.monotonic())
        await asyncio.sleep(chosen.seconds * 2 / 3)
        over.set()
        await asyncio.gather(*asking, adding)
    finally:
        codes = [instance.stop() for instance in instances.values()]
    writer.look()
    return _figures(chosen, writer, told, moments, codes)


def _figures(
    chosen: argparse.Namespace, writer: Writer, told: dict[str, Told], moments: Moments, codes: list[int]
) -> dict[str, object]:
    after = [at - moments.killed for at in writer.published if at > moments.killed]
    refused = [(at, why) for at, why in writer.refused if at > moments.killed]
    wrong = sum(one.disagreeing + one.mixed + one.strangers(writer.held) for one in told.values())
    return {
        "clients": chosen.clients,
        "seconds": chosen.seconds,
        "promoted_after_seconds": round(moments.promoted - moments.killed, 2),
        "writes": {
            "published_before": len(writer.published) - len(after),
            "published_after": len(after),
            "refused": len(refused),
            "refused_as": dict(Counter(why[:200] for _, why in refused)),
            "back_after_seconds": round(after[0], 2) if after else None,
            "back_after_promotion_seconds": round(after[0] - (moments.promoted - moments.killed), 2) if after else None,
        },
        "reads": {name: reads(one, moments) for name, one in told.items()},
        "generations": {name: len(ids) for name, ids in sorted(writer.held.items())},
        "answered_from": sorted({name for one in told.values() for name in one.named}),
        "of_no_one_generation": wrong,
        "exit_codes": codes,
    }


def reads(told: Told, moments: Moments) -> dict[str, object]:
    """Return how requests went before and after the primary was lost."""
    ended = [(one, one.at + one.ms / 1000) for one in told.asked]
    before = [one for one, at in ended if at <= moments.killed]
    after = [(one, at) for one, at in ended if at > moments.killed]
    bad = [at - moments.killed for one, at in after if one.status != OK]
    good = [at for one, at in after if one.status == OK]
    waits = [later - earlier for earlier, later in zip([moments.killed, *good], good, strict=False)]
    return {
        "before": _counted(before),
        "after": _counted([one for one, _ in after]),
        "last_failure_after_seconds": round(max(bad), 2) if bad else None,
        "longest_without_an_answer_seconds": round(max(waits), 2) if waits else None,
        "answered_in_last_second": sum(at > good[-1] - 1 for at in good) if good else 0,
    }


def _counted(asked: Sequence[Asked]) -> dict[str, object]:
    statuses = Counter(one.status for one in asked)
    return {
        "by_status": {str(status): number for status, number in sorted(statuses.items())},
        "ms": percentiles([one.ms for one in asked if one.status == OK]),
    }


def measure(chosen: argparse.Namespace) -> dict[str, object]:
    """Run it and return the figures."""
    chosen.out.mkdir(parents=True, exist_ok=True)
    letters = list(write_letters(chosen.out / "letters"))
    with ExitStack() as held:
        primary = held.enter_context(started({**_SERVER, "max_connections": "100"}))
        loading = Writer(_settings(primary.dsn(), chosen.out / "kept"))
        loading.add(letters[:_FIRST_LETTERS])
        replica = held.enter_context(replica_of(primary, {**_SERVER, "max_connections": "100"}))
        # From now on a commit waits for the replica. The replica has no such setting: promoted, it stands alone.
        configure(primary, {"synchronous_standby_names": "*"})
        cluster = Cluster(primary, replica)
        writer = Writer(_settings(cluster.writing, chosen.out / "kept"))
        writer.look()
        return asyncio.run(_measure(cluster, chosen, writer, letters[_FIRST_LETTERS:]))


def main() -> int:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.failover", description=__doc__)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--promote-after", type=float, default=5, help="Seconds until the replica is promoted.")
    chosen = parser.parse_args()
    found = measure(chosen)
    written = json.dumps(found, indent=2) + "\n"
    (chosen.out / "failover.json").write_text(written, encoding="utf-8")
    sys.stdout.write(written)
    writes, answered = found["writes"], found["reads"]
    assert isinstance(writes, dict)  # noqa: S101 - made above
    assert isinstance(answered, dict)  # noqa: S101 - made above
    back = writes["published_after"] and all(one["answered_in_last_second"] for one in answered.values())
    return 0 if back and not found["of_no_one_generation"] else 1


if __name__ == "__main__":
    sys.exit(main())
