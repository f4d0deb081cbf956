"""Run the application with uvicorn: one process, so one index and one model in memory."""

import contextlib
import socket
from collections.abc import Callable

from config.errors import SettingsFault
from config.settings import ServerSettings, Settings
from service.access.ring import keys_needed

_GRACE_SECONDS = 10


def _say_nothing(address: str) -> None:
    """Keep the address to itself."""


def run(settings: Settings, announce: Callable[[str], None] = _say_nothing) -> None:
    """Serve until interrupted. Prints nothing; heavy imports happen here.

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
    import uvicorn

    from service.web.app import create_app
    from service.web.readiness import Readiness

    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            workers=1,
            lifespan="on",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    readiness: Readiness = app.state.readiness
    readiness.on_failure = lambda _: setattr(server, "should_exit", True)
    with contextlib.suppress(KeyboardInterrupt):
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
