"""A unit's worklist: what is due first before the rest, page by page, and late in two ways."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.onewindow import worklist
from app.onewindow.course import State
from app.onewindow.tables import HOUSEHOLD, Handoff
from app.onewindow.worklist import Overdue, Wanted
from tests.onewindow.cases import NOW, database, settings

__all__ = ["database", "settings"]

TODAY = date(2026, 11, 25)
HOUSING = Wanted(units=("housing",))


def case(number: int, *, unit="housing", state=State.DELIVERED, due=0, region="341103100201", **more) -> Handoff:
    """Return an invented case whose next deadline is so many days from today."""
    awaits = state in (State.PENDING, State.DELIVERED)
    day = TODAY + timedelta(days=due)
    made = {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "case_no": f"HM{number}",
        "screening_id": f"{number}",
        "policy": "dilapidated-housing-renovation",
        "position": HOUSEHOLD,
        "region_code": region,
        "made_for": unit,
        "unit": unit,
        "state": state.value,
        "is_open": not state.is_final,
        "awaits_acceptance": awaits,
        "due": day,
        "accept_by": day,
        "finish_by": day,
        "priority": "normal",
        "channel": "phone",
        "made_by": "c-1",
        "made_at": NOW,
        "changed_at": NOW,
        "content": b"",
    }
    return Handoff(**{**made, **more})


def keep(database, *cases):
    database.write(lambda session: session.add_all(cases))


def numbers(cases):
    return [int(each.id[-12:]) for each in cases]


def page(database, wanted=HOUSING, **options):
    return numbers(database.read(lambda session: worklist.page(session, wanted, TODAY, **options)))


def test_what_is_due_first_comes_first_and_what_ended_is_not_there(database):
    keep(database, case(1, due=3), case(2, due=-1), case(3, state=State.APPROVED), case(4, unit="education"), case(5))
    assert page(database) == [2, 5, 1]
    assert page(database, Wanted(units=("housing",), is_open=False)) == [3]


def test_pages_join_without_a_gap_or_a_repeat(database):
    keep(database, *(case(number, due=number % 3) for number in range(25)))
    seen, after = [], None
    while True:
        found = database.read(lambda session, after=after: worklist.page(session, HOUSING, TODAY, after, 4))
        seen += numbers(found[:4])
        if len(found) <= 4:
            break
        after = worklist.mark_of(found[3])
    assert sorted(seen) == list(range(25)) == sorted(set(seen))
    assert seen == page(database, size=100)


def test_late_acceptance_and_late_completion_are_told_apart(database):
    keep(
        database,
        case(1, due=-1),
        case(2, due=-1, state=State.ACCEPTED),
        case(3, due=0),  # the last day is in time
        case(4, due=0, state=State.ACCEPTED),
    )
    assert page(database, Wanted(units=("housing",), overdue=Overdue.ACCEPTANCE)) == [1]
    assert page(database, Wanted(units=("housing",), overdue=Overdue.COMPLETION)) == [2]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"region": "341103100"}, [1, 2]),
        ({"region": "341103100000"}, [1, 2]),
        ({"region": "341103100202"}, [2]),
        ({"state": "accepted"}, [3]),
        ({"policy": "dibao"}, [2]),
    ],
)
def test_it_can_be_narrowed(database, wanted, expected):
    keep(
        database,
        case(1),
        case(2, region="341103100202", policy="dibao"),
        case(3, region="341103101201", state=State.ACCEPTED),
    )
    assert page(database, Wanted(units=("housing",), **wanted)) == expected


def test_a_unit_sees_the_cases_of_those_merged_into_it_in_one_order(database):
    keep(database, case(1, due=2), case(2, unit="culture", due=1), case(3, due=0), case(4, unit="media", due=0))
    assert page(database, Wanted(units=("housing", "culture"))) == [3, 2, 1]


def test_counts_by_unit_and_township(database):
    keep(
        database,
        case(1, due=-1),
        case(2, due=-1, state=State.ACCEPTED),
        case(3, region="341103101201"),
        case(4, region=None),
        case(5, state=State.REFUSED),
    )
    found = database.read(lambda session: worklist.counts(session, TODAY))
    assert sorted(tuple(vars(count).values()) for count in found if count.township) == [
        ("housing", "341103100", 2, 1, 1, 1),
        ("housing", "341103101", 1, 1, 0, 0),
    ]
    assert sum(count.open for count in found) == 4


WANTED = {
    "first page": (HOUSING, None),
    "next page": (HOUSING, worklist.Mark(TODAY, "8")),
    "late acceptance": (Wanted(units=("housing",), overdue=Overdue.ACCEPTANCE), None),
    "late completion": (Wanted(units=("housing",), overdue=Overdue.COMPLETION), None),
    "ended": (Wanted(units=("housing",), is_open=False), None),
}


@pytest.mark.parametrize("wanted", WANTED)
def test_the_index_answers_it(database, wanted):
    """In the order of its index, with nothing to be sorted: a million cases cost no more than a hundred."""
    keep(database, *(case(number, unit=("housing", "health")[number % 2], due=number % 50) for number in range(3000)))
    asked, after = WANTED[wanted]

    def plan(session):
        dialect = session.get_bind().dialect
        if dialect.name == "postgresql":
            session.execute(text("analyze handoffs"))
        query = worklist.query_of(asked, "housing", TODAY, after).limit(51)
        compiled = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        explain = "explain query plan" if dialect.name == "sqlite" else "explain"
        return "\n".join(str(row) for row in session.execute(text(f"{explain} {compiled}".replace(":", r"\:"))))

    told = database.write(plan)
    assert "ix_handoffs_unit_is_open" in told, told
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told
