"""The same answers everywhere: lists in every layout and format against households posted one by one.

`python -m tests.batch.parity --people 200000` is the long drill; a few thousand people of it
run with the tests.  Each household goes through the door as the API takes it, and its JSON is
the measure.  The files carry the slips that people make and that a reader forgives.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

import polars as pl

from app.answering.answers import Answers
from app.batch.reading.chunks import read_chunks
from app.batch.reading.headers import FACTS
from app.batch.run import run
from app.batch.screened import About
from app.batch.sql_duckdb import DuckDb
from app.batch.sql_engine import screen_table
from app.batch.tidy import SCHEMA as TIDY
from app.intake.door import read_household, read_submission
from app.screening import Screener
from policies import POLICIES
from tests.batch.registers import DAY, FORMATS, HOME, LAYOUTS, Wire, carried, dirty, people, records, write

SCREENER: Final = Screener(POLICIES)
ANSWERS: Final = Answers(SCREENER, "test")
ABOUT: Final = About(DAY, "sha256:test", "test", "注意")
ENGINE: Final = "duckdb"
BLOCK: Final = 20_000
"""People of a file in the drill: the answers of so many fit in memory."""
SLIPS: Final = 0.02
SUBJECT: Final = ("household_reference", "member_reference", "policy")
LISTS: Final = ("reasons", "missing_facts", "missing_figures")
SAID: Final = ("verdict", "amount", "amount_unit", *LISTS, "handling_unit")
SCHEMA: Final = pl.Schema({name: TIDY[name] for name in (*SUBJECT, *SAID)} | {"verdict": pl.String})


def posted(household: Wire, layout: str) -> Wire:
    """Return *household* as one would post what a list in *layout* says of it."""
    said = carried(household, layout) if layout.startswith("register") else household
    allowed = {"reference", "id_number", "disability_certificate", *FACTS}
    members = [
        {key: value for key, value in member.items() if key in allowed and value is not None}
        for member in said["members"]
    ]
    return {**{key: value for key, value in said.items() if value is not None}, "members": members}


def answered(among: Iterable[Wire], layout: str) -> pl.DataFrame:
    """Return what the API answers, household by household, from its JSON."""
    found = []
    for household in among:
        body = {"as_of": str(DAY), "store": False, "household": posted(household, layout)}
        sent = json.dumps(body, ensure_ascii=False).encode()
        submission = read_submission(sent, today=DAY, home=HOME, codes=set(SCREENER.by_code))
        results = json.loads(ANSWERS.render(submission, id=None))["results"]
        found += [{**result, "household": household["reference"]} for result in results]
    return as_tidy(found)


def as_tidy(results: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return results of the API as the rows of a tidy file."""
    rows = []
    for result in results:
        value = result["amount"]["value"]
        facts = (missing["fact"].partition(".")[2] for missing in result["missing_facts"])
        rows.append(
            (
                result["household"],
                result["subject"].get("reference"),
                result["policy"],
                result["verdict"],
                None if value is None else Decimal(str(value)),
                None if value is None else result["amount"]["unit"],
                [reason["condition"] for reason in result["reasons"]],
                list(dict.fromkeys(facts)),
                [missing["figure"] for missing in result["missing_figures"]],
                result["handling_unit"]["code"],
            )
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def screened_singly(among: Iterable[Wire], layout: str) -> pl.DataFrame:
    """Return the same without the wording of an answer, which takes ten times as long."""
    rows = []
    for household in among:
        profile, _ = read_household(posted(household, layout), day=DAY, home=HOME)
        screening = SCREENER.screen(profile, DAY)
        for result in screening.results:
            amount = screening.amount(result)
            rows.append(
                (
                    household["reference"],
                    None if result.position is None else profile.references[result.position],
                    result.policy.code,
                    result.verdict.value,
                    None if amount.value is None else Decimal(str(amount.value)),
                    None if amount.value is None else amount.unit,
                    [condition.label for condition in result.decision.conditions],
                    list(dict.fromkeys(question.fact.key for question in screening.asks(result))),
                    [figure.key for figure in screening.figures(result)],
                    result.policy.handled_by.code,
                )
            )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def tidy(path: Path) -> pl.DataFrame:
    """Return a tidy result, its texts as texts."""
    return pl.read_parquet(path).select(*SUBJECT, *SAID).cast(SCHEMA)


def differences(found: pl.DataFrame, expected: pl.DataFrame, *, ordered: bool = True) -> dict[str, int]:
    """Return how many answers differ, by policy and what differs; a SQL engine's lists are in no *ordered* way."""
    if not ordered:
        found, expected = (frame.with_columns(pl.col(LISTS).list.sort()) for frame in (found, expected))
    told: dict[str, int] = {}
    once = found.unique(SUBJECT).height
    if once < found.height:
        told["answered twice"] = found.height - once
    both = found.join(expected, on=SUBJECT, how="full", nulls_equal=True, coalesce=True, suffix=":expected")
    for name in SAID:
        odd = both.filter(pl.col(name).ne_missing(pl.col(f"{name}:expected")))
        told |= {f"{policy}: {name}": count for policy, count in odd["policy"].value_counts().iter_rows()}
    return told


def screened(folder: Path, among: Sequence[Wire], layout: str, form: str, slips: float = SLIPS) -> Path:
    """Write a list in *layout* and *form*, screen it as `batch` does, and return the tidy result."""
    rows = records(among, layout)
    if slips:
        rows = dirty(rows, random.Random(f"{layout}-{form}"), slips)
    source = write(folder / f"{layout}.{form}", rows, LAYOUTS[layout].columns, form)
    target = folder / f"{layout}-{form}.parquet"
    summary = run(source, target, screener=SCREENER, about=ABOUT, home=HOME)
    assert summary.rejected == 0, f"{layout} as {form}: {summary.rejected} rows set aside"
    source.unlink()
    return target


def on_engine(folder: Path, among: Sequence[Wire], layout: str) -> Path:
    """Screen the facts of a list on DuckDB, and return the tidy result."""
    source = write(folder / "list.parquet", records(among, layout), LAYOUTS[layout].columns, "parquet")
    chunks = read_chunks(source, day=DAY, home=HOME, originals=False)
    facts = pl.concat([chunk.rows for chunk in chunks]).select("household_reference", "member_reference", *FACTS)
    facts.write_parquet(folder / "facts.parquet")
    target = folder / f"{layout}-{ENGINE}.parquet"
    engine = DuckDb(str(folder / "facts.parquet"), memory_limit="1GB", scratch=folder)
    try:
        screen_table(engine, SCREENER, DAY, str(target), exact_units=True)
    finally:
        engine.close()
    return target


Single: TypeAlias = Callable[[Iterable[Wire], str], pl.DataFrame]


def compare(
    among: Sequence[Wire], layout: str, forms: Sequence[str], single: Single
) -> Iterator[tuple[str, int, dict[str, int]]]:
    """Yield for each form, and for the engine, how many answers were compared with *single* and what differs."""
    expected = single(among, layout)
    with TemporaryDirectory() as name:
        for form in forms:
            target = screened(Path(name), among, layout, form)
            yield form, expected.height, differences(tidy(target), expected)
        target = on_engine(Path(name), among, layout)
        yield ENGINE, expected.height, differences(tidy(target), expected, ordered=False)


def blocks(count: int, size: int, seed: int) -> Iterator[list[Wire]]:
    """Yield *count* people or a few more, in whole households, about *size* at a time."""
    block: list[Wire] = []
    held = 0
    for household in people(count, seed):
        block.append(household)
        held += len(household["members"])
        if held >= size:
            yield block
            block, held = [], 0
    if block:
        yield block


def main() -> int:
    """Run the drill; the exit code is 1 where anything differs."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--formats", type=int, default=1, help="how many of the formats each block takes, in turn")
    asked = options.parse_args()
    started, turn, wrong = time.monotonic(), 0, 0
    compared: dict[str, int] = dict.fromkeys((*FORMATS, ENGINE), 0)
    done = 0
    for block in blocks(asked.people, BLOCK, asked.seed):
        done += sum(len(household["members"]) for household in block)
        for layout in LAYOUTS:
            forms = [FORMATS[(turn + more) % len(FORMATS)] for more in range(min(asked.formats, len(FORMATS)))]
            turn += len(forms)
            for form, answers, told in compare(block, layout, forms, screened_singly):
                compared[form] += answers
                wrong += sum(told.values())
                for said, count in told.items():
                    print(f"DIFFERS {layout} as {form}: {said} ({count})", flush=True)
        print(f"{done} people, {wrong} differences, {time.monotonic() - started:.0f} s", flush=True)
    for form, answers in compared.items():
        print(f"  {form}: {answers} answers compared")
    print(f"{done} people in {len(LAYOUTS)} layouts: {wrong} differences in {sum(compared.values())} answers")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
