"""Many screenings handed over at once: each is screened again first, by the reference reader, and must agree."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
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
    """A screening, or one of its results, that was not handed over."""

    screening: str
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
        wanted = [
            result
            for result in answer["results"]
            if result["verdict"] == Verdict.ELIGIBLE and (order.policies is None or result["policy"] in order.policies)
        ]
        if not wanted:
            yield Refused(row.id, NOTHING)
            return
        try:
            profile, _ = read_household(given_of(row, self.desk.keyring), day=row.as_of, home=self.home)
        except RejectedError:
            yield Refused(row.id, UNREADABLE)
            return
        whole = Scope(row.as_of, profile.facts, tuple(profile.members))
        agreed: list[Pick] = []
        for result in wanted:
            pick = Pick(result["policy"], result["subject"].get("reference"))
            position = result["subject"].get("position")
            scope = whole if position is None else whole.of(profile.members[position])
            policy = self.policies.get(pick.policy)
            if policy is not None and Verdict.of(evaluate(policy.eligible, scope)) is Verdict.ELIGIBLE:
                agreed.append(pick)
            else:
                yield Refused(row.id, CHANGED, pick)
        if agreed:
            made = make(session, self.desk, self._order(order, row, agreed), answer, row.region_code)
            for pick, each in zip(agreed, made, strict=True):
                seen = each.is_new or sees(self.principal, self.desk.directory, self.desk.today, each.handoff)
                yield each if seen else Refused(row.id, ELSEWHERE, pick)

    def _order(self, order: BulkOrder, row: Screening, picks: Collection[Pick]) -> Order:
        return Order(
            screening=row.id,
            picks=tuple(picks),
            priority=order.priority,
            channel="batch",
            operator=self.principal.name,
            made_by=self.principal.id,
        )
