"""Workers as Ray core actors; the only module that imports Ray.

Ray is told to report no usage, to show no dashboard and to forward no worker's output. Its own retries are off: the
schedule decides what is tried again. Nothing but numbers and JSON crosses: no letter, no vector.
"""

import logging
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from types import ModuleType
from typing import Any

import msgspec

from config.errors import IndexFault, RequestFault
from indexer.bulk.schedule import Event, Lost, Made, Ready, Refused
from indexer.bulk.worker import Answer, ShardWorker
from indexer.sharding import Cut
from indexer.threads import available_cores

LOCAL = "local"

QUIET = {"RAY_USAGE_STATS_ENABLED": "0"}
# Asked for 127.0.0.1, Ray takes the machine's own address instead, and its servers listen on every interface. This is
# what it does on Windows and macOS; it is read when Ray is imported.
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
# Ray's least. Only JSON goes through it.
_STORE_BYTES = 80 * 1024 * 1024


class RayPool:
    """Actors over a connected Ray."""

    def __init__(self, ray: ModuleType, job: bytes, cpus: int, gpus: int) -> None:
        """Take a job and what each actor is to have of a machine."""
        self._ray = ray
        self._job = job
        self._needs = {"CPU": cpus, "GPU": gpus}
        self._class = ray.remote(num_cpus=cpus, num_gpus=gpus, max_restarts=0, max_task_retries=0)(ShardWorker)
        self._actors: dict[int, Any] = {}
        self._asked: dict[Any, int] = {}
        self._loading: set[int] = set()
        self._started = 0

    def room(self) -> int:
        """Return how many actors the living machines hold."""
        return sum(
            min(int(node["Resources"].get(name, 0) // count) for name, count in self._needs.items() if count)
            for node in self._ray.nodes()
            if node["Alive"]
        )

    def start(self) -> int:
        """Start an actor and let it load the model."""
        worker = self._started
        self._started += 1
        self._actors[worker] = self._class.remote(self._job)
        self._loading.add(worker)
        self._asked[self._actors[worker].load.remote()] = worker
        return worker

    def give(self, worker: int, cut: Cut) -> None:
        """Let an actor make a shard."""
        self._asked[self._actors[worker].embed.remote(cut.shard)] = worker

    def wait(self, seconds: float) -> Sequence[Event]:
        """Return the answers that are there, and which actors died."""
        if not self._asked:
            time.sleep(seconds)  # all shards wait for their next try, or no machine has room
            return ()
        done, _ = self._ray.wait(list(self._asked), num_returns=1, timeout=seconds)
        return [self._event(answer) for answer in done]

    def _event(self, asked: Any) -> Event:  # noqa: ANN401 - Ray's reference
        worker = self._asked.pop(asked)
        loading = worker in self._loading
        self._loading.discard(worker)
        try:
            answer = msgspec.json.decode(self._ray.get(asked), type=Answer)
        except self._ray.exceptions.RayError:
            # Its message is Ray's, of many lines; the actor may also only be out of reach, and is not asked again.
            self._ray.kill(self._actors.pop(worker), no_restart=True)
            return Lost(worker=worker)
        if answer.fault is not None:
            return Refused(worker=worker, reason=answer.fault)
        if answer.summary is not None:
            return Made(worker=worker, summary=answer.summary)
        if not loading:
            return Refused(worker=worker, reason="it gave no shard")
        return Ready(worker=worker)


@contextmanager
def connected(address: str) -> Iterator[ModuleType]:
    """Connect to a cluster of which this machine is part, or start one here, on loopback, until the block ends.

    Args:
        address: "local"; "auto" for the cluster that runs on this machine; or HOST:PORT of its head.

    Raises:
        RequestFault: Ray is not installed, or the address cannot be one.
        IndexFault: nothing answers there, or not as Ray does.
    """
    os.environ.update(QUIET)
    if address == LOCAL:
        os.environ.update(LOOPBACK)
        # Whoever reaches Ray runs code as its user: on a machine with several users, loopback alone is no wall.
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
    elif address != "auto":
        _answers(address)
    try:
        import ray
    except ImportError:
        raise RequestFault("Ray is not installed: pip install 'imr-precedent[ray]', on every machine") from None
    # What befalls a node Ray prints, and has no setting against; standard output is the command's own.
    with redirect_stdout(sys.stderr):
        try:
            _connect(ray, address)
            yield ray
        finally:
            ray.shutdown()


def _connect(ray: ModuleType, address: str) -> None:
    here: dict[str, Any] = {
        "num_cpus": available_cores(),
        "object_store_memory": _STORE_BYTES,
        "include_dashboard": False,
    }
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **(here if address == LOCAL else {}))
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise IndexFault(f"Ray at {address}: {str(error).splitlines()[0] if str(error) else 'no answer'}") from None


def has_gpu(ray: ModuleType) -> bool:
    """Whether a machine of the cluster has a GPU."""
    return any(node["Resources"].get("GPU", 0) >= 1 for node in ray.nodes() if node["Alive"])


def _answers(address: str) -> None:
    """Knock before Ray does: it would wait for minutes, and then end the program."""
    host, _, port = address.rpartition(":")
    if not (host and port.isdecimal() and 0 < int(port) < 2**16) or "/" in host:
        raise RequestFault(f"--ray {address}: give local, auto or HOST:PORT of the cluster's head")
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except OSError as error:
        raise IndexFault(f"Ray at {address}: {error.strerror or error}") from None
