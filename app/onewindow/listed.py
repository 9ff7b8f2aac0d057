"""Households of a list handed over: each is screened again, alone, kept as a screening of its own, and must agree.

The screening is kept because a case needs one: its answer and receipt, its notice, its deletion.  Its id follows
from the list's and the household's number, so that handing over again finds the same screening and the same cases.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app import archive
from app.answering.answers import Answers
from app.archive import answer_of
from app.errors import DamagedRecordError
from app.intake.door import RejectedError, Submission, read_document
from app.models import Batch, Screening
from app.onewindow.bulk import CHANGED, UNREADABLE, Bulk, Refused, eligible
from app.onewindow.handoffs import Made, Pick

if TYPE_CHECKING:
    from app.batch.qualifying import Qualifying

ROWS_ASIDE: Final = "本户有{}行没有筛查，结论不完整：请按退回的行改好名单，重新上传筛查后再转交"


@dataclass(frozen=True)
class ListOrder:
    """What of a list is handed over: of which policies and households, all if None, behind the household *after*."""

    policies: frozenset[str] | None
    households: frozenset[str] | None
    priority: str
    after: int


@dataclass(frozen=True)
class Ready:
    """A household that was screened again: what is to be stored of it and handed over, and what is not."""

    reference: str | None
    row: Screening
    answer: Mapping[str, Any]
    """The full answer."""
    picks: tuple[Pick, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class Listed:
    """What hands over the households of one list."""

    bulk: Bulk
    answers: Answers
    batch: Batch

    def ready(self, household: "Qualifying") -> Ready | Refused:
        """Screen *household* again, with both readers, and say which of its results are handed over."""
        if household.set_aside:
            return Refused(household.reference, ROWS_ASIDE.format(household.set_aside))
        try:
            submission = self._read(household)
        except RejectedError:
            return Refused(household.reference, UNREADABLE)
        id = self._id(household.number)
        full = self.answers.render(submission, id=id)
        answer = json.loads(full)
        found = set(eligible(answer))
        wanted = [Pick(*each) for each in household.eligible]
        agreed = [
            pick for pick in wanted if pick in found and self.bulk.agrees(submission.profile, submission.day, pick)
        ]
        kept = archive.kept(
            self.bulk.desk.keyring,
            id,
            submission,
            full,
            self.answers.render(submission, id=id, brief=True),
            region_code=self.batch.region_code if household.region_code is None else household.region_code,
            policy_set=self.answers.policy_set,
            release=self.answers.release,
        )
        refused = tuple(Refused(household.reference, CHANGED, pick) for pick in wanted if pick not in agreed)
        return Ready(household.reference, kept.row, answer, tuple(agreed), refused)

    def hand_over(
        self, session: Session, ready: Ready | Refused, priority: str
    ) -> Iterator[Screening | Made | Refused]:
        """Yield the screening if it is stored only now, and what was handed over and what was not."""
        if isinstance(ready, Refused):
            yield ready
            return
        yield from ready.refused
        if not ready.picks:
            return
        row, picks = session.get(Screening, ready.row.id), ready.picks
        if row is None:
            row, answer = ready.row, ready.answer
            session.add(row)
            session.flush()
            yield row
        else:
            try:
                answer = answer_of(row, self.bulk.desk.keyring)
            except DamagedRecordError as error:
                yield Refused(ready.reference, error.detail.rstrip("。"))
                return
            # By the policies of then it may have been answered otherwise.
            known = set(eligible(answer))
            yield from (Refused(ready.reference, CHANGED, pick) for pick in picks if pick not in known)
            picks = tuple(pick for pick in picks if pick in known)
        yield from self.bulk.make(session, row, answer, picks, priority, ready.reference)

    def _read(self, household: "Qualifying") -> Submission:
        """Read the household at the door, as if it were posted."""
        document = {"as_of": str(self.batch.as_of), "household": household.stated}
        return read_document(document, today=self.bulk.desk.today, home=self.bulk.home, codes=self.bulk.policies.keys())

    def _id(self, number: int) -> str:
        """Return the id of the household's screening: it begins with the list's moment, by which it will expire."""
        keyring, moment = self.bulk.desk.keyring, UUID(self.batch.id).int >> 80
        return archive.id_of(moment, keyring.mac("listed", f"{self.batch.id}:{number}".encode())[:10])
