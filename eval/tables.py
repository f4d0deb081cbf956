"""Reports and comparisons laid out in columns, as plain text and as Markdown."""

from collections.abc import Mapping, Sequence

from eval.comparison import Compared, Comparison
from eval.metrics import METRICS, NDCG
from eval.report import Report

Row = tuple[str, ...]
# The first row is the head.
Table = list[Row]

_ALL = "all"


def one_system(report: Report) -> str:
    """Lay one report out: a line for all queries and one for each kind, the intervals, what was left out."""
    rows: Table = [(report.system, "queries", *METRICS), (_ALL, str(report.n_queries), *_figures(report.metrics))]
    rows += [(kind, str(int(scores["n_queries"])), *_figures(scores)) for kind, scores in report.by_kind.items()]
    rows.append(("95% interval", "", *(_span(*bounds) for bounds in report.interval.values())))
    judged = f"judged@10 {report.judged_at_10:.2f}"
    latency = ", ".join(f"{name} {value:.1f} ms" for name, value in report.latency_ms.items())
    return "\n".join([as_text(rows), f"{judged}; a query: {latency}", *left_out(report)])


def several_systems(compared: Compared) -> str:
    """Lay several systems out: their figures, those by kind, and what sets them apart."""
    tables = [systems_table(compared.systems), kinds_table(compared.systems), differences_table(compared.comparisons)]
    blocks = [as_text(table) for table in tables if len(table) > 1]
    return "\n\n".join([*blocks, *left_out(compared.systems[0])])


def left_out(report: Report) -> list[str]:
    """Say what of the dataset could not be measured."""
    lines = []
    if report.without_relevant:
        lines.append(f"left out, nothing relevant: {report.without_relevant} queries")
    if report.not_indexed:
        lines.append(f"relevant but not in the index: {report.not_indexed} items")
    return lines


def systems_table(reports: Sequence[Report]) -> Table:
    """Lay out every metric with its interval, the judged share and the time of a query; one line a system."""
    rows: Table = [("system", "queries", *METRICS, "judged@10", "p50 ms", "p95 ms")]
    for report in reports:
        figures = [f"{report.metrics[name]:.3f} [{_span(*report.interval[name])}]" for name in METRICS]
        times = [f"{report.latency_ms[name]:.1f}" for name in ("p50", "p95")]
        rows.append((report.system, str(report.n_queries), *figures, f"{report.judged_at_10:.2f}", *times))
    return rows


def kinds_table(reports: Sequence[Report]) -> Table:
    """Lay out nDCG@10 with its interval for every kind of query; only a head where there are no kinds."""
    kinds = reports[0].by_kind
    rows: Table = [(NDCG, *(f"{kind} ({int(scores['n_queries'])})" for kind, scores in kinds.items()))]
    for report in reports if kinds else ():
        cells = [f"{report.by_kind[kind][NDCG]:.3f} [{_span(*report.interval_by_kind[kind][NDCG])}]" for kind in kinds]
        rows.append((report.system, *cells))
    return rows


def differences_table(comparisons: Sequence[Comparison]) -> Table:
    """Lay out the differences in nDCG@10: over all queries first, then by kind."""
    rows: Table = [
        (f"{NDCG} against {comparisons[0].against}", "queries", "difference", "95% interval", "p", "p (Holm)")
    ]
    for one in comparisons:
        if one.metric == NDCG:
            low, high = one.interval
            span = f"{low:+.3f} to {high:+.3f}"
            kind = one.kind or _ALL
            rows.append((one.system, kind, f"{one.difference:+.3f}", span, f"{one.p:.4f}", f"{one.p_holm:.4f}"))
    return rows


def as_text(table: Table) -> str:
    """Write a table in columns of spaces, all but the first to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join(_line(row, widths) for row in table)


def as_markdown(table: Table) -> str:
    """Write a table in Markdown."""
    head, *rows = table
    marks = ("---", *("---:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, marks, *rows))


def _figures(scores: Mapping[str, float]) -> list[str]:
    return [f"{scores[name]:.3f}" for name in METRICS]


def _span(low: float, high: float) -> str:
    return f"{low:.3f}-{high:.3f}"


def _line(row: Row, widths: Sequence[int]) -> str:
    first, *figures = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in figures)])
