"""One household in process, five members and every policy: against OpenFisca, and against writing JSON."""

import json
from collections.abc import Iterator
from functools import partial

from app.answering.answers import Answers
from app.intake.door import Submission, read_submission
from app.rules.policy import Verdict
from app.screening import Screener
from policies import POLICIES
from tests.benchmarks.households import DAY, body, households
from tests.benchmarks.measure import Measure, in_turn, microseconds, ratio, seconds_each

STREAM = 500
PEERS_SHARE = 50
"""OpenFisca is given so many households of the stream, spread over it."""
NEW = 100
"""Households never seen before, in one round."""


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield the measures; those against OpenFisca only where it is installed."""
    screener = Screener(POLICIES)
    rounds = 3 if quick else 9
    read = partial(read_submission, today=DAY, home="341103", codes=set(screener.by_code))
    submissions = [read(body(household)) for household in households(STREAM + 2 * rounds * NEW, 5)]
    stream, new = submissions[:STREAM], iter(submissions[STREAM:])
    yield from _against_openfisca(screener, stream, new, rounds)
    yield from _against_json(screener, stream, new, rounds)


def _against_openfisca(
    screener: Screener, stream: list[Submission], new: Iterator[Submission], rounds: int
) -> Iterator[Measure]:
    try:
        from tests.benchmarks.openfisca import OpenFisca
    except ModuleNotFoundError:
        print("  OpenFisca is left out: install requirements/benchmark.txt to measure against it.")
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
            "verdicts-reasons-questions": seconds_each(screen, stream),
            "same-household-again": seconds_each(screen, stream[:1] * STREAM),
            "household-never-seen": seconds_each(screen, new, NEW),
            "OpenFisca": seconds_each(peer.calculate, situations),
        },
    )
    peers = times.pop("OpenFisca")
    for name, ours in times.items():
        target = "≤ 100 µs, ≥ 100×" if name == "verdicts-reasons-questions" else ""
        yield Measure(name, microseconds(ours), f"{microseconds(peers)} OpenFisca", ratio(peers, ours), target)


def _against_json(
    screener: Screener, stream: list[Submission], new: Iterator[Submission], rounds: int
) -> Iterator[Measure]:
    render = partial(Answers(screener, "benchmark").render, id=None)
    answers = [json.loads(render(submission)) for submission in stream][::10]
    times = in_turn(
        rounds,
        {
            "answer-as-bytes": seconds_each(render, stream),
            "answer-never-given": seconds_each(render, new, NEW),
            "dumps": seconds_each(partial(json.dumps, ensure_ascii=False), answers),
        },
    )
    floor = times.pop("dumps")
    for name, ours in times.items():
        yield Measure(name, microseconds(ours), f"{microseconds(floor)} json.dumps of it", ratio(floor, ours), "")


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
