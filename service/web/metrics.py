"""What is measured, for Prometheus. docs/operations.md explains each metric; a test holds that none is left out.

No label ever holds anything that a client wrote: routes are our own templates, methods and statuses are of fixed sets.

With several workers each keeps its values in files of a folder that `PROMETHEUS_MULTIPROC_DIR` names, and whichever is
asked adds up the files of all. The client library decides between the two when it is imported.
"""

import os
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from service.observing import Stage
from service.records import Coverage
from service.web.generations import Generation, Generations

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LATE_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

# When a series was first seen is of no use here, and would be a series more for each.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics of one application. Each may be told from any thread."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = own = CollectorRegistry()
        self._requests = Counter("imr_requests", "Requests answered.", ("method", "route", "status"), registry=own)
        self._request_seconds = Histogram(
            "imr_request_seconds", "Seconds from a request to its answer.", ("route",), buckets=_SECONDS, registry=own
        )
        self._stage_seconds = Histogram(
            "imr_stage_seconds", "Seconds in each stage of answering.", ("stage",), buckets=_SECONDS, registry=own
        )
        self._coverage = Counter(
            "imr_coverage", "Items asked for, by how near the index came.", ("coverage",), registry=own
        )
        self._queue = Gauge(
            "imr_queue_length", "Requests that wait for a place.", multiprocess_mode="livesum", registry=own
        )
        self._rejected = Counter("imr_queue_rejected", "Requests sent away: no place in time.", registry=own)
        self._generation = Gauge(
            "imr_generation",
            "Workers that answer from a generation; 0 where none does any more.",
            ("generation",),
            multiprocess_mode="livesum",
            registry=own,
        )
        self._age = Gauge(
            "imr_generation_age_seconds",
            "Seconds since what answers was published.",
            multiprocess_mode="livemax",
            registry=own,
        )
        self._holds = Gauge(
            "imr_index_holds",
            "Letters, items, passages and rejected letters of the index.",
            ("what",),
            multiprocess_mode="livemax",
            registry=own,
        )
        self._open = Gauge(
            "imr_generations_open",
            "Generations open, with those that only finish requests.",
            multiprocess_mode="livesum",
            registry=own,
        )
        self._reloads = Counter("imr_reloads", "Generations taken up or refused.", ("outcome",), registry=own)
        self._late = Histogram(
            "imr_loop_late_seconds",
            "Seconds by which the event loop was late, once a second.",
            buckets=_LATE_SECONDS,
            registry=own,
        )
        self._resident = Gauge(
            "imr_resident_bytes",
            "Memory of the process that is in RAM.",
            multiprocess_mode="liveall",
            registry=own,
        )
        self._told: Generation | None = None
        for outcome in ("ok", "failed"):
            self._reloads.labels(outcome)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. `route` is the template of the path; `status` 0 where nothing was answered."""
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def stage(self, name: Stage, seconds: float) -> None:
        """Count a stage (`service.observing.Observer`)."""
        self._stage_seconds.labels(name).observe(seconds)

    def coverage(self, coverage: Coverage) -> None:
        """Count an item asked for (`service.observing.Observer`)."""
        self._coverage.labels(coverage).inc()

    def rejected(self) -> None:
        """Count a request that was sent away because no place became free."""
        self._rejected.inc()

    def reloaded(self, *, ok: bool) -> None:
        """Count a generation that was taken up, or could not be."""
        self._reloads.labels("ok" if ok else "failed").inc()

    def late(self, seconds: float) -> None:
        """Note by how much the event loop was late."""
        self._late.observe(seconds)

    def refresh(self, generations: Generations, waiting: int) -> None:
        """Note what changes without being told: the queue, the generations and their age, the memory."""
        self._queue.set(waiting)
        self._open.set(generations.open)
        self._resident.set(resident_bytes())
        if generations.current is not None:
            self._age.set(generations.current.age)
            self._tell(generations.current)

    def _tell(self, current: Generation) -> None:
        if self._told is current:
            return
        if self._told is not None:
            self._generation.labels(self._told.name).set(0)
        self._told = current
        self._generation.labels(current.name).set(1)
        for what in current.counts.__struct_fields__:
            self._holds.labels(what).set(getattr(current.counts, what))

    def written(self) -> bytes:
        """Return everything in Prometheus's text format, of all workers together."""
        folder = os.environ.get(FOLDER_VARIABLE)
        if not folder:
            return generate_latest(self.registry)
        forget_the_dead(Path(folder))
        together = CollectorRegistry()
        MultiProcessCollector(together, path=folder)  # type: ignore[no-untyped-call]
        return generate_latest(together)


def forget_the_dead(folder: Path) -> None:
    """Leave out what a worker that is gone last said of itself; what it counted stays counted."""
    pids = {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*_*.db")}
    for pid in pids:
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid, path=str(folder))  # type: ignore[no-untyped-call]


def resident_bytes() -> int:
    """Return how much of this process's memory is in RAM; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0
