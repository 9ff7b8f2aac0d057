"""One household in process, five members and every policy: against OpenFisca, and against writing JSON."""

import json
from collections.abc import Iterator
from functools import partial

from app.answers import Answers
from app.door import Submission, read_submission
from app.rules.policy import Verdict
from app.screening import Screener
from policies import POLICIES
from tests.benchmarks.households import DAY, body, households
from tests.benchmarks.measure import Measure, in_turn, microseconds, ratio, seconds_each

STREAM = 500
PEERS_SHARE = 50
"""OpenFisca is given so many households of the stream, spread over it."""


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield the measures; those against OpenFisca only where it is installed."""
    screener = Screener(POLICIES)
    codes = set(screener.by_code)
    stream = [
        read_submission(body(household), today=DAY, home="341103", codes=codes) for household in households(STREAM, 5)
    ]
    yield from _against_openfisca(screener, stream, rounds=3 if quick else 9)
    yield _against_json(screener, stream, rounds=5 if quick else 15)


def _against_openfisca(screener: Screener, stream: list[Submission], rounds: int) -> Iterator[Measure]:
    try:
        from tests.benchmarks.openfisca import OpenFisca
    except ModuleNotFoundError:
        print("OpenFisca is left out: install requirements/benchmark.txt to measure against it.")
        return
    peer = OpenFisca(POLICIES, DAY)
    for submission in stream:
        ours, its = _verdicts(screener, submission), peer.verdicts(submission.profile)
        assert ours == its, "OpenFisca is to answer the same, or the comparison is none"
    situations = [peer.situation(submission.profile) for submission in stream[:: STREAM // PEERS_SHARE]]
    screen = partial(_screen, screener)
    times = in_turn(
        rounds,
        {
            "stream": seconds_each(screen, stream),
            "same": seconds_each(screen, stream[:1] * STREAM),
            "OpenFisca": seconds_each(peer.calculate, situations),
        },
    )
    for side, name in (("stream", "verdicts-reasons-questions"), ("same", "same-household-again")):
        yield Measure(
            name,
            microseconds(times[side]),
            f"{microseconds(times['OpenFisca'])} OpenFisca",
            ratio(times["OpenFisca"], times[side]),
            "≤ 100 µs, ≥ 100×",
        )


def _against_json(screener: Screener, stream: list[Submission], rounds: int) -> Measure:
    render = partial(Answers(screener, "benchmark").render, id=None)
    answers = [json.loads(render(submission)) for submission in stream[::10]]
    times = in_turn(
        rounds,
        {
            "bytes": seconds_each(render, stream),
            "dumps": seconds_each(partial(json.dumps, ensure_ascii=False), answers),
        },
    )
    return Measure(
        "answer-as-bytes",
        microseconds(times["bytes"]),
        f"{microseconds(times['dumps'])} json.dumps of it",
        ratio(times["dumps"], times["bytes"]),
        "",
    )


def _screen(screener: Screener, submission: Submission) -> None:
    # A result holds its verdict and its reasons.
    screening = screener.screen(submission.profile, submission.day)
    assert screening.results
    assert screening.questions is not None


def _verdicts(screener: Screener, submission: Submission) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {policy.code: [] for policy in POLICIES}
    screening = screener.screen(submission.profile, submission.day)
    for decisions in (screening.whole, *screening.each):
        for decision in decisions:
            found[decision.policy.code].append(decision.verdict)
    return found
