"""A screening's answer in words: what the rows say that the terminal shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.rules.evaluate import completed_years
from app.rules.policy import Force, Policy, Verdict
from app.screening import Profile
from policies.facts import Sex
from policies.units import UNITS

HOUSEHOLD = "全家"
EVERYBODY = "每名成员"
MOST_TITLES = 3


class Row(NamedTuple):
    """What is said of one benefit, for everybody of whom the same is said."""

    subjects: str
    title: str
    amount: str
    unit: str
    reason: str


class Wording:
    """Words an answer, which names policies and units by their codes."""

    def __init__(self, answer: Mapping[str, Any], policies: Sequence[Policy], members: int) -> None:
        self.answer = answer
        self.members = members
        self.titles = {policy.code: policy.title for policy in policies}
        # It holds for every policy that is answered with anything else: not worth a word in each row.
        self.in_force = {policy.code: policy.eligible.parts[-1].label for policy in policies}  # type: ignore[union-attr]
        day = date.fromisoformat(answer["as_of"])
        self.units = {unit.code: unit.name_on(day) for unit in UNITS}

    def rows(self, verdict: Verdict) -> list[Row]:
        """Return the results with *verdict*; people of whom the same is said share a row."""
        merged: dict[tuple[str, str, str, str], list[str]] = {}
        for result in self._results(verdict):
            handled_by = "\n方案称".join(names(result["handling_unit"]))
            said = (self._title(result), result["amount"]["text"], handled_by, self._reason(result))
            merged.setdefault(said, []).append(name(result["subject"]))
        return [Row(self._together(subjects), *said) for said, subjects in merged.items()]

    def denials(self) -> list[tuple[str, str]]:
        """Return the benefits that somebody does not qualify for, with a line for each reason."""
        merged: dict[str, dict[str, list[str]]] = {title: {} for title in self.titles.values()}
        for result in self._results(Verdict.INELIGIBLE):
            merged[result["title"]].setdefault(self._reason(result), []).append(name(result["subject"]))
        return [
            (title, "\n".join(f"{self._together(subjects)} — {reason}" for reason, subjects in reasons.items()))
            for title, reasons in merged.items()
            if reasons
        ]

    def count(self, verdict: Verdict) -> int:
        return sum(1 for _ in self._results(verdict))

    def _results(self, verdict: Verdict) -> Iterator[Mapping[str, Any]]:
        return (result for result in self.answer["results"] if result["verdict"] == verdict)

    def _together(self, subjects: Sequence[str]) -> str:
        return EVERYBODY if len(subjects) == self.members > 1 else "、".join(subjects)

    def _title(self, result: Mapping[str, Any]) -> str:
        notes = [Force.DIRECTION.label] if result["force"] == Force.DIRECTION else []
        notes += ["已在享受"] if result["already_receiving"] else []
        return "\n".join((result["title"], *(f"〔{note}〕" for note in notes)))

    def _reason(self, result: Mapping[str, Any]) -> str:
        said = []
        if result["verdict"] == Verdict.UNDETERMINED:
            said += [f"要核实：{asked}"] if (asked := self._asked(result)) else []
        else:
            in_force = self.in_force[result["policy"]] if result["verdict"] == Verdict.ELIGIBLE else None
            said += [reason["finding"] for reason in result["reasons"] if reason["condition"] != in_force]
            said = said or ["不设其他条件"]
        if len(result["identities"]) > 1:
            said.append(f"具有{'、'.join(result['identities'])}多种身份，只计一次")
        for figure in result["missing_figures"]:
            said.append(f"{figure['label']}标准待{self.units[figure['supplied_by']]}提供")
        return "；".join(said)

    def _asked(self, result: Mapping[str, Any]) -> str:
        """Return the facts to ask for, each with the members it is asked of, where they are not the subject."""
        of: dict[str, list[str]] = {}
        for fact in result["missing_facts"]:
            others = of.setdefault(fact["label"], [])
            if fact["member"] not in (None, result["subject"].get("reference")):
                others.append(member(fact["member"]))
        return "、".join(label + (f"（{'、'.join(others)}）" if others else "") for label, others in of.items())

    # ── below the results ──

    def questions(self) -> list[tuple[str, str, str]]:
        """Return what to ask, whom, and what the answers settle; one question to several people is one row."""
        merged: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
        for question in self.answer["questions"]:
            whom, what = merged.setdefault(asking(question), ({}, {}))
            whom[HOUSEHOLD if question["member"] is None else member(question["member"])] = None
            what.update(dict.fromkeys(self.titles[code] for code in question["could_settle"]))
            what.update(dict.fromkeys(f"{self.titles[code]}的金额" for code in question["sets_amount"]))
        return [(asked, self._together(list(whom)), shortened(list(what))) for asked, (whom, what) in merged.items()]

    def conflicts(self) -> list[str]:
        """Return what cannot simply be added up, each pair of benefits once."""
        said: dict[tuple[frozenset[str], str], str] = {}
        for result in self.answer["results"]:
            for conflict in result["conflicts"]:
                pair = frozenset((result["policy"], conflict["policy"]))
                both = f"{result['title']}与{self.titles[conflict['policy']]}"
                said.setdefault((pair, conflict["text"]), f"{both}：{conflict['text']}")
        return list(said.values())

    def changes(self) -> list[tuple[str, str, str, str]]:
        """Return what changes by itself, the soonest first: day, subjects, benefit, from what to what."""
        merged: dict[tuple[str, str, str], list[str]] = {}
        for result in self.answer["results"]:
            if change := result["changes_on"]:
                turn = f"{Verdict(result['verdict']).label} → {Verdict(change['verdict']).label}"
                merged.setdefault((change["date"], result["title"], turn), []).append(name(result["subject"]))
        return sorted((day, self._together(subjects), title, turn) for (day, title, turn), subjects in merged.items())


def name(subject: Mapping[str, Any]) -> str:
    return HOUSEHOLD if subject["kind"] == "household" else member(subject["reference"])


def member(reference: str) -> str:
    """Return what to call a member; a bare number would be taken for an amount."""
    return f"成员{reference}" if reference.isdecimal() else reference


def names(unit: Mapping[str, str]) -> list[str]:
    """Return a unit's name, and the plan's where that is another one."""
    return list(dict.fromkeys((unit["name"], unit["name_in_source"])))


def asking(question: Mapping[str, Any]) -> str:
    """Return a question with how to answer it."""
    how = {
        "yes_no": "是/否",
        "choice": "/".join(option["label"] for option in question["options"]),
        "amount": question["unit"],
        "date": "年-月-日",
    }[question["kind"]]
    return f"{question['label']}：{how}" + (f"（{question['hint']}）" if question["hint"] else "")


def shortened(listed: Sequence[str]) -> str:
    rest = len(listed) - MOST_TITLES
    return "、".join(listed[:MOST_TITLES]) + (f"等{len(listed)}项" if rest > 0 else "")


def people(profile: Profile, day: date) -> Iterable[str]:
    """Yield each member with sex and age, where they are known."""
    for reference, facts in zip(profile.references, profile.members, strict=True):
        born, age = facts["birth_date"], facts["age"]
        age = age if born is None else completed_years(born, day)
        known = [option.label for option in Sex if option == facts["sex"]]
        known += ["年龄未知" if age is None else f"{age}周岁"]
        yield f"{member(reference)}（{'，'.join(known)}）"
