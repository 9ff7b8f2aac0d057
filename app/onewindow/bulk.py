"""Many screenings handed over at once: each is screened again first, by the reference reader, and must agree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from app.archive import answer_of, find, given_of
from app.errors import DamagedRecordError, NotFoundError
from app.intake.door import RejectedError, read_household
from app.models import Screening
from app.onewindow.handoffs import ELSEWHERE, Desk, Made, Order, Pick, make
from app.onewindow.sight import sees
from app.rules.evaluate import Scope, evaluate
from app.rules.policy import Policy, Verdict
from app.screening import Profile
from app.security.principal import Principal

CHANGED: Final = "按现在的规则重新筛查，结论与当时的不一致：请重新筛查后再转交"
UNREADABLE: Final = "当时的填报按现在的数据字典已不能读取：请重新筛查后再转交"
NOTHING: Final = "没有符合的结果可以转交"


@dataclass(frozen=True)
class BulkOrder:
    """Whose eligible results are handed over, and of which policies: of all if None."""

    screenings: tuple[str, ...]
    policies: frozenset[str] | None
    priority: str


@dataclass(frozen=True)
class Refused:
    """A screening or a household of a list, or one of its results, that was not handed over."""

    of: str | None
    """The id of the screening, or the household's reference."""
    reason: str
    pick: Pick | None = None


@dataclass(frozen=True)
class Bulk:
    """What hands over many."""

    desk: Desk
    policies: Mapping[str, Policy]
    home: str
    principal: Principal

    def hand_over(self, session: Session, order: BulkOrder) -> Iterator[Made | Refused]:
        """Yield what was handed over of each screening, and what was not."""
        for id in order.screenings:
            try:
                row = find(session, id, self.principal)
                yield from self._of(session, order, row, answer_of(row, self.desk.keyring))
            except (NotFoundError, DamagedRecordError) as error:
                yield Refused(id, error.detail.rstrip("。"))

    def _of(
        self, session: Session, order: BulkOrder, row: Screening, answer: Mapping[str, Any]
    ) -> Iterator[Made | Refused]:
        wanted = [pick for pick in eligible(answer) if order.policies is None or pick.policy in order.policies]
        if not wanted:
            yield Refused(row.id, NOTHING)
            return
        try:
            profile, _ = read_household(given_of(row, self.desk.keyring), day=row.as_of, home=self.home)
        except RejectedError:
            yield Refused(row.id, UNREADABLE)
            return
        agreed = [pick for pick in wanted if self.agrees(profile, row.as_of, pick)]
        yield from (Refused(row.id, CHANGED, pick) for pick in wanted if pick not in agreed)
        yield from self.make(session, row, answer, agreed, order.priority, row.id)

    def agrees(self, profile: Profile, day: date, pick: Pick) -> bool:
        """Tell whether the reference reader, too, finds that the subject is eligible on *day*."""
        policy = self.policies.get(pick.policy)
        if policy is None:
            return False
        scope = Scope(day, profile.facts, tuple(profile.members))
        if pick.member is not None:
            scope = scope.of(profile.members[profile.references.index(pick.member)])
        return Verdict.of(evaluate(policy.eligible, scope)) is Verdict.ELIGIBLE

    def make(
        self,
        session: Session,
        row: Screening,
        answer: Mapping[str, Any],
        picks: Sequence[Pick],
        priority: str,
        of: str | None,
    ) -> Iterator[Made | Refused]:
        """Hand over the *picks* of a stored screening, which the refusals call *of*; *answer* is its full answer."""
        if not picks:
            return
        order = Order(
            screening=row.id,
            picks=picks,
            priority=priority,
            channel="batch",
            operator=self.principal.name,
            made_by=self.principal.id,
        )
        made = make(session, self.desk, order, answer, row.region_code)
        for pick, each in zip(picks, made, strict=True):
            seen = each.is_new or sees(self.principal, self.desk.directory, self.desk.today, each.handoff)
            yield each if seen else Refused(of, ELSEWHERE, pick)


def eligible(answer: Mapping[str, Any]) -> list[Pick]:
    """Return the eligible results of a full answer."""
    return [
        Pick(result["policy"], result["subject"].get("reference"))
        for result in answer["results"]
        if result["verdict"] == Verdict.ELIGIBLE
    ]
