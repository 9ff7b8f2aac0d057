"""Deadlines in working days."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("holidays.toml")
_DAY: Final = timedelta(days=1)


class CalendarError(ValueError):
    """A table of the calendar cannot be right; the message says which and why."""


@dataclass(frozen=True)
class Deadline:
    """The last day on which something is in time."""

    day: date
    estimated: bool
    """Whether a year without a table of holidays was reckoned by its weekends."""


@dataclass(frozen=True)
class Calendar:
    """Which days are working days."""

    off: frozenset[date]
    work: frozenset[date]
    years: frozenset[int]
    """The years whose holidays are known."""

    def is_workday(self, day: date) -> bool:
        """Whether offices work on *day*; Saturdays and Sundays are off unless they were made up for."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def after(self, day: date, workdays: int) -> Deadline:
        """Return the deadline so many working days after *day*, which itself does not count."""
        estimated = False
        while workdays > 0:
            day += _DAY
            estimated |= day.year not in self.years
            workdays -= self.is_workday(day)
        return Deadline(day, estimated)


def read_calendar(text: str) -> Calendar:
    """Read a calendar file; raise CalendarError."""
    off: set[date] = set()
    work: set[date] = set()
    years = tomllib.loads(text)
    for year, table in years.items():
        for first, last in table["off"]:
            off.update(_days(_day(first, year), _day(last, year)))
        for day in table["work"]:
            made_up = _day(day, year)
            if made_up.weekday() < 5:
                raise CalendarError(f"{day} is a working day anyway: only Saturdays and Sundays are made up for")
            work.add(made_up)
    if both := off & work:
        raise CalendarError(f"{min(both)} is both off and made up for")
    return Calendar(frozenset(off), frozenset(work), frozenset(map(int, years)))


@cache
def calendar() -> Calendar:
    """Return the calendar that the program knows."""
    return read_calendar(FILE.read_text(encoding="utf-8"))


def _day(text: Any, year: str) -> date:
    day = date.fromisoformat(text)
    if day.year != int(year):
        raise CalendarError(f"{text} does not lie in {year}")
    return day


def _days(first: date, last: date) -> set[date]:
    if last < first:
        raise CalendarError(f"{first} to {last} goes backwards")
    return {first + _DAY * n for n in range((last - first).days + 1)}
