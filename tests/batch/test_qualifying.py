"""What is kept of a list for handing over is enough to screen its households again, and names nobody."""

from io import BytesIO

import polars as pl
import pytest

from app.batch.jobs.results import Results
from app.batch.qualifying import KIND, read_qualifying
from app.batch.run import run
from app.intake.door import read_household
from app.rules.policy import Verdict
from tests.batch.parity import ABOUT, SCREENER
from tests.batch.registers import DAY, HOME, LAYOUTS, people, records, register, write

PEOPLE = 1500


class Kept:
    """A list that was screened, with what is kept of it."""

    def __init__(self, folder, source):
        made = []

        def results(register):
            made.append(Results(folder, register, SCREENER.policies, ABOUT, None, lambda phase: None))
            return made[0]

        summary = run(
            source, folder / "result.parquet", screener=SCREENER, about=ABOUT, home=HOME, writer=results, steps=99
        )
        self.summary, self.households = summary, made[0].qualifying.households
        self.tidy = pl.read_parquet(folder / "result.parquet")
        self.files = [path.read_bytes() for path in sorted(folder.glob(f"{KIND}-*"))]

    def page(self, after=-1, limit=10**6, **asked):
        return read_qualifying(map(BytesIO, self.files), after, limit, **asked)

    @property
    def eligible(self):
        rows = self.tidy.filter(pl.col("verdict").cast(pl.String) == Verdict.ELIGIBLE.value)
        return set(rows.select("household_reference", "member_reference", "policy").iter_rows())


@pytest.fixture(scope="module", params=LAYOUTS)
def kept(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    source = register(folder / "list.csv", PEOPLE, request.param, "csv", slips=0.02, dirt=0.02, seed=5)
    return Kept(folder, source)


def told(households):
    return {(each.reference, found.member, found.policy) for each in households for found in each.eligible}


def test_it_holds_exactly_what_the_list_found(kept):
    found = kept.page()
    assert told(found) == kept.eligible
    assert len(found) == kept.households == len({reference for reference, _, _ in kept.eligible})


def test_the_facts_give_the_same_answers_again(kept):
    again = set()
    for each in kept.page():
        profile, _ = read_household(each.stated, day=DAY, home=HOME)
        for result in SCREENER.screen(profile, DAY).results:
            if result.verdict is Verdict.ELIGIBLE:
                member = None if result.position is None else profile.references[result.position]
                again.add((each.reference, member, result.policy.code))
    assert again == kept.eligible


def test_rows_that_were_set_aside_are_counted(kept):
    people_of = dict(kept.tidy.group_by("household_reference").agg(pl.col("member_reference").n_unique()).iter_rows())
    assert sum(each.set_aside for each in kept.page()) > 0
    assert all(len(each.stated["members"]) <= people_of[each.reference] for each in kept.page())


def test_only_what_is_asked_for(kept):
    policy = min(policy for _, _, policy in kept.eligible)
    assert told(kept.page(policies={policy})) == {each for each in kept.eligible if each[2] == policy}
    reference = min(reference for reference, _, _ in kept.eligible)
    (one,) = kept.page(references={reference})
    assert one.reference == reference
    assert kept.page(policies={"no-such-policy"}) == []


def test_pages_follow_each_other_without_a_gap(kept):
    found, after = [], -1
    while page := kept.page(after, 7):
        assert len(page) <= 7
        found += page
        after = page[-1].number
    assert found == kept.page()


def test_no_name_and_no_number_is_kept(tmp_path):
    among = list(people(300, seed=8))
    source = write(tmp_path / "list.csv", records(among, "register-1"), LAYOUTS["register-1"].columns, "csv")
    kept = Kept(tmp_path, source)
    held = pl.concat([pl.read_parquet(BytesIO(file)) for file in kept.files])
    text = held.write_csv()
    assert kept.households > 20
    for household in among:
        for member in household["members"]:
            for key in ("name", "id_number", "disability_certificate"):
                value = member.get(key)
                assert not value or value not in text
