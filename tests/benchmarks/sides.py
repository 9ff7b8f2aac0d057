"""One side of a batch benchmark in a process of its own: `python -m tests.benchmarks.sides SIDE IN OUT`.

Prints as JSON what it took: seconds, from when everything is imported; seconds of processor; the peak of memory.
"""

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from tests.benchmarks.households import DAY

HOME = "341103"
PART = 4_000_000
"""Rows of a result that a floor holds; it writes them as often as makes the result's size."""


def product() -> Callable[[Path, Path], dict[str, int]]:
    """Return a run of `batch`."""
    from app.batch.run import run
    from app.batch.screened import About
    from app.screening import Screener
    from policies import POLICIES

    def act(source: Path, target: Path) -> dict[str, int]:
        about = About(DAY, "sha256:0", "benchmark", "")
        return dict(run(source, target, screener=Screener(POLICIES), about=about, home=HOME).verdicts)

    return act


def screening(source: Path) -> Callable[[Path, Path], dict[str, int]]:
    """Return the screening of the facts in *source*, read before: the tidy result in memory, nothing written."""
    from app.batch.reading.chunks import read_chunks
    from app.batch.tidy import TidyReader
    from app.screening import Screener
    from policies import POLICIES

    parts = [chunk.rows for chunk in read_chunks(source, day=DAY, home=HOME, originals=False)]
    reader = TidyReader(Screener(POLICIES), DAY)

    def act(_source: Path, _target: Path) -> dict[str, int]:
        found: Counter[str] = Counter()
        for rows in parts:
            for frame in reader.screen(rows):
                found.update(dict(frame["verdict"].value_counts().iter_rows()))
        return dict(found)

    return act


def peer() -> Callable[[Path, Path], dict[str, int]]:
    """Return a run of OpenFisca."""
    from tests.benchmarks.openfisca_batch import WholeFile

    return WholeFile().run


def peer_in_memory(source: Path) -> Callable[[Path, Path], dict[str, int]]:
    """Return OpenFisca's calculation from the arrays of *source*, made before."""
    from tests.benchmarks.openfisca_batch import WholeFile

    whole = WholeFile()
    simulation = whole.simulation(source)
    return lambda _source, _target: whole.counts(whole.calculate(simulation))


def floor(written: Path, *, plainly: bool) -> Callable[[Path, Path], dict[str, int]]:
    """Return the reading of a file and the writing of the result that stands in *written*, ready in memory.

    *plainly* is as polars writes frames of text; else as the product writes them.
    """
    from app.batch.tidy import categories
    from policies import POLICIES

    height = pl.scan_parquet(written).select(pl.len()).collect().item()
    part = pl.read_parquet(written, n_rows=PART)
    result = pl.concat([part] * (height // part.height))
    result = pl.concat([result, part.head(height - result.height)], rechunk=False)
    options: dict[str, Any] = {}
    if not plainly:
        result = result.cast(categories(POLICIES))  # type: ignore[arg-type]
        options = {"statistics": {"min": False, "max": False, "null_count": True}, "row_group_size": 500_000}

    def act(source: Path, target: Path) -> dict[str, int]:
        assert not pl.read_parquet(source).is_empty()
        result.lazy().sink_parquet(target, **options)
        return {}

    return act


def main() -> None:
    """Run a side and print what it took."""
    side, source, target, *more = sys.argv[1:]
    sides = {
        "product": product,
        "screening": lambda: screening(Path(source)),
        "openfisca": peer,
        "openfisca-in-memory": lambda: peer_in_memory(Path(source)),
        "floor": lambda: floor(Path(*more), plainly=False),
        "plain-floor": lambda: floor(Path(*more), plainly=True),
    }
    act = sides[side]()
    began, busy = time.perf_counter(), _processor()
    counts = act(Path(source), Path(target))
    took = {"seconds": time.perf_counter() - began, "processor": _processor() - busy, "peak": _peak()}
    print(json.dumps({**took, "verdicts": counts}))


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    """Return the most memory held so far, in bytes; `ru_maxrss` would count that of the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
