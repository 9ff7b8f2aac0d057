"""Deadlines in working days."""

from datetime import date

import pytest

from app.onewindow.workdays import CalendarError, calendar, read_calendar

YEAR = '[2026]\ndocument = "…"\noff = [["2026-10-01", "2026-10-07"]]\nwork = ["2026-10-10"]\n'


@pytest.mark.parametrize(
    ("day", "workdays", "deadline"),
    [
        ("2026-11-25", 1, "2026-11-26"),
        ("2026-11-27", 1, "2026-11-30"),  # over a weekend
        ("2026-11-28", 1, "2026-11-30"),  # from a Saturday
        ("2026-09-30", 1, "2026-10-08"),  # over the national days
        ("2026-10-08", 3, "2026-10-12"),  # a Saturday that is made up for counts
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-11-25", 20, "2026-12-23"),
        ("2026-11-25", 0, "2026-11-25"),
    ],
)
def test_a_deadline_counts_the_days_on_which_offices_work(day, workdays, deadline):
    found = calendar().after(date.fromisoformat(day), workdays)
    assert (str(found.day), found.estimated) == (deadline, False)


def test_a_deadline_in_a_year_of_unknown_holidays_says_so():
    assert calendar().after(date(2026, 12, 30), 2) == calendar().after(date(2026, 12, 31), 1)
    assert calendar().after(date(2026, 12, 31), 1).estimated


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('["2026-10-07", "2026-10-01"]', "backwards"),
        ('["2025-10-01", "2026-10-07"]', "does not lie in 2026"),
        ('["2026-10-01", "2026-10-10"]', "both off and made up for"),
    ],
)
def test_a_calendar_that_cannot_be_right_is_refused(wrong, said):
    with pytest.raises(CalendarError, match=said):
        read_calendar(YEAR.replace('["2026-10-01", "2026-10-07"]', wrong))


def test_only_weekends_are_made_up_for():
    with pytest.raises(CalendarError, match="working day anyway"):
        read_calendar(YEAR.replace("2026-10-10", "2026-10-12"))
