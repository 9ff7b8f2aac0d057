"""One result of a screening in the shape that the contract gives it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from app.ranking import Result
from app.rules.amount import AmountStatus, Sum
from app.rules.decision import Question
from app.rules.document import clause_document
from app.rules.evaluate import Scope
from app.rules.explain import finding
from app.rules.expressions import Amount, Choice, Condition, Fact, When, YesNo
from app.rules.law import Clause
from app.rules.policy import Policy, Unit, Verdict
from app.rules.quantities import Figure
from app.screening import Screening

SUBJECT = "\x01"
"""Stands for the reference of the member that the result is about, until it is known."""


def member_mark(position: int) -> str:
    """Return what stands for the reference of another member."""
    return f"{SUBJECT}{position}{SUBJECT}"


def describe(screening: Screening, result: Result) -> dict[str, Any]:
    """Return *result* in the contract's shape; members are left to be named."""
    described = framed(result.policy, result.verdict, screening.day)
    return described | {blank: fill(screening, result) for blank, fill in BLANKS.items()}


def framed(policy: Policy, verdict: Verdict, day: date) -> dict[str, Any]:
    """Return what every result with this verdict says alike; the blanks hold None."""
    ineligible = verdict is Verdict.INELIGIBLE
    procedure = policy.procedure
    return {
        "subject": None,
        "policy": policy.code,
        "title": policy.title,
        "kind": policy.kind,
        "force": policy.force,
        "verdict": verdict,
        "already_receiving": None,
        "amount": None,
        "handling_unit": unit_answer(policy.handled_by, day),
        "lead_units": [unit_answer(unit, day) for unit in policy.section.lead_units],
        "cooperating_units": [unit_answer(unit, day) for unit in policy.section.cooperating_units],
        "reasons": None,
        "missing_facts": None,
        "missing_figures": None,
        "identities": None,
        "conflicts": None,
        "next": {
            "steps": [] if ineligible else list(procedure.steps),
            "materials": [] if ineligible else list(procedure.materials),
            "where": "" if ineligible else procedure.where,
        },
        "changes_on": None,
    }


def reason(condition: Condition, verdict: Verdict, scope: Scope) -> dict[str, Any]:
    """Return one condition that decides, and what the facts say of it."""
    return {
        "condition": condition.label,
        "verdict": verdict,
        "finding": finding(condition.test, scope),
        "citation": citation(condition.clause),
    }


def _amount(screening: Screening, result: Result) -> dict[str, Any]:
    return amount_answer(screening.amount(result), ineligible=result.verdict is Verdict.INELIGIBLE)


def _reasons(screening: Screening, result: Result) -> list[dict[str, Any]]:
    scope = screening.scope(result.position)
    return [reason(condition, result.verdict, scope) for condition in result.decision.conditions]


def _missing_facts(screening: Screening, result: Result) -> list[dict[str, Any]]:
    return [
        {"fact": question.fact.name, "label": question.fact.label, "member": _member(question, result)}
        for question in screening.asks(result)
    ]


def _missing_figures(screening: Screening, result: Result) -> list[dict[str, str]]:
    return [figure_answer(figure) for figure in screening.figures(result)]


def _conflicts(screening: Screening, result: Result) -> list[dict[str, Any]]:
    return [
        {"policy": conflict.policy, "rule": conflict.rule, "text": conflict.text}
        for conflict in screening.conflicts(result)
    ]


def changes_on(screening: Screening, result: Result) -> dict[str, Any] | None:
    change = screening.changes_on(result)
    return None if change is None else {"date": str(change[0]), "verdict": change[1]}


BLANKS: Final[Mapping[str, Callable[[Screening, Result], Any]]] = {
    "already_receiving": Screening.already,
    "amount": _amount,
    "reasons": _reasons,
    "missing_facts": _missing_facts,
    "missing_figures": _missing_figures,
    "identities": Screening.identities,
    "conflicts": _conflicts,
    "changes_on": changes_on,
}
"""What a result says of its subject alone, and who fills it in."""


def _member(question: Question, result: Result) -> str | None:
    if question.member is None:
        return None
    return SUBJECT if question.member == result.position else member_mark(question.member)


def amount_answer(amount: Sum, *, ineligible: bool) -> dict[str, Any]:
    return {
        "status": amount.status,
        "value": amount.value,
        "unit": amount.unit,
        "minimum": amount.minimum,
        "text": "" if ineligible and amount.status is AmountStatus.NONE else amount.text,
    }


def unit_answer(unit: Unit, day: date) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name_on(day), "name_in_source": unit.name_in_source}


def figure_answer(figure: Figure) -> dict[str, str]:
    return {
        "figure": figure.key,
        "label": figure.label,
        "unit": figure.unit,
        "supplied_by": figure.supplied_by.code,
    }


def citation(clause: Clause) -> dict[str, Any]:
    """Return a clause as the wire shows it: quoted where it is the plan's, in our words elsewhere."""
    document = clause_document(clause)
    return {key: document[key] or None for key in ("document", "number", "clause", "quote", "gist")}


def question_kind(fact: Fact) -> str:
    """Return how a fact is answered: yes_no, choice, amount or date."""
    match fact:
        case YesNo():
            return "yes_no"
        case Choice():
            return "choice"
        case Amount():
            return "amount"
        case When():
            return "date"
        case _:
            raise TypeError(f"{fact!r} is of no known kind")


NOT_IN_BRIEF: Final = frozenset({"lead_units", "cooperating_units", "identities"})


def brief_result(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without the lists that a phone does not show."""
    brief = {key: value for key, value in result.items() if key not in NOT_IN_BRIEF}
    brief["reasons"] = [brief_reason(told) for told in result["reasons"]]
    brief["next"] = {"materials": result["next"]["materials"], "where": result["next"]["where"]}
    return brief


def brief_reason(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "citation": {key: told["citation"][key] for key in ("document", "clause")}}
