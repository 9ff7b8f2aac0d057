"""Screenings over HTTP, nothing kept: against endpoints that only parse the body and give bytes back."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median

from tests.benchmarks import floor
from tests.benchmarks.households import body, households
from tests.benchmarks.load import Client
from tests.benchmarks.measure import Measure, in_turn, ratio
from tests.benchmarks.servers import first_answer, key_in, serving

STREAM = 500
NEW = 8000
"""More households than the rounds get through, so that none of them was seen before."""
ROWS = (
    ("full", "/v1/screenings", "full", "stream"),
    ("brief", "/v1/screenings?detail=brief", "brief", "stream"),
    ("never-seen", "/v1/screenings", "full", "new"),
)
FLOORS = {"model": "FastAPI's own body path", "bytes": "bytes to pydantic"}
BUSY = 0.85
"""A client that works more than this share of the time may be what limits the server."""


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield our requests a second against each floor's."""
    rounds, seconds = (3, 0.3) if quick else (9, 0.5)
    bodies = [body(household) for household in households(STREAM + NEW)]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        key = key_in(folder)
        client = stack.enter_context(Client({"stream": bodies[:STREAM], "new": bodies[STREAM:]}, key))
        ours = stack.enter_context(serving("app.main:app", {"HUIMIN_DATA_DIR": folder}))
        first_answer(ours, "/v1/screenings", bodies[0], key)
        # Long enough for the whole stream, so that its words are known; and the size of an answer is learned.
        sizes = {detail: client.run(ours, path, "stream", 2.0).size for _, path, detail, _ in ROWS[:2]}
        told = {floor.SIZES: " ".join(f"{sizes[detail]:.0f}" for detail in floor.DETAILS)}
        under = stack.enter_context(serving("tests.benchmarks.floor:app", told))
        for name, path, detail, pool in ROWS:
            places = {"ours": (ours, path, pool)}
            places |= {which: (under, f"/{which}/{detail}", "stream") for which in FLOORS}
            for port, where, _ in places.values():
                first_answer(port, where, bodies[0], key)
            rates = in_turn(
                rounds, {side: partial(_requests_a_second, client, *place, seconds) for side, place in places.items()}
            )
            for which, words in FLOORS.items():
                yield Measure(
                    f"{name}-against-{which}",
                    f"{median(rates['ours']):,.0f}/s of {sizes[detail] / 1000:,.0f} kB",
                    f"{median(rates[which]):,.0f}/s {words}",
                    ratio(rates["ours"], rates[which]),
                    "" if pool == "new" else "≥ 0.75, stretch 1.0" if which == "model" else "≥ 0.75",
                )


def _requests_a_second(client: Client, port: int, path: str, pool: str, seconds: float) -> float:
    load = client.run(port, path, pool, seconds)
    if load.busy > BUSY:
        print(f"  The client was at work {load.busy:.0%} of the time on {path}: the server may be faster than shown.")
    return load.requests / load.seconds
