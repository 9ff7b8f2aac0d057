"""A table of facts on a SQL engine: its columns checked and brought to the form that the rules read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from app.batch.reading.unreadable import UnreadableFileError
from app.intake.request import MOST_MEMBERS
from app.intake.wire import MOST
from app.rules import sql_words as sql
from app.rules.expressions import Amount, Choice, Code, Fact, When, YesNo, vocabulary
from app.rules.sql_terms import HOUSEHOLD_NUMBER, MEMBER_COUNT, completed_years
from policies.facts import Household, Person

HOUSEHOLD_REFERENCE, MEMBER_REFERENCE = "household_reference", "member_reference"
FACTS = (*vocabulary(Household), *vocabulary(Person))
Kind = exp.DataType.Type
WHOLE_NUMBERS = {Kind.TINYINT, Kind.SMALLINT, Kind.INT, Kind.BIGINT}
NUMBERS = exp.DataType.NUMERIC_TYPES


class UnfitTableError(UnreadableFileError):
    """A table that is refused as a whole; the message is for its owner and names no value."""


@dataclass(frozen=True)
class Source:
    """Rows of members in the form that the rules read, as a query."""

    query: exp.Select
    absent: tuple[str, ...]
    """Facts for which there is no column: nobody knows them."""
    ignored: tuple[str, ...]
    """Columns that are no fact."""


def source_of(table: exp.Table, columns: Mapping[str, exp.DataType], *, exact_units: bool) -> Source:
    """Return the facts of *table*, whose columns have these types; raise UnfitTableError.

    Amounts of money are in 元, as people write them, or with *exact_units* in 分.
    """
    if HOUSEHOLD_REFERENCE not in columns:
        raise UnfitTableError(f"缺少户编号一列（{HOUSEHOLD_REFERENCE}）：不知道哪些行是一户")
    reference = exp.cast(sql.column(HOUSEHOLD_REFERENCE), "varchar")
    member = sql.column(MEMBER_REFERENCE) if MEMBER_REFERENCE in columns else sql.null()
    size = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[sql.column(HOUSEHOLD_REFERENCE)])
    listed = {
        HOUSEHOLD_REFERENCE: reference,
        MEMBER_REFERENCE: exp.cast(member, "varchar"),
        HOUSEHOLD_NUMBER: reference,
        MEMBER_COUNT: sql.column(MEMBER_COUNT) if MEMBER_COUNT in columns else size,
        **{fact.key: _typed(fact, columns.get(fact.key), exact_units) for fact in FACTS},
    }
    query = sql.select([sql.named(expression, name) for name, expression in listed.items()], table)
    return Source(
        query,
        tuple(fact.key for fact in FACTS if fact.key not in columns),
        tuple(name for name in columns if name not in listed),
    )


def _typed(fact: Fact, kind: exp.DataType | None, exact_units: bool) -> exp.Expression:
    """Return the column of *fact* in the type that the rules read."""
    found = sql.null() if kind is None else sql.column(fact.key)
    match fact:
        case YesNo():
            fitting, target, words = {Kind.BOOLEAN}, "boolean", "布尔值（BOOLEAN）"
        case When():
            fitting, target, words = {Kind.DATE, Kind.DATE32}, "date", "日期（DATE）"
        case Amount():
            fitting, target, words = NUMBERS, "bigint", "数字"
            factor = 1 if exact_units else fact.scale
            if kind is not None and (kind.this not in WHOLE_NUMBERS or factor != 1):
                found = _counted(found, factor, MOST[fact.unit] * fact.scale)
        case _:
            fitting, target, words = exp.DataType.TEXT_TYPES, "varchar", "代码（VARCHAR）"
    if kind is not None and kind.this not in fitting:
        raise UnfitTableError(f"{fact.label}一列（{fact.key}）的类型应为{words}")
    return exp.cast(found, target)


def _counted(written: exp.Expression, factor: int, most: int) -> exp.Expression:
    """Return *written* in exact units, or -1 where it is no such number.

    Casts differ by engine: of NaN and what is too large some make an error and some a number.
    Within these limits a double is off by far less than the tolerance, so the nearest is meant.
    """
    scaled = sql.times(exp.cast(written, "double"), sql.number(factor))
    nearest = exp.Round(this=scaled)
    off = exp.Abs(this=sql.minus(scaled, nearest))
    fitting = sql.all_true(
        [
            exp.GTE(this=exp.paren(scaled.copy()), expression=sql.number(0)),
            exp.LTE(this=exp.paren(scaled.copy()), expression=sql.number(most)),
            exp.LT(this=off, expression=exp.Literal.number("0.001")),
        ]
    )
    known = (sql.is_null(written), sql.null())
    return sql.case(known, (fitting, exp.cast(nearest, "bigint")), otherwise=sql.whole(-1))


# ── what no household can have ─────────────────────────────────────────────


@dataclass(frozen=True)
class Doubt:
    """A count of rows or households that cannot be right, and what to say of them."""

    where: exp.Expression
    words: str


def faults_of(source: Source, day: date) -> tuple[exp.Select, tuple[str, ...]]:
    """Return a query of one row, a count for each thing that cannot be, and the words that go with each.

    The last two counts are of people and of households.

    The facts of other engines come through the door one household at a time; these do not, so that
    what it refuses is looked for in one pass.  Words take the count, and name no value.
    """
    of_rows, of_households = list(_row_doubts(day)), list(_household_doubts())
    reference = sql.column(HOUSEHOLD_REFERENCE)
    codes = {f"code_{fact.key}": _code(fact) for fact in vocabulary(Household)}
    counted = [
        *(sql.named(exp.Sum(this=sql.flag(doubt.where)), f"rows_{n}") for n, doubt in enumerate(of_rows)),
        sql.named(exp.Count(this=exp.Star()), "size"),
        *(sql.named(exp.Min(this=code), f"least_{name}") for name, code in codes.items()),
        *(sql.named(exp.Max(this=code), f"most_{name}") for name, code in codes.items()),
    ]
    households = sql.select([reference, *counted], source.query)
    households.set("group", exp.Group(expressions=[reference.copy()]))
    totals = [
        *(sql.named(exp.Sum(this=sql.column(f"rows_{n}")), f"fault_{n}") for n in range(len(of_rows))),
        *(
            sql.named(exp.Sum(this=sql.flag(doubt.where)), f"fault_{n}")
            for n, doubt in enumerate(of_households, len(of_rows))
        ),
        sql.named(exp.Sum(this=sql.column("size")), "people"),
        sql.named(exp.Count(this=exp.Star()), "households"),
    ]
    return sql.select(totals, households), tuple(doubt.words for doubt in (*of_rows, *of_households))


def _row_doubts(day: date) -> Iterator[Doubt]:
    yield Doubt(sql.is_null(sql.column(HOUSEHOLD_REFERENCE)), "有{}行没有户编号")
    for fact in FACTS:
        column = sql.column(fact.key)
        match fact:
            case Choice():
                known = sql.is_in(column, [sql.text(option.value) for option in fact.options])
                yield Doubt(sql.negated(known), f"{fact.label}一列（{fact.key}）有{{}}行不是规定的代码")
            case Amount():
                yield Doubt(_outside(column, fact), f"{fact.label}一列（{fact.key}）有{{}}行不是{_range(fact)}")
                if fact.since is not None:
                    years = completed_years(sql.column(fact.since.key), day)
                    yield Doubt(
                        _outside(years, fact), f"{fact.since.label}一列（{fact.since.key}）有{{}}行晚于筛查日或太早"
                    )
                    differ = exp.NEQ(this=column.copy(), expression=years)
                    yield Doubt(differ, f"有{{}}行的{fact.label}与{fact.since.label}不一致")
            case _:
                pass  # the type of its column says it all


def _household_doubts() -> Iterator[Doubt]:
    crowded = exp.GT(this=sql.column("size"), expression=sql.number(MOST_MEMBERS))
    yield Doubt(crowded, f"有{{}}户超过{MOST_MEMBERS}人")
    for fact in vocabulary(Household):
        least, most = (sql.column(f"{end}_code_{fact.key}") for end in ("least", "most"))
        yield Doubt(exp.NEQ(this=least, expression=most), f"有{{}}户各行的{fact.label}（{fact.key}）不相同")


def _outside(amount: exp.Expression, fact: Amount) -> exp.Expression:
    """Return whether *amount* is beyond what the door lets in."""
    below = exp.LT(this=amount.copy(), expression=sql.number(0))
    above = exp.GT(this=amount.copy(), expression=sql.whole(MOST[fact.unit] * fact.scale))
    return sql.any_true([below, above])


def _range(fact: Amount) -> str:
    digits = "" if fact.scale == 1 else "最多两位小数，"
    return f"0至{MOST[fact.unit]}之间的数字（{digits}单位{fact.unit}）"


def _code(fact: Fact) -> exp.Expression:
    """Return a household's fact as a number: engines gather short numbers best."""
    column = sql.column(fact.key)
    match fact:
        case YesNo():
            return sql.case((column, sql.number(1)), (sql.negated(column), sql.number(0)), otherwise=sql.number(-1))
        case Choice():
            options: type[Code] = fact.options
            listed = [
                (exp.EQ(this=column, expression=sql.text(option.value)), sql.number(number))
                for number, option in enumerate(options)
            ]
            return sql.case(*listed, otherwise=sql.number(-1))
        case Amount():
            return sql.first_known(column, sql.number(-1))
        case _:
            raise TypeError(f"{fact!r} is of no kind that a household's facts are")
