"""Open the index that the settings name, for reading or for writing, or look into it, whichever engine holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from config.settings import Settings
from indexer.index import Index
from indexer.store.manifest import Made, current_folder, pointed_at, read_manifest
from indexer.threads import prepare
from indexer.writing import Draft

if TYPE_CHECKING:
    from indexer.postgres.generations import Generation
    from indexer.store.status import IndexStatus
    from indexer.store.verify import Verification


def open_index(settings: Settings) -> Index:
    """Open the published index.

    Raises:
        IndexFault: there is none, or it is half written, damaged or of another format.
    """
    prepare(settings.model.threads, allow_download=settings.model.allow_download)
    if settings.index.engine == "postgres":
        from indexer.postgres.open import open_postgres

        return open_postgres(settings.index)
    from indexer.store.embedded import open_embedded

    return open_embedded(settings.index.dir)


def check_there(settings: Settings) -> None:
    """Look whether there is an index, without opening it.

    Raises:
        IndexFault: there is none, or it is half written or of another format.
    """
    if settings.index.engine == "postgres":
        _active(settings)
        return
    read_manifest(settings.index.dir, current_folder(settings.index.dir))


def read_status(settings: Settings) -> "IndexStatus":
    """Read the state of the index: of files every checksum, of tables the number of rows.

    Raises:
        IndexFault: there is no index, or it cannot be read.
    """
    if settings.index.engine == "postgres":
        from indexer.postgres import state

        return state.read_status(settings.index)
    from indexer.store import status

    return status.read_status(settings.index.dir)


def verify_index(settings: Settings) -> "Verification":
    """Check the published generation, all of it.

    Raises:
        IndexFault: there is no index.
    """
    if settings.index.engine == "postgres":
        from indexer.postgres import state

        return state.verify(settings.index)
    prepare(settings.model.threads)
    from indexer.store import verify

    return verify.verify_index(settings.index.dir)


@contextmanager
def open_draft(settings: Settings, made: Made) -> Iterator[Draft]:
    """Start the next generation of the index; nobody else writes it meanwhile.

    Args:
        settings: which index.
        made: what letters become records and vectors by.

    Raises:
        IndexFault: another process is writing, what is published is damaged, or the index cannot be written.
    """
    threads = prepare(settings.model.threads, allow_download=settings.model.allow_download)
    if settings.index.engine == "postgres":
        from indexer.postgres.draft import postgres_draft
        from indexer.store.publish import writer_lock

        # The folder keeps the vectors of a run until they are in the database.
        with writer_lock(settings.index.dir), postgres_draft(settings.index, made) as elsewhere:
            yield elsewhere
        return
    from indexer.store.draft import embedded_draft

    with embedded_draft(settings.index.dir, made, threads) as draft:
        yield draft


def current_generation(settings: Settings) -> str:
    """Return the name of the published generation, cheaply: it is asked every second while a service runs.

    Raises:
        IndexFault: there is none, or what names it is broken.
    """
    if settings.index.engine == "postgres":
        return _active(settings).name
    return current_folder(settings.index.dir).name


def published_at(settings: Settings) -> float:
    """Return when the published generation was published, in seconds since 1970.

    Raises:
        IndexFault: there is none.
    """
    if settings.index.engine == "postgres":
        return _active(settings).published
    return pointed_at(settings.index.dir)


def _active(settings: Settings) -> "Generation":
    from indexer.postgres.open import active_generation, servers_of

    writing, reading = servers_of(settings.index)
    return active_generation([writing, *reading])
