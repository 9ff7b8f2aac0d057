"""A long command that is ended: what cleans up after it is left to finish."""

import subprocess
import sys

import pytest

from tests.command_line import ROOT

CLEANED = """
import os, signal
from app.cli.interruption import interruptible

class Cleaning:
    def __enter__(self): pass
    def __exit__(self, *error):
        os.kill(os.getpid(), signal.SIGINT)
        print("cleaned")

try:
    with interruptible(), Cleaning():
        raise {error}
except KeyboardInterrupt:
    print("ended")
"""


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "RuntimeError"])
def test_a_signal_while_an_error_is_on_its_way_out_stops_no_cleaning(error: str) -> None:
    command = [sys.executable, "-c", CLEANED.format(error=error)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.stdout == "cleaned\nended\n"
