"""Writes a line of the audit log before an answer leaves; without a log it does nothing."""

from collections.abc import Iterable

import anyio.to_thread

from service.access.audit import Act, AuditLog
from service.web.access.caller import caller_of
from service.web.body import StrictRequest


class Auditor:
    """Knows who asks by the request."""

    def __init__(self, log: AuditLog | None) -> None:
        """Write to a log, if there is one."""
        self._log = log

    async def note(
        self,
        request: StrictRequest,
        act: Act,
        *,
        generation: str | None,
        determinations: Iterable[str],
        content: str | bytes | None = None,
    ) -> None:
        """Write down what is about to be shown, on a worker thread: the disk may be slow.

        Raises:
            AuditFault: it cannot be written; then nothing may be shown.
        """
        log = self._log
        if log is None:
            return
        caller = caller_of(request)
        who, key = (caller.name, caller.key_id) if caller else (None, None)
        shown = tuple(determinations)

        def write() -> None:
            log.write(act, who=who, key=key, generation=generation, determinations=shown, request=content)

        await anyio.to_thread.run_sync(write)
