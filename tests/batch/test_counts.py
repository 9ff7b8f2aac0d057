"""Counts by village and policy agree with the tidy result, row by row."""

from collections import Counter
from datetime import date

import polars as pl
import pytest

from app.batch import counts
from app.batch.counts import Counts
from app.batch.people import people
from app.batch.run import run
from app.batch.screened import About
from app.screening import Screener
from policies import POLICIES
from tests.batch.registers import register

DAY = date(2026, 11, 23)
ABOUT = About(DAY, "sha256:0", "0", "")


class Kept:
    """Keeps what is screened, and counts it."""

    def __init__(self) -> None:
        self.parts, self.counts = [], Counts(POLICIES)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def add(self, screened):
        self.parts.append(screened)
        self.counts.add(screened)

    def finish(self):
        pass


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counts")
    source, kept = register(folder / "list.csv", 400, "register-1", "csv"), Kept()
    run(
        source,
        folder / "result.parquet",
        screener=Screener(POLICIES),
        about=ABOUT,
        home="341103",
        writer=lambda _: kept,
    )
    return kept


def test_every_number_is_that_of_the_tidy_rows_of_the_village(kept):
    expected = Counter()
    for part in kept.parts:
        who = people(part.originals, part.rows)
        villages = dict(zip(who["household_reference"], who["village"], strict=True))
        for frame in part.tidy:
            for reference, policy, verdict in frame.select("household_reference", "policy", "verdict").iter_rows():
                expected[policy, verdict, villages[reference]] += 1
    found = kept.counts.document()
    assert len(found["places"]) > 1
    counted = Counter()
    for policy in found["policies"]:
        for verdict in ("eligible", "undetermined", "ineligible"):
            for place, number in zip(found["places"], policy[verdict], strict=True):
                counted[policy["policy"], verdict, place["village"]] += number
    assert counted == expected


def test_people_and_households_are_counted_where_they_live(kept):
    found = kept.counts.document()["places"]
    rows = pl.concat([part.rows.select("first") for part in kept.parts])
    assert sum(place["members"] for place in found) == rows.height
    assert sum(place["households"] for place in found) == rows["first"].sum()


def test_of_too_many_villages_townships_are_shown_and_nobody_is_lost(kept, monkeypatch):
    everybody = sum(place["members"] for place in kept.counts.document()["places"])
    monkeypatch.setattr(counts, "MOST_PLACES", 2)
    found = kept.counts.document()
    assert len(found["places"]) == 3
    assert found["places"][-1]["township"] is None
    assert sum(place["members"] for place in found["places"]) == everybody


def test_an_empty_list_has_no_places():
    assert Counts(POLICIES).document() == {"places": [], "policies": []}
