"""`imr index PATH...`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from config.errors import LetterRejected, SettingsFault
from imr.options import index_option, json_option, settings_from
from imr.verifying import show_verification

if TYPE_CHECKING:
    from indexer.build import BuildSummary

_SHOWN = 50


class Bars:
    """A progress bar on standard error for each stage of a run."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the bar of a stage to `done` of `total`."""
        if self._bar is None or stage != self._stage:
            self.close()
            self._bar = tqdm(total=total, desc=stage, unit="letter" if stage == "reading" else "passage", delay=0.2)
            self._stage = stage
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Finish the bar that is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@click.command("index", help="Read letters (files, and folders recursively; .pdf .txt) and publish the index.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@index_option
@json_option
@click.option("--strict", is_flag=True, help="Exit 2 when a letter is rejected.")
@click.option("--prune", is_flag=True, help="Remove the letters whose files are gone under the paths.")
@click.option("--verify", is_flag=True, help="Only check the index, every byte; exit 2 if damaged.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    index_dir: Path | None,
    *,
    as_json: bool,
    strict: bool,
    prune: bool,
    verify: bool,
) -> None:
    """Bring the index up to date, or check it."""
    if verify and (paths or strict or prune):
        raise click.UsageError("--verify checks the index as it is: no PATHS, --prune or --strict beside it.")
    if not paths and not verify:
        raise click.UsageError("Missing argument 'PATHS...'.")
    settings = settings_from(ctx, index_dir)
    if verify:
        show_verification(settings, as_json=as_json)
        return
    if settings.index.engine == "postgres":
        raise SettingsFault("`imr index` writes an embedded index; `imr copy` moves it into PostgreSQL")
    from indexer.build import build_index
    from indexer.embed import load_embedder
    from indexer.sources import find_letters

    find_letters(paths, may_be_gone=prune)  # a mistyped path is told before the model takes its seconds to load
    bars = Bars()
    try:
        summary = build_index(paths, settings, load_embedder(settings.model), bars, prune=prune)
    finally:
        bars.close()
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(summary).decode())
    else:
        _show(summary, settings.index.dir)
    if strict and summary.rejected:
        raise LetterRejected(f"{len(summary.rejected)} letters rejected")
    if not summary.letters and not prune:
        raise LetterRejected(
            "no letter could be read: " + "; ".join(f"{f.path}: {f.reason}" for f in summary.rejected[:3])
        )


def _show(summary: "BuildSummary", index_dir: Path) -> None:
    click.echo(f"index {index_dir}, generation {summary.generation}")
    click.echo(
        f"letters: {summary.read} read, {summary.unchanged} unchanged, {summary.replaced} replaced, "
        f"{len(summary.rejected)} rejected, {summary.removed} removed"
    )
    click.echo(
        f"holds {summary.letters} letters, {summary.items} disputed items, {summary.passages} passages "
        f"({summary.embedded} embedded) in {summary.seconds:.1f} seconds"
    )
    for file in summary.rejected[:_SHOWN]:
        click.echo(f"rejected: {file.path}: {file.reason}")
    if len(summary.rejected) > _SHOWN:
        click.echo(f"rejected: {len(summary.rejected) - _SHOWN} more, see `imr status`")
    for warning in summary.warnings[:_SHOWN]:
        click.echo(f"warning: {warning}")
