"""`imr eval`: measure retrieval on a dataset of queries with known relevant items."""

from pathlib import Path

import click

from imr.options import index_option, json_option, settings_from


@click.command("eval")
@click.argument("dataset", type=click.Path(path_type=Path))
@index_option
@click.option(
    "--system",
    metavar="NAME",
    help="bm25, dense, hybrid, concept or full. Default: full; dense for a BEIR corpus.",
)
@json_option
@click.option("--run-out", type=click.Path(path_type=Path), metavar="FILE", help="Write the TREC run file here.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    dataset: Path,
    index_dir: Path | None,
    system: str | None,
    as_json: bool,
    run_out: Path | None,
) -> None:
    """Measure a system on DATASET, a folder of the IMR or the BEIR form.

    Prints nDCG@10, recall@100 and MRR@10 with 95% intervals, for all queries and by kind.
    """
    settings = settings_from(ctx, index_dir)
    import msgspec

    from eval.datasets import load_dataset
    from eval.report import table
    from eval.run import evaluate
    from eval.systems.build import default_system, opened_system

    loaded = load_dataset(dataset)
    chosen = system or default_system(loaded)
    with opened_system(chosen, loaded, settings, progress=True) as (opened, aligned):
        report = evaluate(aligned, opened, run_out=run_out, progress=True)
    click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2) if as_json else table(report))
