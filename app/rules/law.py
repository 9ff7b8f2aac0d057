"""Where a rule comes from and when it holds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Grade(StrEnum):
    """How well the wording of a document is established."""

    OFFICIAL = "A"
    """Read in the law, on a government site or in an official newspaper."""
    COPIED = "B"
    """Read in a third party's copy of the official document."""
    REPORTED = "C"
    """Read in an aggregator or a forum: a lead, never a source of figures."""


@dataclass(frozen=True)
class Source:
    """A legal document; *number* is empty where the issuer gave none."""

    title: str
    number: str
    grade: Grade

    def quote(self, number: str, text: str) -> "Clause":
        """Quote one clause word for word: only for documents kept in `sources/`."""
        return Clause(self, number, quote=text)

    def article(self, number: str, gist: str) -> "Clause":
        """Cite one article and say in our own words what it provides."""
        return Clause(self, number, gist=gist)


@dataclass(frozen=True)
class Clause:
    """An article of a source: what every condition and figure cites."""

    source: Source
    number: str
    quote: str = ""
    gist: str = ""


@dataclass(frozen=True)
class Period:
    """The days on which something is in force; `end` is the first day it is not."""

    start: date
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)
