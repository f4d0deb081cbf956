"""Several processes that answer, behind one socket: uvicorn's supervisor starts them anew when they die.

Each loads a model of its own and maps the same index files, whose pages the system holds once. The cores are shared out
among them, so that their models do not fight for them.
"""

import contextlib
import logging
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from functools import partial

import uvicorn
from litestar import Litestar
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from config.errors import IndexFault
from config.settings import Settings
from indexer.threads import available_cores
from service.web.process import orderly, uvicorn_options

logger = logging.getLogger(__name__)

# A worker that imports torch and opens an index may not answer for a while.
_HEALTH_SECONDS = 30
# Read by the metrics' library when a worker imports it.
_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


class Supervisor(Multiprocess):
    """Passes SIGHUP on to the workers, which look for another generation; uvicorn would replace them all."""

    def handle_hup(self) -> None:
        """Let each worker that has started look for another generation."""
        for process in self.processes:
            if process.pid is not None and process.is_ready(timeout=1):
                os.kill(process.pid, signal.SIGHUP)


def run_workers(settings: Settings, listening: socket.socket) -> None:
    """Serve with several processes until interrupted or told to stop.

    Raises:
        IndexFault: a worker could not open the index; it has said why.
    """
    from service.web.logs import set_up_logs

    set_up_logs(settings.server)
    shared = settings.model_copy(
        update={"model": settings.model.model_copy(update={"threads": threads_each(settings)})}
    )
    config = uvicorn.Config(
        partial(worker_app, shared),
        factory=True,
        workers=settings.server.workers,
        timeout_worker_healthcheck=_HEALTH_SECONDS,
        **uvicorn_options(settings.server),
    )
    with _shared_metrics():
        supervisor = Supervisor(config, sockets=[listening])
        supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise IndexFault("a worker could not open the index; the line above says why")


def threads_each(settings: Settings) -> int:
    """Return how many threads a worker's model may use: what is set, else its share of the cores."""
    return settings.model.threads or max(1, available_cores() // settings.server.workers)


def worker_app(settings: Settings) -> Litestar:
    """Build the application in a worker's process."""
    from service.web.app import create_app
    from service.web.logs import set_up_logs

    set_up_logs(settings.server)
    app = orderly(create_app(settings), settings.server)
    readiness = app.state.readiness
    tell = readiness.on_failure

    def give_up(error: Exception) -> None:
        """End in the way that tells the supervisor not to start another that would fail alike."""
        tell(error)
        # At once: nothing is open that would have to be closed, and uvicorn would log an orderly way out as a failure.
        os._exit(STARTUP_FAILURE)

    readiness.on_failure = give_up
    return app


@contextlib.contextmanager
def _shared_metrics() -> Iterator[None]:
    """Name a folder in which the workers add up their metrics, before any of them starts."""
    with tempfile.TemporaryDirectory(prefix="imr-metrics-") as folder:
        os.environ[_FOLDER_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER_VARIABLE]
