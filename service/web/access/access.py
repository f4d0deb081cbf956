"""All of it put together for one application."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from litestar import Router
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi.spec import Components, SecurityRequirement, SecurityScheme
from litestar.stores.memory import MemoryStore
from litestar.types import Guard

from config.settings import ServerSettings
from service.access.audit import AuditLog
from service.access.ring import keys_needed
from service.web.access.auditing import Auditor
from service.web.access.caller import Recognition
from service.web.access.guards import guard
from service.web.access.rate import forgetting, rate_limit
from service.web.access.sessions import Sessions
from service.web.access.signin import sign_in_routes

_SCHEME = "key"


class Access:
    """What an application needs to know who asks, to let in whom it may, and to write down what it showed."""

    def __init__(self, settings: ServerSettings) -> None:
        """Read the keys and open the audit log.

        Raises:
            SettingsFault: the address that is bound needs keys and none is set, or a file cannot be used.
        """
        self._settings = settings
        self._ring = keys_needed(settings)
        self._sessions = Sessions(self._ring.file, settings) if self._ring else None
        self._auditor = Auditor(AuditLog(settings.audit_file) if settings.audit_file else None)
        self.counts = MemoryStore()

    @property
    def needed(self) -> bool:
        """Whether requests need a key."""
        return self._ring is not None

    @property
    def guard(self) -> Guard:
        """What every route is guarded by."""
        return guard(needed=self.needed, open_probes=self._settings.open_probes)

    @property
    def middleware(self) -> list[DefineMiddleware]:
        """Who asks, then how often."""
        recognition = DefineMiddleware(Recognition, ring=self._ring, sessions=self._sessions)
        return [recognition, *rate_limit(self._settings.requests_per_minute, needed=self.needed)]

    @property
    def routes(self) -> list[Router]:
        """Signing in and out, where there is anything to sign in with."""
        return [sign_in_routes()] if self.needed else []

    @property
    def dependencies(self) -> Mapping[str, Provide]:
        """What handlers ask for by name."""
        return {
            "auditor": Provide(lambda: self._auditor, sync_to_thread=False),
            "ring": Provide(lambda: self._ring, sync_to_thread=False),
            "sessions": Provide(lambda: self._sessions, sync_to_thread=False),
        }

    @property
    def components(self) -> Components:
        """How OpenAPI says that a key is sent."""
        scheme = SecurityScheme(type="http", scheme="bearer", description="A key of `imr keys add`.")
        return Components(security_schemes={_SCHEME: scheme})

    @property
    def security(self) -> list[SecurityRequirement]:
        """What OpenAPI says that every operation needs."""
        return [{_SCHEME: []}] if self.needed else []

    @asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """Keep what is counted from growing while the application runs."""
        async with forgetting(self.counts):
            yield
