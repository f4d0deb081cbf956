"""Open or look into the index that the settings name, whichever engine holds it."""

from typing import TYPE_CHECKING

from config.settings import Settings
from indexer.index import Index
from indexer.threads import prepare

if TYPE_CHECKING:
    from indexer.store.status import IndexStatus
    from indexer.store.verify import Verification


def open_index(settings: Settings) -> Index:
    """Open the published index.

    Raises:
        IndexFault: there is none, or it is half written, damaged or of another format.
    """
    threads = prepare(settings.model.threads, allow_download=settings.model.allow_download)
    if settings.index.engine == "postgres":
        from indexer.postgres.open import open_postgres

        return open_postgres(settings.index)
    from indexer.store.embedded import open_embedded

    return open_embedded(settings.index.dir, threads)


def check_there(settings: Settings) -> None:
    """Look whether there is an index, without opening it.

    Raises:
        IndexFault: there is none, or it is half written or of another format.
    """
    if settings.index.engine == "postgres":
        from indexer.postgres.open import active_generation, servers_of

        writing, reading = servers_of(settings.index)
        active_generation([writing, *reading])
        return
    from indexer.store.manifest import current_folder, read_manifest

    read_manifest(current_folder(settings.index.dir))


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
    threads = prepare(settings.model.threads)
    from indexer.store import verify

    return verify.verify_index(settings.index.dir, threads)
