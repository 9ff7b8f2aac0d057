"""`python -m tests.benchmarks [--quick] [--large] [--only NAME] [--save]`: measure, print, compare with what was committed.

Exits with 1 only when a ratio is more than 1.5 times worse than the committed one.
"""

import sys
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import authentication, batch, batch_large, in_process, over_http, startup, storing, worklist
from tests.benchmarks.measure import Measure

BENCHMARKS = {
    "in-process": in_process,
    "over-http": over_http,
    "authentication": authentication,
    "storing": storing,
    "start-up": startup,
    "batch": batch,
}
LARGE = {"batch-large": batch_large, "worklist": worklist}
"""Those that take many minutes, and run only when asked for."""
RATIOS = Path(__file__).with_name("ratios.toml")
TOLERANCE = 1.5
HEAD = """\
# The ratios last committed; `python -m tests.benchmarks --save` writes them.
# Each says how many times better than its floor or peer: the higher the better.
"""


def main() -> int:
    """Run the benchmarks that were asked for; return 1 on a gross regression."""
    parser = ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a rough idea")
    parser.add_argument("--only", choices=[*BENCHMARKS, *LARGE], help="run this one alone")
    parser.add_argument("--large", action="store_true", help=f"those too that take many minutes: {', '.join(LARGE)}")
    parser.add_argument("--save", action="store_true", help=f"write the ratios to {RATIOS.name}")
    asked = parser.parse_args()
    committed = tomllib.loads(RATIOS.read_text(encoding="utf-8"))
    worse = []
    benchmarks = BENCHMARKS | LARGE
    for benchmark in [asked.only] if asked.only else benchmarks if asked.large else BENCHMARKS:
        before = committed.setdefault(benchmark, {})
        print(benchmark, flush=True)
        for measure in benchmarks[benchmark].measure(quick=asked.quick):
            known = before.get(measure.name)
            print(_line(measure, known), flush=True)
            if known is not None and measure.ratio * TOLERANCE < known:
                worse.append(f"{benchmark} {measure.name}: {_round(measure.ratio)}, committed {known}")
            before[measure.name] = _round(measure.ratio)
    if asked.save:
        RATIOS.write_text(HEAD + "".join(_tables(committed)), encoding="utf-8")
    for line in worse:
        print(f"More than {TOLERANCE} times worse: {line}", file=sys.stderr)
    return 1 if worse else 0


def _line(measure: Measure, known: float | None) -> str:
    ratio = f"{_round(measure.ratio)}×"
    committed = "not committed yet" if known is None else f"committed {known}×"
    return f"  {measure.name:<28}{measure.ours:>20}  {measure.other:<36}{ratio:>8}  {committed:<20}{measure.target}"


def _round(ratio: float) -> float:
    """Three significant digits: more would change with every run."""
    return float(f"{ratio:.3g}")


def _tables(ratios: dict[str, dict[str, float]]) -> Iterator[str]:
    for benchmark, measured in ratios.items():
        yield f"\n[{benchmark}]\n"
        yield from (f"{name} = {ratio}\n" for name, ratio in measured.items())


if __name__ == "__main__":
    sys.exit(main())
