"""Cold start: from the import to the first screening, in process and served."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from statistics import median

from tests.benchmarks.households import body, households
from tests.benchmarks.measure import Measure, in_turn, ratio
from tests.benchmarks.servers import first_answer, key_in, serving

IN_PROCESS = """
import sys
from datetime import date
from app.answering.answers import Answers
from app.intake.door import read_submission
from app.screening import Screener
from policies import POLICIES
answers = Answers(Screener(POLICIES), "benchmark")
submission = read_submission(
    sys.stdin.buffer.read(), today=date.today(), home="341103", codes=set(answers.screener.by_code)
)
assert len(answers.render(submission, id=None)) > 10_000
"""
LIBRARIES = "import jiter, pydantic, sys; sys.stdin.buffer.read()"


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield our seconds against those of the libraries alone, and of the floor's server."""
    (household,) = households(1, 5)
    request = body(household)
    with tempfile.TemporaryDirectory() as folder:
        key = key_in(folder)
        times = in_turn(
            3 if quick else 5,
            {
                "ours": partial(_run, IN_PROCESS, request),
                "libraries": partial(_run, LIBRARIES, request),
                "served": partial(_serve, "app.main:app", "/v1/screenings", request, folder, key),
                "floor": partial(_serve, "tests.benchmarks.floor:app", "/model/full", request, folder, key),
            },
        )
    for name, side, other, words in (
        ("in-process", "ours", "libraries", "importing pydantic"),
        ("served", "served", "floor", "the HTTP floor"),
    ):
        yield Measure(
            name,
            f"{median(times[side]):.2f} s",
            f"{median(times[other]):.2f} s {words}",
            ratio(times[other], times[side]),
            "≤ 1.5 s",
        )


def _run(program: str, request: bytes) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], input=request, check=True)
    return time.perf_counter() - started


def _serve(app: str, path: str, request: bytes, folder: str, key: str) -> float:
    started = time.perf_counter()
    with serving(app, {"HUIMIN_DATA_DIR": folder}) as port:
        first_answer(port, path, request, key)
        return time.perf_counter() - started
