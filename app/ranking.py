"""The results of many decisions: eligible first, then undetermined, then ineligible."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from app.kept import keep
from app.rules.decision import Decision
from app.rules.policy import Policy, Verdict

ORDER = (Verdict.ELIGIBLE, Verdict.UNDETERMINED, Verdict.INELIGIBLE)
KEPT = 20_000
"""The most results kept of one position: a few megabytes."""
KEPT_TOGETHER = 2_000
"""The most that is kept of one position of what all policies say together: a megabyte."""


class Result(NamedTuple):
    """A decision about one subject: the member at *position*, or the household."""

    decision: Decision
    position: int | None

    @property
    def policy(self) -> Policy:
        return self.decision.policy

    @property
    def verdict(self) -> Verdict:
        return self.decision.verdict


Ranked: TypeAlias = tuple[Sequence[Result], ...]
"""Results by their verdicts, in ORDER."""


class Ranking(dict[Decision, tuple[int, Result]]):
    """The results at one position, each with its rank; made when first looked up."""

    def __init__(self, position: int | None) -> None:
        super().__init__()
        self._position = position
        self._ranked: dict[tuple[Decision, ...], Ranked] = {}

    def __missing__(self, decision: Decision) -> tuple[int, Result]:
        made = ORDER.index(decision.verdict), Result(decision, self._position)
        keep(self, decision, made, KEPT)
        return made

    def of(self, decisions: tuple[Decision, ...]) -> Ranked:
        """Return the results of *decisions*, kept for the next who is in the same position."""
        ranked = self._ranked.get(decisions)
        if ranked is None:
            by_rank: list[list[Result]] = [[] for _ in ORDER]
            for rank, result in map(self.__getitem__, decisions):
                by_rank[rank].append(result)
            ranked = tuple(by_rank)
            keep(self._ranked, decisions, ranked, KEPT_TOGETHER)
        return ranked
