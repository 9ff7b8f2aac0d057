"""`python -m tests.drills kills|postgres|disk [--times N]`, `… hostile [--requests N] [--seed N]`, `… load [--minutes N]`,
`… handoffs [--count N]`.
"""

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.deployments import deployment
from tests.drills.disk import fill_up, small_disk
from tests.drills.handoffs import hand_over_and_fail
from tests.drills.hostile import attack
from tests.drills.kills import kill
from tests.drills.load import sustain
from tests.drills.outage import cut_off
from tests.postgres import PostgreSQL

INSIDE = "HUIMIN_DRILL_INSIDE"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("drill", choices=("kills", "postgres", "disk", "hostile", "load", "handoffs"))
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="for kills: only on this database")
    parser.add_argument("--requests", type=int, default=10_000, help="for hostile")
    parser.add_argument("--seed", type=int, default=7, help="for hostile")
    parser.add_argument("--minutes", type=float, default=10, help="for load")
    parser.add_argument("--count", type=int, default=10_000, help="for handoffs")
    options = parser.parse_args()
    if options.drill == "disk":
        in_own_namespace()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huimin-drill-")))
        if options.drill == "disk":
            disk = stack.enter_context(small_disk(folder))
            print(fill_up(deployment(disk), folder, options.times))
            return
        if options.drill == "load":
            print(sustain(deployment(folder), folder, options.minutes))
            return
        if options.drill == "hostile":
            print(attack(deployment(folder), folder, options.requests, options.seed))
            return
        if options.drill == "handoffs":
            print(hand_over_and_fail(deployment(folder), folder, options.count))
            return
        if options.engine != "postgresql" and options.drill == "kills":
            print("SQLite:", kill(deployment(folder), folder, options.times), flush=True)
        if options.engine != "sqlite":
            postgres = PostgreSQL()
            stack.callback(postgres.remove)
            postgres.start()
            url = stack.enter_context(postgres.database())
            there = deployment(folder / "there", url)
            if options.drill == "kills":
                print("PostgreSQL:", kill(there, folder, options.times))
            else:
                print(cut_off(postgres, there, folder, options.times))


def in_own_namespace() -> None:
    """Begin anew where one may mount a disk, unless that was done."""
    if INSIDE not in os.environ:
        command = [
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            sys.executable,
            "-m",
            "tests.drills",
            *sys.argv[1:],
        ]
        os.execvpe(command[0], command, {**os.environ, INSIDE: "1"})


main()
