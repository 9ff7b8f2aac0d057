"""One list of households by every way in and out: posted, screened at the terminal, read from every kind of file,
on every engine, into every kind of result.  What the API answers is the measure of all of them."""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.batch.sql_engine import screen_table
from app.batch.sql_spark import Spark
from app.batch.wide import STATE, head
from app.rules import Amount, When, YesNo
from app.rules.policy import Verdict
from app.screening import Profile
from policies import POLICIES
from tests.api.conftest import app, client  # noqa: F401
from tests.batch.parity import SCREENER, as_tidy, differences, tidy
from tests.batch.registers import FACTS, LAYOUTS, Wire, records, write
from tests.batch.screened_lists import read_sheet
from tests.command_line import call
from tests.spark import spark_session  # noqa: F401
from tests.strategies import DAYS, profiles, random_profile
from tests.test_door import settled, wire

LABELS = {verdict.value: verdict.label for verdict in Verdict}
TYPES = {YesNo: pl.Boolean, Amount: pl.Float64, When: pl.String}
FORMS = ("csv", "xlsx")
lists = st.lists(profiles.map(settled), min_size=4, max_size=10)


def households(among: Sequence[Profile]) -> list[Wire]:
    """Return *among* as they are posted, with the references that a list gives them."""
    made = []
    for number, profile in enumerate(among, 1):
        household = {"reference": f"H{number}", **wire(profile)}
        for place, member in enumerate(household["members"], 1):
            member |= {"reference": str(place)}
        made.append(household)
    return made


def answers(client: TestClient, among: Sequence[Wire], day: date) -> list[dict[str, Any]]:  # noqa: F811
    """Return every result that the API gives, with the `household` that it is about."""
    found = []
    for household in among:
        answer = client.post("/v1/screenings", json={"as_of": str(day), "store": False, "household": household})
        assert answer.status_code == 200, answer.text
        found += [{**result, "household": household["reference"]} for result in answer.json()["results"]]
    return found


def in_a_cell(result: Mapping[str, Any]) -> str:
    """Return what a result of the API comes to in one cell."""
    policy = SCREENER.by_code[result["policy"]]
    said = [LABELS[result["verdict"]]]
    if result["verdict"] == "eligible":
        said += [] if result["amount"]["status"] == "none" else [result["amount"]["text"]]
    elif result["verdict"] == "ineligible":
        own = {condition.label for condition in policy.conditions}
        reasons = [reason["condition"] for reason in result["reasons"]]
        said += ["；".join([reason for reason in reasons if reason in own] or reasons)]
    else:
        of_another = policy.subject.name == "household"
        labels = {missing["fact"]: missing["label"] for missing in result["missing_facts"]}
        asked = [
            f"{'成员的' if of_another and key.startswith('person.') else ''}{said}" for key, said in labels.items()
        ]
        owed = [missing["label"] for missing in result["missing_figures"]]
        parts = ["、".join(asked), f"待区里明确{'、'.join(owed)}" if owed else ""]
        said += ["；".join(part for part in parts if part)]
    return "：".join(said)


def cells(results: Sequence[Mapping[str, Any]], among: Sequence[Wire]) -> pl.DataFrame:
    """Return the columns of results that a list of *among* gets: a household's stand in the row of every member."""
    found = {(r["household"], r["subject"].get("reference"), r["policy"]): in_a_cell(r) for r in results}
    rows = [(household["reference"], member["reference"]) for household in among for member in household["members"]]
    return pl.DataFrame(
        {
            head(policy): [
                found[reference, None if policy.subject.name == "household" else member, policy.code]
                for reference, member in rows
            ]
            for policy in POLICIES
            if any(result["policy"] == policy.code for result in results)
        }
    )


def typed(among: Sequence[Wire], path: Path) -> Path:
    """Write the facts of *among* as a table of a database, with its types."""
    rows = [
        {"household_reference": household["reference"], "member_reference": member["reference"]}
        | {key: {**household, **member}.get(key) for key in FACTS}
        for household in among
        for member in household["members"]
    ]
    schema = {"household_reference": pl.String, "member_reference": pl.String}
    schema |= {key: TYPES.get(type(fact), pl.String) for key, fact in FACTS.items()}
    days = [key for key, fact in FACTS.items() if isinstance(fact, When)]
    pl.DataFrame(rows, schema=schema).with_columns(pl.col(days).str.to_date()).write_parquet(path)
    return path


def screened(source: Path, result: str, day: date, *more: str) -> Path:
    target = source.with_name(result)
    done = call("batch", source, target, "--as-of", day, *more)
    assert (done.exit_code, "退回" in done.stdout) == (0, False), done.stderr + done.stdout
    return target


@given(lists, st.sampled_from(DAYS))
@settings(max_examples=4)
def test_every_way_in_and_out_gives_the_same_answer(
    client: TestClient,  # noqa: F811
    among: list[Profile],
    day: date,
) -> None:
    posted = households(among)
    results = answers(client, posted, day)
    expected = as_tidy(results)
    with TemporaryDirectory() as name:
        folder = Path(name)
        one = folder / "one.json"
        one.write_text(json.dumps({"as_of": str(day), "household": posted[0]}), encoding="utf-8")
        at_the_terminal = json.loads(call("screen", one, "--json").stdout)["results"]
        assert [{**result, "household": "H1"} for result in at_the_terminal] == [
            result for result in results if result["household"] == "H1"
        ]

        columns = LAYOUTS["keys"].columns
        sources = {
            form: write(folder / f"list.{form}", records(named(posted), "keys"), columns, form) for form in FORMS
        }
        sources["typed"] = typed(posted, folder / "list.parquet")
        for form, source in sources.items():
            assert differences(tidy(screened(source, f"{form}.tidy.parquet", day)), expected) == {}, form
        found = tidy(screened(sources["typed"], "duckdb.parquet", day, "--engine", "duckdb"))
        assert differences(found, expected, ordered=False) == {}

        shown = cells(results, posted)
        in_excel = read_sheet(screened(sources["csv"], "result.xlsx", day), "结果")
        in_text = pl.read_csv(screened(sources["xlsx"], "result.csv", day), infer_schema=False)
        for table in (in_excel, in_text):
            assert set(table[STATE]) == {"已筛查"}
            assert table.columns[table.columns.index(STATE) + 1 :] == shown.columns
            assert [pair for name in shown.columns for pair in mismatches(table[name], shown[name])] == []


def named(among: Sequence[Wire]) -> list[Wire]:
    """Return *among* with what a list has besides and a request has not."""
    return [
        {**household, "members": [{"name": "某某", "relation": "", **member} for member in household["members"]]}
        for household in among
    ]


def mismatches(found: pl.Series, expected: pl.Series) -> list[tuple[str | None, str]]:
    return [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]]


@pytest.mark.spark
def test_spark_gives_the_same_answer(client: TestClient, tmp_path: Path, spark_session: Any) -> None:  # noqa: F811
    day = DAYS[-1]
    chance = random.Random(7)
    posted = households([settled(random_profile(chance, holes)) for holes in (0.05, 0.25, 0.6) for _ in range(12)])
    source, target = typed(posted, tmp_path / "list.parquet"), tmp_path / "result"
    screen_table(Spark(spark_session, str(source)), SCREENER, day, str(target), exact_units=False)
    assert differences(tidy(target / "*.parquet"), as_tidy(answers(client, posted, day)), ordered=False) == {}
