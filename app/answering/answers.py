"""Screenings as the bytes that go over the wire.

All results of one subject make a page.  Pages are kept under everything that they
depend on, so a household that is posted again with one more answer is worded again
only where that answer matters; what a page lacks is put together from kept pieces.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.answering.phrases import Text, dumps
from app.answering.pieces import OWN, Shelf, keys_of, rules_of
from app.answering.results import brief_result, member_mark, question_kind
from app.answering.shown import Shown, Verdicts
from app.intake.door import Submission
from app.intake.request import MOST_MEMBERS
from app.kept import keep
from app.questions import Asked, Key, ranked
from app.ranking import ORDER
from app.rules.decision import Decision
from app.rules.document import fingerprint
from app.rules.evaluate import completed_years
from app.rules.explain import codes
from app.rules.expressions import Choice, Fact
from app.rules.horizon import near_ages
from app.rules.policy import Policy, Verdict
from app.rules.reliance import getter
from app.rules.walk import facts_of
from app.screening import Profile, Screener, Screening

NOTICE = "本结果只是按公开政策作的筛查，不是行政决定；能否享受，以镇（街道）和区有关单位审核确认为准。"
KEPT_DAYS = 4
KEPT_PAGES = 8_000
"""The most pages kept for one day: about 90 MB, with what is worded for one household alone."""


class Bearing(NamedTuple):
    """A question of one subject: its fact, of whom, and the policies that it bears on."""

    fact: Fact
    member: int | None
    verdicts: list[str]
    at_once: int
    """How many of the verdicts one answer may settle."""
    amounts: list[str]


class Told(NamedTuple):
    """The results of one subject that have the same rank."""

    between: list[bytes]
    """Where nobody is named in them: what stands between their heads, before the first of which is nothing."""
    named: list[Text] | None

    @classmethod
    def of(cls, texts: list[Text], *, names_others: bool) -> "Told":
        if names_others or any(len(text) > 1 for text in texts):
            return cls([], texts)
        return cls([b"", *(text[0] for text in texts)], None)


class Page(NamedTuple):
    """The results of one subject by rank, what they ask, and which benefits are open to it."""

    full: tuple[Told, ...]
    brief: tuple[Told, ...]
    names_others: bool
    bearings: tuple[Bearing, ...]
    open: frozenset[str]
    verdicts: Verdicts


class Answers:
    """Renders screenings of one policy set."""

    def __init__(self, screener: Screener, release: str) -> None:
        self.screener = screener
        self.release = release
        self.policy_set = fingerprint(screener.policies)
        self._days: dict[date, _Book] = {}
        self.shown = Shown()

    def render(self, submission: Submission, *, id: str | None, brief: bool = False) -> bytes:
        """Return the answer to *submission*; *id* is that of the stored screening, if it is stored."""
        profile = submission.profile
        book = self._days.get(submission.day)
        if book is None:
            book = _Book(self.screener, submission.day)
            keep(self._days, submission.day, book, KEPT_DAYS)
        pages = book.pages(profile, submission.only)
        self.shown.add(page.verdicts for page in pages)
        head = {
            "id": id,
            "as_of": str(submission.day),
            "release": self.release,
            "policy_set": self.policy_set,
            "notice": NOTICE,
            "household": {"reference": profile.reference},
            "warnings": [{"field": field, "message": message} for field, message in submission.warnings],
        }
        names = [dumps(reference) for reference in profile.references]
        questions = b",".join([_question(asked, names) for asked in _asked(pages)])
        results = _results(pages, names, brief=brief)
        return b"".join((dumps(head)[:-1], b',"results":[', *results, b'],"questions":[', questions, b"]}"))


class _Book:
    """The pages of one day."""

    def __init__(self, screener: Screener, day: date) -> None:
        self.screener, self.day = screener, day
        reader = screener.reader
        self._of_household = [Shelf(policy, screener, day) for policy in reader.household]
        self._of_person = [Shelf(policy, screener, day) for policy in reader.person]
        self._looks_around = any(shelf.looks_around for shelf in self._of_person)
        asked_first, asked = _facts(reader.household), _facts(reader.person)
        self._facts = getter([fact.key for fact in {*asked_first, *asked} if fact.entity.name == "household"])
        self._of_members = getter(keys_of([fact for fact in asked_first if fact.entity.name == "person"]))
        self._person = getter([fact.key for fact in asked if fact.entity.name == "person" and fact.asked_as is fact])
        near = [near_ages(policy) for policy in reader.person]
        self._near = None if None in near else frozenset().union(*(ages for ages in near if ages is not None))
        self._open: dict[Any, frozenset[str]] = {}
        self._pages: dict[Any, Page] = {}

    def pages(self, profile: Profile, only: frozenset[str] | None) -> list[Page]:
        """Return the page of the household, and those of its members in their order."""
        screened: list[Screening] = []

        def screening() -> Screening:
            if not screened:
                screened.append(self.screener.screen(profile, self.day, only))
            return screened[0]

        facts = self._facts(profile.facts)
        whole = facts, len(profile.members), tuple(map(self._of_members, profile.members))
        reach = self._open.get(whole)
        if reach is None:
            reach = self._open_codes(screening().whole)
            keep(self._open, whole, reach, KEPT_PAGES)
        # Only where a policy of persons asks about all members do the others belong to a page's key.
        others = (whole, tuple(map(self._person, profile.members))) if self._looks_around else None
        each = []
        for position, member in enumerate(profile.members):
            born, age = member["birth_date"], member["age"]
            if born is not None:
                age = completed_years(born, self.day)
            near = born if self._near is None or age in self._near else None
            key: Any = (self._person(member), age, near, facts, reach, only, others, others and position)
            page = self._pages.get(key)
            if page is None:
                page = self._page(screening(), self._of_person, screening().each[position], position)
                keep(self._pages, key, page, KEPT_PAGES)
            each.append(page)
        key = (whole, tuple([page.open for page in each]), only)
        first = self._pages.get(key)
        if first is None:
            first = self._page(screening(), self._of_household, screening().whole, None)
            keep(self._pages, key, first, KEPT_PAGES)
        return [first, *each]

    def _open_codes(self, decisions: Iterable[Decision]) -> frozenset[str]:
        """Return the policies open to a subject, or perhaps open, that the pages of others must know of."""
        codes = (d.policy.code for d in decisions if d.verdict is not Verdict.INELIGIBLE)
        return frozenset(code for code in codes if self.screener.conflicts[code])

    def _page(
        self,
        screening: Screening,
        shelves: Sequence[Shelf],
        decisions: Sequence[Decision],
        position: int | None,
    ) -> Page:
        full: tuple[list[Text], ...] = tuple([] for _ in ORDER)
        brief: tuple[list[Text], ...] = tuple([] for _ in ORDER)
        names_others = False
        verdicts: dict[Key, list[str]] = {}
        at_once: dict[Key, int] = {}
        amounts: dict[Key, list[str]] = {}
        for shelf, decision in zip(shelves, decisions, strict=True):
            code = decision.policy.code
            if screening.only is not None and code not in screening.only:
                continue
            piece = shelf.piece(screening, decision, position)
            full[piece.rank].append(piece.full)
            brief[piece.rank].append(piece.brief)
            names_others |= piece.names_others
            if decision.closed:
                continue
            bears_on = amounts if decision.verdict is Verdict.ELIGIBLE else verdicts
            for asked in piece.asks:
                bears_on.setdefault(asked, []).append(code)
            for fact, personal, alone in decision.asks:
                if alone:
                    asked = fact, OWN if personal else None
                    at_once[asked] = at_once.get(asked, 0) + 1
        bearings = [
            Bearing(*key, verdicts.get(key, []), at_once.get(key, 0), amounts.get(key, []))
            for key in dict.fromkeys((*verdicts, *amounts))
        ]
        told = [
            (decision.policy.code, decision.verdict.value)
            for decision in decisions
            if screening.only is None or decision.policy.code in screening.only
        ]
        said, shortly = (
            tuple(Told.of(texts, names_others=names_others) for texts in by_rank) for by_rank in (full, brief)
        )
        return Page(said, shortly, names_others, tuple(bearings), self._open_codes(decisions), Verdicts(told))


def _facts(policies: Iterable[Policy]) -> set[Fact]:
    return {fact for policy in policies for rule in rules_of(policy) for fact in facts_of(rule)}


def _asked(pages: Sequence[Page]) -> list[Asked]:
    settles: dict[Key, list[str]] = {}
    alone: dict[Key, int] = {}
    amounts: dict[Key, list[str]] = {}
    for place, page in enumerate(pages):
        for fact, member, verdicts, at_once, sums in page.bearings:
            key = (fact, place - 1 if member == OWN else member)
            if verdicts:
                settles[key] = settles[key] + verdicts if key in settles else verdicts
            if at_once:
                alone[key] = alone.get(key, 0) + at_once
            if sums:
                amounts[key] = amounts[key] + sums if key in amounts else sums
    return ranked(settles, alone, amounts)


def _results(pages: Sequence[Page], names: Sequence[bytes], *, brief: bool) -> list[bytes]:
    """Return the results in parts, in their order: by rank, then the household's, then member by member."""
    heads = [(b',{"subject":{"kind":"household"}', b"")]
    heads += [
        (b',{"subject":{"kind":"member","reference":%b,"position":%d}' % (name, place), name)
        for place, name in enumerate(names)
    ]
    parts: list[bytes] = []
    for rank in range(len(ORDER) - 1 if brief else len(ORDER)):
        for page, (head, name) in zip(pages, heads, strict=True):
            told = (page.brief if brief else page.full)[rank]
            if told.named is None:
                parts.append(head.join(told.between))
            elif page.names_others:
                parts += [part for text in told.named for part in (head, _naming(name.join(text), names))]
            else:
                parts += [part for text in told.named for part in (head, name.join(text))]
    while parts and not parts[0]:
        del parts[0]
    if parts:
        parts[0] = parts[0][1:]
    return parts


def _naming(text: bytes, names: Sequence[bytes]) -> bytes:
    """Return *text* with the references of other members in place of their marks."""
    for mark, name in zip(_MARKS, names, strict=False):
        text = text.replace(mark, name)
    return text


_MARKS = [dumps(member_mark(position)) for position in range(MOST_MEMBERS)]
_QUESTIONS: dict[Fact, bytes] = {}


def _question(asked: Asked, names: Sequence[bytes]) -> bytes:
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
        b"null" if member is None else names[member],
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
