"""What to ask of whom: a line for each household or member, the most useful question first."""

from collections import Counter
from typing import Final

import polars as pl

from app.batch.cells import text_cells
from app.batch.outcomes import Outcomes
from app.batch.people import TITLES, WHO, WIDTHS
from app.batch.spreadsheet import Book, Column, lines_of
from app.batch.styles import Style
from app.batch.tidy import Schema
from app.batch.wording import FACTS
from policies.facts import Household, Person

COLUMNS: Final = (
    *(Column(title, width) for title, width in zip(TITLES, WIDTHS, strict=True)),
    Column("先问", 26),
    Column("先问一项牵涉的结果数", 11),
    Column("全部要问的（由多到少）", 60),
)
_KEYS: Final = list(FACTS)
_SAID: Final = ["first", "most", "all"]
_LINES: Final = "lines"
_ASKED: Final[Schema] = {"place": pl.UInt32, "fact": pl.UInt8, "household": pl.Boolean, "count": pl.UInt32}
_PLACES: Final = {key: place for place, key in enumerate(_KEYS)}


class Asking:
    """The sheet of questions, and the count of them over the whole file."""

    def __init__(self, book: Book) -> None:
        self.book, self.sheet = book, book.sheet("待核实", COLUMNS)
        self.wanted = 0
        self.subjects: Counter[str] = Counter()
        """For each fact, of how many households or members it is to be asked."""
        self.results: Counter[str] = Counter()
        """For each fact, how many results hang on it."""

    def add(self, who: pl.DataFrame, rows: pl.DataFrame, numbers: pl.DataFrame, outcomes: Outcomes) -> None:
        asked = questions(rows, numbers, outcomes)
        if asked.is_empty():
            return
        totals = asked.group_by("fact").agg(pl.len().alias("subjects"), pl.col("count").sum())
        for fact, subjects, count in totals.iter_rows():
            self.subjects[_KEYS[fact]] += subjects
            self.results[_KEYS[fact]] += count
        lines = self._lines(asked)
        self.wanted += lines.height
        lines = lines.head(self.sheet.room)
        household, place = lines["household"], lines["place"]
        about = who.select(WHO)[place]
        nobody = pl.repeat(None, lines.height, dtype=pl.String, eager=True)
        about = about.with_columns(
            nobody.zip_with(household, about["member_reference"]).alias("member_reference"),
            who["head"].gather(place).zip_with(household, about["name"]).alias("name"),
        )
        shown = about.with_columns(lines[[*_SAID, _LINES]])
        self.sheet.append(shown, [*map(pl.col, WHO), *map(pl.col, _SAID)], pl.col(_LINES), _shown)

    def _lines(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return a line for each household and member, with its cells; the few distinct lists are worded once."""
        line, what = ["place", "household"], pl.struct("fact", "count", "household")
        marks = [(what.hash(seed=seed) // 256).alias(f"mark{seed}") for seed in (1, 2)]
        names = ["mark1", "mark2"]
        lines = asked.select(*line, *marks).group_by(line).agg(pl.col(names).sum())
        chosen = lines.unique(names, keep="any")
        listed = (
            asked.join(chosen, on=line, how="inner")
            .sort("count", "fact", descending=[True, False])
            .group_by(*names, "household")
            .agg("fact", "count")
            .sort(names)
        )
        said = [self._say(*row) for row in listed.select("household", "fact", "count").iter_rows()]
        words = listed.select(names).with_columns(pl.DataFrame(said, schema=[*_SAID, _LINES], orient="row"))
        return lines.join(words, on=names, how="left").sort("place", "household", descending=[False, True])

    def _say(self, household: bool, facts: list[int], counts: list[int]) -> tuple[str, str, str, int]:
        """Return the cells of one list of questions, the most useful first, and how many lines they take."""
        asked = [FACTS[_KEYS[fact]] for fact in facts]
        labels = [f"成员的{fact.label}" if household and fact.entity is Person else fact.label for fact in asked]
        pieces = "；".join(f"{label}（{count}项）" for label, count in zip(labels, counts, strict=True))
        cells = self.book.shared(labels[0], Style.WRAPPED), f'" s="{Style.COUNT:d}"><v>{counts[0]}</v></c>'
        lines = max(lines_of(labels[0], COLUMNS[-3].width), lines_of(pieces, COLUMNS[-1].width))
        return *cells, self.book.shared(pieces, Style.WRAPPED), lines

    def left_out(self) -> list[tuple[str, int, int]]:
        """Return the sheet, its rows and how many there should be, if they did not all fit."""
        written = self.sheet.rows - 1
        return [(self.sheet.name, written, self.wanted)] if written < self.wanted else []


def _shown(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(text_cells(lines[name]) for name in WHO)


def questions(rows: pl.DataFrame, numbers: pl.DataFrame, outcomes: Outcomes) -> pl.DataFrame:
    """Return what is to be asked: of the household or member at *place*, *fact*, and how many results hang on it.

    A result about one person that hangs on a fact of another, or a household's that hangs on a
    fact of some member, asks every member of the household of whom that fact is unknown.
    """
    first = rows["first"]
    home = rows.select(
        pl.when("first").then(pl.int_range(pl.len(), dtype=pl.UInt32)).forward_fill().alias("home")
    ).to_series()
    counted = []
    for (fact, of_household), count in _counts(first, numbers, outcomes).items():
        part = pl.DataFrame({"count": count}).with_row_index("place").filter(pl.col("count") > 0)
        counted.append((fact, of_household, part))
    sorted_out = []
    for fact, of_household, part in counted:
        unknown = rows[_KEYS[fact]].is_null()
        if FACTS[_KEYS[fact]].entity is Household:
            own = part.clear()
            reached = part.select(home.gather(part["place"]).alias("place"), "count", household=pl.lit(True))
        else:
            mine = pl.repeat(False, part.height, eager=True) if of_household else unknown.gather(part["place"])
            own, others = part.filter(mine), part.filter(~mine)
            reached = _of_whole_household(others, home, unknown)
        this = pl.lit(fact, pl.UInt8).alias("fact")
        both = own.with_columns(household=pl.lit(False)), reached
        sorted_out += [asked.with_columns(this).select(list(_ASKED)) for asked in both if not asked.is_empty()]
    everything = pl.concat([pl.DataFrame(schema=_ASKED), *sorted_out])
    return everything.group_by("place", "fact", "household").agg(pl.col("count").sum())


def _counts(first: pl.Series, numbers: pl.DataFrame, outcomes: Outcomes) -> dict[tuple[int, bool], pl.Series]:
    """Return, by fact and whether of households' policies, how many results of each row hang on it."""
    wanting: dict[str, dict[int, list[int]]] = {}
    for number, outcome in enumerate(outcomes.known):
        for key in outcome.missing_facts:
            wanting.setdefault(outcome.policy.code, {}).setdefault(_PLACES[key], []).append(number)
    found: dict[tuple[int, bool], pl.Series] = {}
    for code in numbers.columns:
        of_household = outcomes.policy(code).subject.name == "household"
        for fact, those in wanting.get(code, {}).items():
            hangs = pl.zeros(len(outcomes.known), dtype=pl.UInt32, eager=True).scatter(those, 1)
            count = hangs.gather(numbers[code])
            if of_household:
                count = count * first.cast(pl.UInt32)
            asked = fact, of_household
            found[asked] = found[asked] + count if asked in found else count
    return found


def _of_whole_household(others: pl.DataFrame, home: pl.Series, unknown: pl.Series) -> pl.DataFrame:
    """Return whom to ask for a fact of some other member: all of whom it is unknown, or else the household."""
    asked = (
        others.select(home.gather(others["place"]).alias("home"), "count").group_by("home").agg(pl.col("count").sum())
    )
    members = pl.DataFrame({"home": home, "open": unknown}).with_row_index("place").filter("open")
    reached = asked.join(members.filter(pl.col("home").is_in(asked["home"].implode())), on="home", how="left")
    return reached.select(
        pl.coalesce("place", "home").alias("place"), "count", pl.col("place").is_null().alias("household")
    )
