"""`imr eval`: measure retrieval on a dataset of queries with known relevant items."""

from pathlib import Path

import click

from imr.options import index_option, json_option, settings_from


@click.command("eval")
@click.argument("dataset", type=click.Path(path_type=Path))
@index_option
@click.option(
    "--system",
    "asked",
    multiple=True,
    metavar="NAME",
    help="bm25, dense, hybrid, concept or full; given again, another beside it; 'all' for every one. "
    "Default: full. A BEIR corpus has bm25, dense (the default), dense-windowed and hybrid.",
)
@click.option("--ablation", is_flag=True, help="Compare full with each part of its ranking switched off in turn.")
@click.option("--against", metavar="NAME", help="What the others are held against. Default: full; dense for BEIR.")
@json_option
@click.option(
    "--report",
    "report_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write report.md, plots and TREC runs here.",
)
@click.option("--run-out", type=click.Path(path_type=Path), metavar="FILE", help="Write one system's TREC run here.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    dataset: Path,
    index_dir: Path | None,
    asked: tuple[str, ...],
    ablation: bool,
    against: str | None,
    as_json: bool,
    report_dir: Path | None,
    run_out: Path | None,
) -> None:
    """Measure systems on DATASET, a folder of the IMR or the BEIR form.

    Prints nDCG@10, recall@100 and MRR@10 with 95% intervals, for all queries and by kind; of several systems also
    how each differs from one of them, and whether chance explains it.
    """
    if ablation and asked:
        raise click.UsageError("--ablation names the systems itself: leave --system out")
    settings = settings_from(ctx, index_dir)
    import msgspec

    from eval.datasets import load_dataset
    from eval.evaluate import evaluate
    from eval.systems.build import ablation_systems, default_system, named_systems
    from eval.tables import one_system, several_systems

    loaded = load_dataset(dataset)
    wanted = ablation_systems(loaded.form, settings) if ablation else asked or (default_system(loaded.form),)
    # What the others are held against is measured too.
    names = named_systems((*wanted, *([against] if against else [])), loaded.form, settings)
    compared = evaluate(loaded, names, settings, against=against, run_out=run_out, report=report_dir, progress=True)
    single = compared.systems[0] if len(names) == 1 else None
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(single or compared), indent=2))
    else:
        click.echo(one_system(single) if single else several_systems(compared))
