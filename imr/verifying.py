"""What `imr index --verify` says."""

import click
import msgspec

from config.errors import IndexFault
from config.settings import Settings

_SHOWN = 50


def files_or_tables(settings: Settings) -> str:
    """Return what the chosen engine keeps an index in."""
    return "tables" if settings.index.engine == "postgres" else "files"


def place_of(settings: Settings) -> str:
    """Return where the index lies, without passwords."""
    if settings.index.engine == "postgres":
        from indexer.postgres.dsn import checked, told

        return told(checked(settings.index.dsn, "dsn"))
    return str(settings.index.dir)


def show_verification(settings: Settings, *, as_json: bool) -> None:
    """Check the index and print what was found, a line for each problem.

    Raises:
        IndexFault: there is no index, or it is damaged; the fault says what to do.
    """
    from indexer.store.open import verify_index

    found = verify_index(settings)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    else:
        click.echo(f"index {found.folder}, generation {found.generation or 'unknown'}")
        kept = files_or_tables(settings)
        click.echo(f"{kept}: {found.files}, {found.bytes} bytes, {'DAMAGED' if found.problems else 'all whole'}")
        for problem in found.problems[:_SHOWN]:
            click.echo(f"damaged: {problem.file}: {problem.what}")
        if len(found.problems) > _SHOWN:
            click.echo(f"damaged: {len(found.problems) - _SHOWN} more, see --json")
        if not found.manifest_checked and not found.problems:
            click.echo("manifest.json was published without a checksum of its own and is taken at its word")
    if found.problems:
        names = ", ".join(dict.fromkeys(problem.file for problem in found.problems))
        raise IndexFault(f"index is damaged ({names}): {found.remedy}")
