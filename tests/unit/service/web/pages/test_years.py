"""The chart of years."""

from service.tallies import GroupOutcomes
from service.web.pages.years import year_chart


def _year(key: str | None, rate: float | None, interval: tuple[float, float] | None = None) -> GroupOutcomes:
    return GroupOutcomes(
        key=key,
        n=30,
        letters=20,
        upheld=20,
        overturned=10,
        overturn_rate=rate,
        interval=interval,
        base_rate=None,
        cohort=None,
    )


def test_heights_are_of_the_least_scale_that_holds_every_interval() -> None:
    chart = year_chart([_year("2015", 0.1, (0.05, 0.2)), _year("2016", 0.25, (0.1, 0.45))], 0.2)
    assert chart
    assert chart.marks == (("0%", 100.0), ("25%", 50.0), ("50%", 0.0))
    assert [(one.rate, one.interval) for one in chart.years] == [(80.0, (60.0, 90.0)), (50.0, (10.0, 80.0))]
    assert chart.base == 60.0


def test_a_year_of_few_decisions_has_a_place_and_no_dot() -> None:
    chart = year_chart(
        [_year("2015", 0.5, (0.2, 1.0)), _year("2016", None), _year("2017", 0.5), _year(None, 0.5)], None
    )
    assert chart
    assert [(one.name, one.rate) for one in chart.years] == [("2015", 50.0), ("2016", None), ("2017", 50.0)]
    assert chart.base is None


def test_one_dot_is_no_chart() -> None:
    assert year_chart([_year("2015", 0.5), _year("2016", None)], 0.5) is None
    assert year_chart([], None) is None
