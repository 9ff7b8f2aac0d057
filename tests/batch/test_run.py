"""A file in, a file out: the same answers as one household at a time."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from app.batch.run import UnknownFormatError, run
from app.batch.screened import About
from app.intake.door import read_household
from app.screening import Screener
from policies import POLICIES
from tests.batch import registers

SCREENER = Screener(POLICIES)
DAY = registers.DAY
ABOUT = About(DAY, "sha256:test", "test", "注意")


def listed(path, people, form):
    """Write *people* under the facts' own keys."""
    layout = registers.LAYOUTS["keys"]
    return registers.write(path, registers.records(people, "keys"), layout.columns, form)


def posted(household):
    """Return *household* as one would post it: without what only a register says."""
    members = [{k: v for k, v in member.items() if k not in ("name", "relation")} for member in household["members"]]
    return {**household, "members": members}


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_list_is_answered_as_its_households_are_one_by_one(tmp_path: Path, suffix):
    people = list(registers.people(400, seed=7))
    source = listed(tmp_path / f"list.{suffix}", people, suffix)
    target = tmp_path / "result.parquet"
    summary = run(source, target, screener=SCREENER, about=ABOUT, home=registers.HOME)
    found = {
        (row["household_reference"], row["member_reference"], row["policy"]): row
        for row in pl.read_parquet(target).iter_rows(named=True)
    }
    assert (summary.rejected, summary.people) == (0, sum(len(household["members"]) for household in people))
    for household in people:
        profile, _ = read_household(posted(household), day=DAY, home=registers.HOME)
        screening = SCREENER.screen(profile, DAY)
        for result in screening.results:
            member = None if result.position is None else profile.references[result.position]
            row = found.pop((household["reference"], member, result.policy.code))
            amount = screening.amount(result)
            assert row["verdict"] == result.verdict
            assert row["reasons"] == [condition.label for condition in result.decision.conditions]
            assert row["missing_facts"] == list(dict.fromkeys(q.fact.key for q in screening.asks(result)))
            assert row["missing_figures"] == [figure.key for figure in screening.figures(result)]
            assert (None if row["amount"] is None else float(row["amount"])) == amount.value
            assert row["handling_unit"] == result.policy.handled_by.code
    assert found == {}


def test_a_bad_row_is_set_aside_and_good_ones_run(tmp_path: Path):
    source = tmp_path / "list.csv"
    source.write_text("户编号,人口编号,出生日期\n甲,1,1943-05-01\n乙,1,1980-02-30\n", encoding="utf-8")
    summary = run(source, tmp_path / "r.csv", screener=SCREENER, about=ABOUT, home=registers.HOME)
    assert (summary.rows, summary.people, summary.rejected) == (2, 1, 1)
    assert "1980-02-30" not in "".join(
        line.split(",", 3)[3] for line in (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()
    )


def test_a_result_of_unknown_kind_is_refused_before_anything_is_read(tmp_path: Path):
    with pytest.raises(UnknownFormatError, match="结尾"):
        run(tmp_path / "none.csv", tmp_path / "r.pdf", screener=SCREENER, about=ABOUT, home=registers.HOME)


def test_progress_ends_with_every_row(tmp_path: Path):
    source = listed(tmp_path / "list.csv", list(registers.people(50)), "csv")
    told = []
    run(
        source,
        tmp_path / "r.parquet",
        screener=SCREENER,
        about=ABOUT,
        home=registers.HOME,
        progress=lambda *at: told.append(at),
    )
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] >= 50


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_columns_of_every_type_come_back(tmp_path: Path, suffix):
    frame = pl.DataFrame(
        {
            "户编号": [1, 2],
            "birth_date": [DAY, None],
            "rural": [True, None],
            "income_per_capita": [7200.5, None],
            "标签": [["a"], None],
            "附件": [b"\xff", None],
            "时长": [timedelta(1), None],
            "其他": [{"a": 1}, None],
        }
    )
    frame.write_parquet(tmp_path / "list.parquet")
    target = tmp_path / f"r.{suffix}"
    summary = run(tmp_path / "list.parquet", target, screener=SCREENER, about=ABOUT, home=registers.HOME)
    assert (summary.people, summary.rejected) == (2, 0)
    if suffix == "csv":
        assert target.read_text("utf-8-sig").splitlines()[1].startswith('1,2026-11-23,true,7200.5,"[""a""]",,')
