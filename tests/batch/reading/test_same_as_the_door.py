"""What is read from a file is what the one-household door makes of the same facts."""

import csv
import io
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batch.reading.headers import FACTS
from app.intake.door import read_household
from app.intake.findings import RejectedError
from app.rules import Amount, When
from app.rules.amount import in_unit
from app.rules.expressions import Entity
from policies.facts import Household, Person
from tests.batch.reading.files import DAY, HOME, Found, read
from tests.batch.registers import FORMATS, LAYOUTS, Wire, carried, checked, dirty, people, records, write
from tests.strategies import random_facts

OWN_LAYOUTS = ("keys", "labels")
REGISTERS = ("register-1", "register-2")


def posted(household: Wire) -> Wire:
    """Return *household* as one would post it: without what the door knows nothing of."""
    allowed = {"reference", "id_number", "disability_certificate", *FACTS}
    members = [{key: value for key, value in member.items() if key in allowed} for member in household["members"]]
    return {**household, "members": members}


def same(found: Found, households: list[Wire]) -> None:
    assert found.rejects == []
    place = 0
    for number, household in enumerate(households):
        profile, _ = read_household(posted(household), day=DAY, home=HOME)
        for reference, member in zip(profile.references, profile.members, strict=True):
            row = found.rows.row(place, named=True)
            assert (row["household_reference"], row["member_reference"]) == (household["reference"], reference)
            assert (row["household"], row["members"]) == (number, len(profile.members))
            assert {key: row[key] for key in FACTS} == {**profile.facts, **member}
            place += 1
    assert place == found.rows.height


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_in_every_format_says_what_the_door_says(tmp_path: Path, layout: str, form: str) -> None:
    households = list(people(120, seed=7))
    rows = dirty(records(households, layout), random.Random(form), 0.03)
    found = read(write(tmp_path / f"list.{form}", rows, LAYOUTS[layout].columns, form), rows_per_chunk=50)
    same(found, [carried(household, layout) for household in households] if layout in REGISTERS else households)


def wire(entity: type[Entity], chance: random.Random, holes: float) -> Wire:
    """Return random facts as they are posted, whether they fit together or not."""
    facts = random_facts(entity, chance, holes)
    for key, value in facts.items():
        fact = FACTS[key]
        if isinstance(fact, Amount) and value is not None:
            facts[key] = in_unit(value, fact.unit)
        if isinstance(fact, When) and value is not None:
            facts[key] = value.isoformat()
    return facts


def random_household(number: int, chance: random.Random, holes: float) -> Wire:
    members = [wire(Person, chance, holes) for _ in range(chance.randint(1, 4))]
    for place, member in enumerate(members):
        member["reference"] = chance.choice((None, f"{place + 1}"))
        if chance.random() < 0.4:
            born = f"{chance.randint(1930, 2019)}{chance.randint(1, 12):02d}0{chance.randint(1, 9)}"
            identity = checked(f"341103{born}{number * 10 + place:03d}")
            member["id_number"] = identity
            if chance.random() < 0.3:
                member["disability_certificate"] = f"{identity}{chance.randint(1, 7)}{chance.randint(1, 4)}"
    household = {"reference": f"H{number}", **wire(Household, chance, holes), "members": members}
    if chance.random() < 0.5:
        household["region_code"] = chance.choice(("341103100201", "341103", "3411", "341102"))
    return household


@given(seed=st.integers(0, 2**32), holes=st.sampled_from((0.3, 0.7, 0.95)), layout=st.sampled_from(OWN_LAYOUTS))
def test_random_households_are_read_or_refused_as_at_the_door(seed: int, holes: float, layout: str) -> None:
    chance = random.Random(seed)
    households = [random_household(number, chance, holes) for number in range(12)]
    with TemporaryDirectory() as folder:
        form = chance.choice(FORMATS)
        path = write(Path(folder) / "list", records(households, layout), LAYOUTS[layout].columns, form)
        found = read(path, rows_per_chunk=chance.choice((1, 5, 1000)))
    faults = {reference: set[str]() for reference in (household["reference"] for household in households)}
    of_row = [household["reference"] for household in households for _ in household["members"]]
    for row, _, message in found.rejects:
        faults[of_row[row - 1 - (form != "parquet")]].add(message)
    accepted = []
    for household in households:
        try:
            read_household(posted(household), day=DAY, home=HOME)
        except RejectedError as refused:
            door = {error.message.rpartition("：")[2] for error in refused.errors}
            batch = {message.rpartition("：")[2] for message in faults[household["reference"]]}
            assert {message for message in door if "位家庭成员" not in message} <= batch
            assert batch
        else:
            assert faults[household["reference"]] == set()
            accepted.append(household)
    kept = [household["reference"] for household in accepted]
    rows = found.rows.filter(found.rows["household_reference"].is_in(kept))
    numbers = rows["household"].rle_id().cast(int)
    same(found._replace(rows=rows.with_columns(numbers.alias("household")), rejects=[]), accepted)


COLUMNS = (
    "户编号",
    "人口编号",
    "身份证号码",
    "残疾人证号",
    "出生日期",
    "年龄",
    "性别",
    "家庭人均年可支配收入",
    "寄宿生",
)
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
rows_of_anything = st.lists(st.lists(anything, min_size=8, max_size=8), min_size=1, max_size=4)


@given(rows_of_anything)
def test_anything_at_all_may_stand_in_the_cells(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *(["H1", *row] for row in rows)])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(text.getvalue().encode())
        found = read(path)
    assert {row for row, _, _ in found.rejects} ^ set(found.column("row")) == set(range(2, len(rows) + 2))
    for row in found.rows.rows(named=True):
        member = {key: row[key] for key in ("sex", "age", "boarding") if row[key] is not None}
        if row["birth_date"] is not None:
            member["birth_date"] = row["birth_date"].isoformat()
        assert read_household({"members": [member]}, day=DAY, home=HOME)
