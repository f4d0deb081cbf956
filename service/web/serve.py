"""Run the application with uvicorn: one process, or several behind one socket."""

import contextlib
import socket
from collections.abc import Callable

from config.errors import SettingsFault
from config.settings import ServerSettings, Settings
from service.access.ring import keys_needed


def _say_nothing(address: str) -> None:
    """Keep the address to itself."""


def run(settings: Settings, announce: Callable[[str], None] = _say_nothing) -> None:
    """Serve until interrupted or told to stop. Prints nothing but the log; heavy imports happen here.

    Args:
        settings: where to listen and what to serve.
        announce: told the address once it is bound; port 0 takes any port that is free.

    Raises:
        SettingsFault: the address cannot be listened on, or needs keys and there are none.
        IndexFault: the index is missing, damaged or made by another model.
    """
    keys_needed(settings.server)
    listening = _listen(settings.server)
    announce(_address(listening))
    if settings.server.workers > 1:
        from service.web.workers import run_workers

        run_workers(settings, listening)
    else:
        _run_alone(settings, listening)


def _run_alone(settings: Settings, listening: socket.socket) -> None:
    import uvicorn

    from service.web.app import create_app
    from service.web.logs import set_up_logs
    from service.web.process import orderly, quiet_end, uvicorn_options
    from service.web.readiness import Readiness

    set_up_logs(settings.server)
    app = orderly(create_app(settings), settings.server)
    server = uvicorn.Server(uvicorn.Config(app, workers=1, **uvicorn_options(settings.server)))
    readiness: Readiness = app.state.readiness
    readiness.on_failure = lambda _: setattr(server, "should_exit", True)
    with contextlib.suppress(KeyboardInterrupt), quiet_end():
        server.run(sockets=[listening])
    if readiness.failure is not None:
        raise readiness.failure


def _listen(settings: ServerSettings) -> socket.socket:
    """Bind first, so that a taken port is said in one line before seconds are spent on loading."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        # What follows in brackets repeats the address.
        reason = (error.strerror or str(error)).partition(" (")[0].lower()
        raise SettingsFault(f"cannot listen on {settings.host} port {settings.port}: {reason}") from None


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
