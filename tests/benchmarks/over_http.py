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
from tests.benchmarks.servers import first_answer, serving

STREAM = 500
PATHS = {"full": "/v1/screenings", "brief": "/v1/screenings?detail=brief"}
FLOORS = {"model": "FastAPI's own body path", "bytes": "bytes to pydantic"}
BUSY = 0.85
"""A client that works more than this share of the time may be what limits the server."""


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield our requests a second against each floor's, for full and for brief answers."""
    rounds, seconds = (3, 0.4) if quick else (9, 0.8)
    bodies = [body(household) for household in households(STREAM)]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        client = stack.enter_context(Client(bodies))
        ours = stack.enter_context(serving("app.main:app", {"HUIMIN_DATA_DIR": folder}))
        first_answer(ours, PATHS["full"], bodies[0])
        # Long enough for the whole stream, so that its words are known; and the size of an answer is learned.
        sizes = {detail: client.run(ours, PATHS[detail], 2.0).size for detail in floor.DETAILS}
        told = {floor.SIZES: " ".join(f"{size:.0f}" for size in sizes.values())}
        under = stack.enter_context(serving("tests.benchmarks.floor:app", told))
        for detail, size in sizes.items():
            places = {"ours": (ours, PATHS[detail])} | {name: (under, f"/{name}/{detail}") for name in FLOORS}
            for _, path in list(places.values())[1:]:
                first_answer(under, path, bodies[0])
            rates = in_turn(
                rounds, {side: partial(_requests_a_second, client, *place, seconds) for side, place in places.items()}
            )
            for name, words in FLOORS.items():
                yield Measure(
                    f"{detail}-against-{name}",
                    f"{median(rates['ours']):,.0f}/s of {size / 1000:,.0f} kB",
                    f"{median(rates[name]):,.0f}/s {words}",
                    ratio(rates["ours"], rates[name]),
                    "≥ 0.75, stretch 1.0" if name == "model" else "≥ 0.75",
                )


def _requests_a_second(client: Client, port: int, path: str, seconds: float) -> float:
    load = client.run(port, path, seconds)
    if load.busy > BUSY:
        print(f"The client was at work {load.busy:.0%} of the time on {path}: the server may be faster than shown.")
    return load.requests / load.seconds
