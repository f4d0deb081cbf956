"""The chart of years: a dot for each year's rate, a line for its interval, drawn by the template as SVG."""

from collections.abc import Sequence

from indexer.records import Record
from service.tallies import GroupOutcomes

# How high the scale may reach: the least that holds every interval.
_TOPS = (0.25, 0.5, 0.75, 1.0)
_HEIGHT = 100.0


class YearDrawn(Record, frozen=True):
    """A year's column, heights from the top of the chart; None where too few decisions were made for a rate."""

    name: str
    n: int
    rate: float | None
    interval: tuple[float, float] | None


class YearChart(Record, frozen=True):
    """The columns, the scale's marks with their heights, and the height of the rate of all years."""

    years: tuple[YearDrawn, ...]
    marks: tuple[tuple[str, float], ...]
    base: float | None


def year_chart(years: Sequence[GroupOutcomes], rate: float | None) -> YearChart | None:
    """Return the chart of some years in their order; None where not even two have a rate.

    Args:
        years: the outcomes of each year; one without a key, of undated decisions, is not drawn.
        rate: of all of them together.
    """
    dated = [one for one in years if one.key]
    rated = [one for one in dated if one.overturn_rate is not None]
    if len(rated) < 2:  # noqa: PLR2004 - one dot shows no course
        return None
    highest = max(one.interval[1] if one.interval else one.overturn_rate or 0.0 for one in rated)
    top = next((top for top in _TOPS if highest <= top), 1.0)

    def height(share: float) -> float:
        return round(_HEIGHT * (1 - share / top), 2)

    return YearChart(
        years=tuple(
            YearDrawn(
                name=one.key or "",
                n=one.n,
                rate=None if one.overturn_rate is None else height(one.overturn_rate),
                interval=None if one.interval is None else (height(one.interval[1]), height(one.interval[0])),
            )
            for one in dated
        ),
        marks=tuple((f"{share:.0%}", height(share)) for share in (0.0, top / 2, top)),
        base=None if rate is None else height(rate),
    )
