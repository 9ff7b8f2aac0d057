"""Whole files, in and out: against their floor, against OpenFisca, and against files of a tenth of their size.

Each side runs in a process of its own, one after the other in every round.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from tests.batch.crowds import crowd, workbook
from tests.benchmarks.measure import Measure, ratio

PEOPLE = 200_000
EXCEL_ROWS = 100_000
EXCEL_SECONDS = 5.0
_NAMES = {
    "floor": "read it, write as we do",
    "plain-floor": "read it, write as polars does",
    "openfisca": "OpenFisca, verdicts only",
}


class Took(NamedTuple):
    """What one run of one side took."""

    seconds: float
    processor: float
    peak: int
    verdicts: Mapping[str, int]


def measure(*, quick: bool, people: int = PEOPLE) -> Iterator[Measure]:
    """Yield the measures of a file of so many *people*, and of an Excel list."""
    rounds = 1 if quick else 3
    with tempfile.TemporaryDirectory(prefix="huimin-") as name:
        folder = Path(name)
        source = crowd(folder / "people.parquet", people)
        yield from _whole_file(folder, source, rounds)
        yield from _growth(folder, people)
        yield from _excel(folder, rounds)


def _whole_file(folder: Path, source: Path, rounds: int) -> Iterator[Measure]:
    written = folder / "result.parquet"
    first = _run("product", source, written)
    sides = ["product", "floor", "plain-floor"]
    if find_spec("openfisca_core"):
        sides += ["openfisca", "screening", "openfisca-in-memory"]
    else:
        print("  OpenFisca is left out: install requirements/benchmark.txt to measure against it.")
    found: dict[str, list[Took]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            found[side].append(_run(side, source, folder / "again.parquet", written))
    ours = [took.seconds for took in found["product"]]
    for side, target in (("floor", "≤ 1.6 times as long"), ("plain-floor", ""), ("openfisca", "≥ 2×")):
        if side in found:
            its = [took.seconds for took in found[side]]
            yield Measure(
                f"against-{side}", _seconds(ours), f"{_seconds(its)} {_NAMES[side]}", ratio(its, ours), target
            )
    if "openfisca" in found:
        ours, its = ([took.seconds for took in found[side]] for side in ("screening", "openfisca-in-memory"))
        yield Measure(
            "screening-in-memory", _seconds(ours), f"{_seconds(its)} OpenFisca in memory", ratio(its, ours), ""
        )
        assert found["openfisca"][0].verdicts == first.verdicts, "OpenFisca is to answer the same"


def _growth(folder: Path, people: int) -> Iterator[Measure]:
    """Ten times as many people: how much longer, and how much more memory."""
    few, many = (
        _run("product", crowd(folder / f"{size}.parquet", size), folder / "out.parquet")
        for size in (people, 10 * people)
    )
    target = "≤ 11 times the time: ≥ 0.091"
    its = f"{_seconds([few.seconds])} for a tenth of them"
    yield Measure("ten-times-the-people", _seconds([many.seconds]), its, few.seconds / many.seconds, target)
    its = f"{_megabytes(few.peak)} for a tenth of them"
    yield Measure("ten-times-memory", _megabytes(many.peak), its, few.peak / many.peak, "≤ 1.3 times: ≥ 0.77")


def _excel(folder: Path, rounds: int) -> Iterator[Measure]:
    source = workbook(folder / "list.xlsx", EXCEL_ROWS)
    took = [_run("product", source, folder / "list.result.xlsx") for _ in range(rounds)]
    seconds = [each.seconds for each in took]
    fixed = [EXCEL_SECONDS] * rounds
    yield Measure(
        "excel-100000-rows", _seconds(seconds), f"{EXCEL_SECONDS:.0f} s", ratio(fixed, seconds), "≤ 5 s: ≥ 1×"
    )


def _run(side: str, source: Path, target: Path, *more: Path) -> Took:
    command = [sys.executable, "-m", "tests.benchmarks.sides", side, str(source), str(target), *map(str, more)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Took(**json.loads(done.stdout))


def _seconds(times: list[float]) -> str:
    """Return the shortest of *times*: what lengthens one is the machine's other work."""
    return f"{min(times):,.2f} s"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
