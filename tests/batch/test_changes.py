"""Change lists name every result that differs, and only those, with the cause as far as it is known."""

import dataclasses
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from app.batch.change_files import ChangeTally, add_sheet, shown, write_changes_csv, write_changes_parquet
from app.batch.changes import CHANGE_SCHEMA, Change, changes
from app.batch.parquet_result import parquet_result
from app.batch.reading.unreadable import UnreadableFileError
from app.batch.screened import About, Screened
from app.batch.spreadsheet import Book
from app.batch.tidy import SCHEMA
from app.rules.policy import Policy
from app.screening import Profile
from policies import POLICIES
from tests.batch.screened_lists import ABOUT, DAY, random_list, read_sheet, screened
from tests.strategies import HOUSEHOLD_FACTS, answers

LATER = date(2027, 11, 23)


def write(path: Path, part: Screened, about: About = ABOUT, policies: Sequence[Policy] = POLICIES) -> Path:
    with parquet_result(path, policies, about) as result:
        result.add(part.tidy)
        result.finish()
    return path


def named(profiles: Sequence[Profile]) -> list[Profile]:
    return [dataclasses.replace(profile, reference=f"户{number}") for number, profile in enumerate(profiles)]


def altered(profiles: Sequence[Profile], seed: int) -> list[Profile]:
    """Return the households with a few facts changed, and members and households come and gone."""
    chance, found = random.Random(seed), []
    for profile in profiles:
        facts, members, references = (
            dict(profile.facts),
            [dict(member) for member in profile.members],
            profile.references,
        )
        fact = chance.choice(HOUSEHOLD_FACTS)
        facts[fact.key] = chance.choice([None, *answers(fact)])
        if len(members) > 1 and chance.random() < 0.2:
            members.pop()
            references = references[:-1]
        if chance.random() > 0.1:
            found.append(Profile(facts, tuple(members), references, profile.reference))
    return found


def by_hand(before: Screened, after: Screened) -> dict[tuple[str, str | None, str], Change]:
    """Return the changes as plain Python finds them."""
    sides = []
    for part in (before, after):
        rows = pl.concat(part.tidy).iter_rows(named=True)
        sides.append({(r["household_reference"], r["member_reference"], r["policy"]): r for r in rows})
    old, new = sides
    found = {}
    for key in {*old, *new}:
        was, now = (side[key]["verdict"] if key in side else None for side in (old, new))
        if now == "eligible" and was != "eligible":
            found[key] = Change.NEW
        elif was == "eligible" and now in (None, "ineligible"):
            found[key] = Change.LOST
        elif was == now == "eligible":
            if (old[key]["amount"], old[key]["amount_unit"]) != (new[key]["amount"], new[key]["amount_unit"]):
                found[key] = Change.AMOUNT
        elif now == "undetermined" and was not in (None, "undetermined"):
            found[key] = Change.OPEN
        elif was == "undetermined" and now == "ineligible":
            found[key] = Change.SETTLED
    return found


@pytest.mark.parametrize("bucket", [10**6, 200])
def test_changes_are_those_that_plain_python_finds(tmp_path: Path, bucket: int) -> None:
    profiles = named(random_list(1, 60))
    before, after = screened(profiles), screened(altered(profiles, 2))
    paths = write(tmp_path / "a.parquet", before), write(tmp_path / "b.parquet", after)
    frame = pl.concat(changes(*paths, POLICIES, bucket))
    assert dict(frame.schema) == CHANGE_SCHEMA
    keys = frame.select("household_reference", "member_reference", "policy", "change").rows()
    found = {row[:3]: Change(row[3]) for row in keys}
    assert len(found) == len(keys)
    assert found == by_hand(before, after)
    assert {*found.values()} == {*Change} - {Change.AMOUNT} or {*found.values()} == {*Change}
    assert frame["explanation"].null_count() == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.parquet", "b.parquet"]


def test_the_same_result_has_no_changes(tmp_path: Path) -> None:
    part = screened(random_list(3, 20))
    paths = write(tmp_path / "a.parquet", part), write(tmp_path / "b.parquet", part)
    assert pl.concat(changes(*paths, POLICIES)).is_empty()
    assert ChangeTally(POLICIES).summary() == "与上次相比没有变化。"


def test_a_birthday_is_a_change_of_the_day(tmp_path: Path) -> None:
    (profile,) = named(random_list(4, 1, holes=0.0, most=1))
    member = {**profile.members[0], "birth_date": date(1947, 3, 1), "age": None}
    person = Profile({**profile.facts, "local": True}, (member,), profile.references, profile.reference)
    later = dataclasses.replace(ABOUT, day=LATER)
    paths = (
        write(tmp_path / "a.parquet", screened([person])),
        write(tmp_path / "b.parquet", screened([person], day=LATER), later),
    )
    found = pl.concat(changes(*paths, POLICIES)).filter(pl.col("policy") == "longevity-allowance").row(0, named=True)
    assert found["change"] == Change.NEW
    assert found["causes"] == ["day", "fact"]
    assert found["facts"] == ["birth_date"]
    assert "年满80周岁" in found["explanation"]
    assert f"{DAY}改为{LATER}" in found["explanation"]


def test_a_fact_that_was_missing_is_named(tmp_path: Path) -> None:
    (profile,) = named(random_list(5, 1, holes=0.0, most=1))
    facts = {**profile.facts, "local": True}
    member = {**profile.members[0], "birth_date": date(1940, 1, 1), "age": None}
    unborn = {**member, "birth_date": None}
    paths = (
        write(tmp_path / "a.parquet", screened([Profile(facts, (unborn,), ("1",), "户")])),
        write(tmp_path / "b.parquet", screened([Profile(facts, (member,), ("1",), "户")])),
    )
    found = pl.concat(changes(*paths, POLICIES)).filter(pl.col("policy") == "longevity-allowance").row(0, named=True)
    assert (found["change"], found["causes"], found["facts"]) == (Change.NEW, ["fact"], ["birth_date"])
    assert found["explanation"].startswith("上次缺、这次已不用再问：出生日期")


def test_a_policy_whose_rule_changed_is_named_and_no_other(tmp_path: Path) -> None:
    profiles = named(random_list(6, 30))
    stricter = [
        dataclasses.replace(policy, title="改过的") if policy.code == "longevity-allowance" else policy
        for policy in POLICIES
    ]
    paths = (
        write(tmp_path / "a.parquet", screened(profiles), policies=stricter),
        write(tmp_path / "b.parquet", screened(altered(profiles, 7))),
    )
    frame = pl.concat(changes(*paths, POLICIES)).filter(~pl.col("causes").list.contains("list"))
    blamed = frame.filter(pl.col("causes").list.contains("policy"))["policy"].unique().to_list()
    assert set(blamed) <= {"longevity-allowance"}
    assert frame.filter(pl.col("policy") == "longevity-allowance")["causes"].list.contains("policy").all()


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    current = write(tmp_path / "b.parquet", screened(random_list(8, 2)))
    other = tmp_path / "a.parquet"
    pl.DataFrame({"household_reference": ["x"]}).write_parquet(other)
    with pytest.raises(UnreadableFileError, match="以前筛查得到的"):
        list(changes(other, current, POLICIES))
    other.write_text("no")
    with pytest.raises(UnreadableFileError, match="以前筛查得到的"):
        list(changes(other, current, POLICIES))


def test_changes_read_back_from_every_kind_of_file(tmp_path: Path) -> None:
    profiles = named(random_list(9, 30))
    paths = (
        write(tmp_path / "a.parquet", screened(profiles)),
        write(tmp_path / "b.parquet", screened(altered(profiles, 10))),
    )
    tally = ChangeTally(POLICIES)
    frames = [tally.add(frame) for frame in changes(*paths, POLICIES)]
    frame = pl.concat(frames)
    words = shown(frame, POLICIES, DAY)
    write_changes_parquet(tmp_path / "c.parquet", frames)
    assert pl.read_parquet(tmp_path / "c.parquet").equals(frame)
    write_changes_csv(tmp_path / "c.csv", frames, POLICIES, DAY)
    assert pl.read_csv(tmp_path / "c.csv", infer_schema=False)["说明"].to_list() == words["说明"].to_list()
    with Book(tmp_path / "c.xlsx") as book:
        assert add_sheet(book, frames, POLICIES, DAY) == 0
        book.save()
    found = read_sheet(tmp_path / "c.xlsx", "变化")
    assert found.height == frame.height
    assert set(found["变化"]) <= {change.label for change in Change}
    total = sum(tally.found.values())
    assert total == frame.height
    assert tally.summary().startswith("与上次相比：")


def test_an_earlier_result_that_does_not_say_how_it_was_made_leaves_the_rules_in_doubt(tmp_path: Path) -> None:
    profiles = named(random_list(11, 20))
    older = tmp_path / "a.parquet"
    pl.concat(screened(profiles).tidy).cast(SCHEMA).write_parquet(older)
    current = write(tmp_path / "b.parquet", screened(altered(profiles, 12)))
    frame = pl.concat(changes(older, current, POLICIES)).filter(~pl.col("causes").list.contains("list"))
    assert frame.height
    assert frame["causes"].list.contains("policy").all()
    assert frame["explanation"].str.contains("没有注明政策版本").all()


def test_households_with_the_same_number_are_compared_one_by_one(tmp_path: Path) -> None:
    profiles = [dataclasses.replace(profile, reference="同号") for profile in random_list(13, 6)]
    part = screened(profiles)
    paths = write(tmp_path / "a.parquet", part), write(tmp_path / "b.parquet", part)
    assert pl.concat(changes(*paths, POLICIES)).is_empty()


def test_a_folder_that_is_not_written_to_its_end_is_not_compared(tmp_path: Path) -> None:
    """Parts of a cluster's result look like all of it; that it is whole says a file of its own."""
    folder = tmp_path / "result"
    folder.mkdir()
    part = screened(named(random_list(1, 5)))
    current = write(tmp_path / "current.parquet", part)
    write(folder / "part-0.parquet", part)
    with pytest.raises(UnreadableFileError, match="没有写完"):
        list(changes(folder, current, POLICIES))
    (folder / "_SUCCESS").touch()
    assert [frame.height for frame in changes(folder, current, POLICIES)] == [0]
