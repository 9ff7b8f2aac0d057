"""One result of a screening in the shape that the contract gives it."""

from datetime import date
from typing import Any

from app.rules.amount import AmountStatus, Sum
from app.rules.decision import Question
from app.rules.document import clause_document
from app.rules.explain import finding
from app.rules.expressions import Amount, Choice, Fact, When, YesNo
from app.rules.law import Clause
from app.rules.policy import Unit, Verdict
from app.rules.quantities import Figure
from app.screening import Result, Screening

SUBJECT = "\x01"
"""Stands for the reference of the member that the result is about, until it is known."""


def member_mark(position: int) -> str:
    """Return what stands for the reference of another member."""
    return f"{SUBJECT}{position}{SUBJECT}"


def describe(screening: Screening, result: Result) -> dict[str, Any]:
    """Return *result* in the contract's shape; members are left to be named."""
    return {**as_it_stands(screening, result), "changes_on": change_answer(screening.changes_on(result))}


def change_answer(change: tuple[date, Verdict] | None) -> dict[str, str] | None:
    return None if change is None else {"date": str(change[0]), "verdict": change[1]}


def as_it_stands(screening: Screening, result: Result) -> dict[str, Any]:
    """Return *result* as `describe` does, but for the day on which it changes by itself."""
    policy, day = result.policy, screening.day
    scope = screening.scope(result.position)
    ineligible = result.verdict is Verdict.INELIGIBLE
    procedure = policy.procedure
    return {
        "subject": None,
        "policy": policy.code,
        "title": policy.title,
        "kind": policy.kind,
        "force": policy.force,
        "verdict": result.verdict,
        "already_receiving": screening.already(result),
        "amount": amount_answer(screening.amount(result), ineligible=ineligible),
        "handling_unit": unit_answer(policy.handled_by, day),
        "lead_units": [unit_answer(unit, day) for unit in policy.section.lead_units],
        "cooperating_units": [unit_answer(unit, day) for unit in policy.section.cooperating_units],
        "reasons": [
            {
                "condition": condition.label,
                "verdict": result.verdict,
                "finding": finding(condition.test, scope),
                "citation": citation(condition.clause),
            }
            for condition in result.decision.conditions
        ],
        "missing_facts": [
            {"fact": question.fact.name, "label": question.fact.label, "member": _member(question, result)}
            for question in screening.asks(result)
        ],
        "missing_figures": [figure_answer(figure) for figure in screening.figures(result)],
        "identities": list(screening.identities(result)),
        "conflicts": [
            {"policy": conflict.policy, "rule": conflict.rule, "text": conflict.text}
            for conflict in screening.conflicts(result)
        ],
        "next": {
            "steps": [] if ineligible else list(procedure.steps),
            "materials": [] if ineligible else list(procedure.materials),
            "where": "" if ineligible else procedure.where,
        },
    }


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


def brief_result(result: dict[str, Any]) -> dict[str, Any]:
    """Return a result without the lists that a phone does not show."""
    left_out = {"lead_units", "cooperating_units", "identities"}
    brief = {key: value for key, value in result.items() if key not in left_out}
    brief["reasons"] = [
        {**reason, "citation": {key: reason["citation"][key] for key in ("document", "clause")}}
        for reason in result["reasons"]
    ]
    brief["next"] = {"materials": result["next"]["materials"], "where": result["next"]["where"]}
    return brief
