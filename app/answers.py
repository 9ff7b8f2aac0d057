"""Screenings as the bytes that go over the wire.

Most results of most households have been worded before: a result's words depend
on the day and on the few facts that its policy reads.  They are therefore kept,
as JSON, under those facts, and an answer is put together from kept pieces.  No
name, number or reference of a person is part of a piece.
"""

import json
from collections.abc import Sequence
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from app.door import Submission
from app.results import SUBJECT, brief_result, describe, member_mark, question_kind
from app.rules.decision import Decision
from app.rules.document import fingerprint
from app.rules.evaluate import completed_years
from app.rules.explain import codes
from app.rules.expressions import Amount, Choice, Fact
from app.rules.horizon import near_ages
from app.rules.policy import Policy, Verdict
from app.rules.walk import facts_of
from app.screening import ORDER, Asked, Profile, Result, Screener, Screening

NOTICE = "本结果只是按公开政策作的筛查，不是行政决定；能否享受，以镇（街道）和区有关单位审核确认为准。"
KEPT_DAYS = 4
KEPT_PIECES = 2000
"""The most pieces kept for one policy and day: about 100 MB for all policies, if ever reached."""


class Piece(NamedTuple):
    """One result as JSON, before and after its subject; `marked` where members are to be named."""

    rank: int
    before: bytes
    after: bytes
    brief: bytes
    marked: bool


class Answers:
    """Renders screenings of one policy set."""

    def __init__(self, screener: Screener, release: str) -> None:
        self.screener = screener
        self.release = release
        self.policy_set = fingerprint(screener.policies)
        self._days: dict[date, tuple[list[_Shelf], list[_Shelf]]] = {}

    def render(self, submission: Submission, *, id: str | None, brief: bool = False) -> bytes:
        """Return the answer to *submission*; *id* is that of the stored screening, if it is stored."""
        screening = self.screener.screen(submission.profile, submission.day, submission.only)
        head = {
            "id": id,
            "as_of": str(submission.day),
            "release": self.release,
            "policy_set": self.policy_set,
            "notice": NOTICE,
            "household": {"reference": submission.profile.reference},
            "warnings": [{"field": field, "message": message} for field, message in submission.warnings],
        }
        return b"".join(
            (
                dumps(head)[:-1],
                b',"results":[',
                self._results(screening, brief=brief),
                b'],"questions":[',
                b",".join(_question(asked, submission.profile) for asked in screening.questions),
                b"]}",
            )
        )

    def _results(self, screening: Screening, *, brief: bool) -> bytes:
        whole, each = self._shelves(screening.day)
        profile, only = screening.profile, screening.only
        sorted_out: tuple[list[bytes], ...] = tuple([] for _ in ORDER)
        names = [dumps(reference) for reference in profile.references]
        marks = [(dumps(member_mark(position)), name) for position, name in enumerate(names)]
        subject = b'{"kind":"household"}'
        for shelf, decision in zip(whole, screening.whole, strict=True):
            if only is None or decision.policy.code in only:
                piece = shelf.piece(screening, decision, None, shelf.household_key(profile))
                sorted_out[piece.rank].extend((piece.before, subject, _named(piece, marks, brief=brief)))
        keys = [shelf.facts(profile.facts) for shelf in each]
        for position, (member, decisions) in enumerate(zip(profile.members, screening.each, strict=True)):
            born, age = member["birth_date"], member["age"]
            if born is not None:
                age = completed_years(born, screening.day)
            known = {**member, "age": age}
            subject = b'{"kind":"member","reference":%b,"position":%d}' % (names[position], position)
            own = ((_OWN, names[position]),)
            for shelf, decision, of_household in zip(each, decisions, keys, strict=True):
                if only is None or decision.policy.code in only:
                    near = born if shelf.near is None or age in shelf.near else None
                    piece = shelf.piece(screening, decision, position, (shelf.person(known), of_household, near))
                    after = piece.brief if brief else piece.after
                    if piece.marked:
                        after = _named(piece, own, brief=brief)
                    sorted_out[piece.rank].extend((piece.before, subject, after))
        return b"".join(chain.from_iterable(sorted_out[:2] if brief else sorted_out))[1:]

    def _shelves(self, day: date) -> "tuple[list[_Shelf], list[_Shelf]]":
        shelves = self._days.get(day)
        if shelves is None:
            while len(self._days) >= KEPT_DAYS:
                del self._days[next(iter(self._days))]
            reader = self.screener.reader
            shelves = self._days[day] = (
                [_Shelf(policy, self.screener) for policy in reader.household],
                [_Shelf(policy, self.screener) for policy in reader.person],
            )
        return shelves


class _Shelf:
    """The pieces of one policy on one day, by everything that their words depend on."""

    def __init__(self, policy: Policy, screener: Screener) -> None:
        amount = policy.entitlement.quantity
        rules = [policy.eligible, *(() if amount is None else (amount,))]
        rules += () if policy.already is None else (policy.already,)
        read = {fact for rule in rules for fact in facts_of(rule)}
        personal = [fact for fact in read if fact.entity.name == "person"]
        self.facts = _getter([fact.key for fact in read if fact.entity.name == "household"])
        self.person = _getter([fact.key for fact in personal])
        self.of_members = (
            _getter([key for fact in personal for key in (fact.key, *(_since(fact)))]) if personal else None
        )
        self.near = near_ages(policy)
        self.conflicts = tuple(conflict.policy for conflict in screener.conflicts[policy.code])
        self.pieces: dict[Any, Piece] = {}

    def household_key(self, profile: Profile) -> Any:
        """Return what a household's result depends on; members only where the policy asks about them."""
        if self.of_members is None:
            return self.facts(profile.facts), len(profile.members)
        members = tuple(self.of_members(member) for member in profile.members)
        return self.facts(profile.facts), members

    def piece(self, screening: Screening, decision: Decision, position: int | None, key: Any) -> Piece:
        if self.conflicts and decision.verdict is not Verdict.INELIGIBLE:
            key = (key, tuple(screening.in_reach(code, position) for code in self.conflicts))
        piece = self.pieces.get(key)
        if piece is None:
            if len(self.pieces) >= KEPT_PIECES:
                del self.pieces[next(iter(self.pieces))]
            piece = self.pieces[key] = _piece(describe(screening, Result(decision, position)))
        return piece


def _getter(keys: Sequence[str]) -> Any:
    return itemgetter(*keys) if keys else lambda facts: None


def _since(fact: Fact) -> tuple[str, ...]:
    return (fact.since.key,) if isinstance(fact, Amount) and fact.since is not None else ()


def _named(piece: Piece, names: Sequence[tuple[bytes, bytes]], *, brief: bool) -> bytes:
    """Return what stands after the subject, with the members' references in place of their marks."""
    after = piece.brief if brief else piece.after
    if piece.marked:
        for mark, name in names:
            after = after.replace(mark, name)
    return after


def _piece(described: dict[str, Any]) -> Piece:
    items = list(described.items())
    place = list(described).index("subject")
    before = b"," + dumps(dict(items[:place]))[:-1] + b',"subject":'
    after = b"," + dumps(dict(items[place + 1 :]))[1:]
    brief = b"," + dumps(dict(list(brief_result(described).items())[place + 1 :]))[1:]
    return Piece(ORDER.index(described["verdict"]), before, after, brief, dumps(SUBJECT)[1:-1] in after)


def dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


_OWN = dumps(SUBJECT)


_QUESTIONS: dict[Fact, bytes] = {}


def _question(asked: Asked, profile: Profile) -> bytes:
    fact, member = asked.question
    known = _QUESTIONS.get(fact)
    if known is None:
        options = codes(fact.options) if isinstance(fact, Choice) else []
        known = _QUESTIONS[fact] = dumps(
            {
                "fact": fact.name,
                "label": fact.label,
                "kind": question_kind(fact),
                "unit": fact.unit,
                "hint": fact.hint,
                "options": options,
            }
        )[:-1]
    return b'%b,"member":%b,"could_settle":%b,"sets_amount":%b}' % (
        known,
        b"null" if member is None else dumps(profile.references[member]),
        _code_list(asked.could_settle),
        _code_list(asked.sets_amount),
    )


def _code_list(listed: Sequence[str]) -> bytes:
    return ('["' + '","'.join(listed) + '"]').encode() if listed else b"[]"


def brief_of(answer: bytes) -> bytes:
    """Return the brief form of a full answer, the same as if it had been asked for."""
    full = json.loads(answer)
    full["results"] = [brief_result(result) for result in full["results"] if result["verdict"] != Verdict.INELIGIBLE]
    return dumps(full)
