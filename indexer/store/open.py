"""Open the index that the settings name, whichever engine holds it."""

from config.settings import Settings
from indexer.index import Index
from indexer.threads import prepare


def open_index(settings: Settings) -> Index:
    """Open the published index.

    Raises:
        IndexFault: there is none, or it is half written, damaged or of another format.
    """
    threads = prepare(settings.model.threads, allow_download=settings.model.allow_download)
    from indexer.store.embedded import open_embedded

    return open_embedded(settings.index.dir, threads)
