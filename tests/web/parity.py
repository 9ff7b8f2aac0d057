"""`python -m tests.web.parity 20000`: the page's rules against the service, on so many random households."""

import sys
import tempfile
from pathlib import Path

from app import __version__
from app.answering.answers import Answers
from app.screening import Screener
from policies import POLICIES
from tests.web.test_rules import differences, write_pack

PORTION = 1000


def main(count: int) -> int:
    """Return how many of *count* households differ."""
    answers = Answers(Screener(POLICIES), __version__)
    differ = 0
    with tempfile.TemporaryDirectory() as folder:
        pack = write_pack(answers, Path(folder))
        for start in range(0, count, PORTION):
            differ += differences(answers, pack, min(PORTION, count - start), seed=start + 1)
            print(f"{min(start + PORTION, count)} households, {differ} differences", flush=True)
    return differ


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)))
