"""Open the index that the settings name, for reading or for writing, whichever engine holds it."""

from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings
from indexer.index import Index
from indexer.store.manifest import Made, current_folder, pointed_at
from indexer.threads import prepare
from indexer.writing import Draft


def open_index(settings: Settings) -> Index:
    """Open the published index.

    Raises:
        IndexFault: there is none, or it is half written, damaged or of another format.
    """
    threads = prepare(settings.model.threads, allow_download=settings.model.allow_download)
    from indexer.store.embedded import open_embedded

    return open_embedded(settings.index.dir, threads)


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
    from indexer.store.draft import embedded_draft

    with embedded_draft(settings.index.dir, made, threads) as draft:
        yield draft


def current_generation(settings: Settings) -> str:
    """Return the name of the published generation, cheaply: it is asked every second while a service runs.

    Raises:
        IndexFault: there is none, or what names it is broken.
    """
    return current_folder(settings.index.dir).name


def published_at(settings: Settings) -> float:
    """Return when the published generation was published, in seconds since 1970.

    Raises:
        IndexFault: there is none.
    """
    return pointed_at(settings.index.dir)
