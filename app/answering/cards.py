"""Policy cards: what a policy says, in words, for people who have no household at hand."""

from datetime import date
from typing import Any

from app.answering.results import citation, question_kind, unit_answer
from app.rules import Amount, Choice, Figure, Policy, Unit, Value
from app.rules.amount import in_unit
from app.rules.explain import codes, name, paraphrase
from app.rules.expressions import Condition, Fact, Group
from app.rules.walk import Rule, facts_of, figures_of, walk
from app.screening import Screener


def rules(policy: Policy) -> tuple[Rule, ...]:
    """Return everything in *policy* that reads facts: its conditions, its amount, and what tells it is received."""
    return tuple(rule for rule in (policy.eligible, policy.entitlement.quantity, policy.already) if rule is not None)


def facts(policy: Policy) -> tuple[Fact, ...]:
    """Return the facts that *policy* reads, as they are asked for, each once."""
    return tuple(dict.fromkeys(fact.asked_as for rule in rules(policy) for fact in facts_of(rule)))


def figures(policy: Policy) -> tuple[Figure, ...]:
    """Return the figures that *policy* reads, each once."""
    return tuple(dict.fromkeys(figure for rule in rules(policy) for figure in figures_of(rule)))


def summary(policy: Policy, day: date) -> dict[str, Any]:
    """Return what a list of policies shows of one; units bear their names of *day*."""
    return {
        "code": policy.code,
        "title": policy.title,
        "subject": policy.subject.name,
        "section": {"number": policy.section.number, "title": policy.section.title},
        "kind": policy.kind,
        "kind_label": policy.kind.label,
        "force": policy.force,
        "force_label": policy.force.label,
        "handling_unit": unit_answer(policy.handled_by, day),
        "in_force": _period(policy, day),
        "pending_figures": [figure.key for figure in figures(policy) if figure.on(day) is None],
    }


def card(policy: Policy, day: date, screener: Screener) -> dict[str, Any]:
    """Return everything about a policy; figures and names are those of *day*."""
    section = policy.section
    return {
        **summary(policy, day),
        "as_of": str(day),
        "clause": citation(policy.clause),
        "conditions": [
            {"label": part.label, "paraphrase": paraphrase(part.test), "citation": citation(part.clause)}
            for part in policy.eligible.parts
            if isinstance(part, Condition)
        ],
        "amount": _amount(policy),
        "figures": [_figure(figure, day) for figure in figures(policy)],
        "facts": [{"fact": fact.name, "label": fact.label} for fact in facts(policy)],
        "groups": _groups(policy),
        "one_identity": policy.one_identity,
        "lead_units": [unit_answer(unit, day) for unit in section.lead_units],
        "cooperating_units": [unit_answer(unit, day) for unit in section.cooperating_units],
        "next": {
            "steps": list(policy.procedure.steps),
            "materials": list(policy.procedure.materials),
            "where": policy.procedure.where,
        },
        "conflicts": [
            {
                "policy": conflict.policy,
                "title": screener.by_code[conflict.policy].title,
                "rule": conflict.rule,
                "text": conflict.text,
                "citation": citation(conflict.clause),
            }
            for conflict in screener.conflicts[policy.code]
        ],
        "notes": list(policy.notes),
    }


def _period(policy: Policy, day: date) -> dict[str, Any]:
    end = policy.in_force.end
    return {
        "start": str(policy.in_force.start),
        "end": None if end is None else str(end),
        "now": day in policy.in_force,
    }


def _amount(policy: Policy) -> dict[str, Any]:
    entitlement = policy.entitlement
    return {
        "form": entitlement.form,
        "text": "文件未定金额" if entitlement.quantity is None else name(entitlement.quantity),
        "unit": entitlement.unit,
    }


def _figure(figure: Figure, day: date) -> dict[str, Any]:
    current = figure.on(day)
    return {
        "figure": figure.key,
        "label": figure.label,
        "unit": figure.unit,
        "supplied_by": unit_answer(figure.supplied_by, day),
        "pending": current is None,
        "current": None if current is None else _value(current),
        "values": [_value(value) for value in sorted(figure.values, key=lambda value: value.start)],
    }


def _value(value: Value) -> dict[str, Any]:
    amount = in_unit(value.exact, value.unit)
    return {
        "start": str(value.start),
        "value": amount,
        "unit": value.unit,
        "minimum": value.minimum,
        "text": f"{'不低于' if value.minimum else ''}{amount}{value.unit}",
        "grade": value.clause.source.grade,
        "citation": citation(value.clause),
    }


def _groups(policy: Policy) -> list[dict[str, Any]]:
    """Return the groups of people that the policy names, and what else they are or were called."""
    named = dict.fromkeys(node for rule in rules(policy) for node in walk(rule) if isinstance(node, Group))
    return [
        {"label": label, "aliases": list(aliases)}
        for label, aliases in dict.fromkeys((group.label, group.aliases) for group in named)
    ]


def unit_card(unit: Unit, day: date, policies: tuple[Policy, ...]) -> dict[str, Any]:
    """Return a unit with its names over the years and what it handles."""
    return {
        **unit_answer(unit, day),
        "renamed": [
            {"start": str(later.start), "name": later.name, "reason": later.reason}
            for later in sorted(unit.renamed, key=lambda later: later.start)
        ],
        "merged": unit.merged
        and {"start": str(unit.merged.start), "into": unit.merged.into, "reason": unit.merged.reason},
        "handles": [policy.code for policy in policies if policy.handled_by == unit],
        "leads": [policy.code for policy in policies if unit in policy.section.lead_units],
        "cooperates": [policy.code for policy in policies if unit in policy.section.cooperating_units],
    }


def fact_card(fact: Fact, policies: tuple[Policy, ...]) -> dict[str, Any]:
    """Return an entry of the data dictionary."""
    since = fact.since if isinstance(fact, Amount) else None
    return {
        "fact": fact.name,
        "entity": fact.entity.name,
        "key": fact.key,
        "label": fact.label,
        "kind": question_kind(fact),
        "unit": fact.unit,
        "hint": fact.hint,
        "since": None if since is None else since.name,
        "options": codes(fact.options) if isinstance(fact, Choice) else [],
        "policies": [policy.code for policy in policies if fact in facts(policy) or fact in _read(policy)],
    }


def _read(policy: Policy) -> tuple[Fact, ...]:
    return tuple(fact for rule in rules(policy) for fact in facts_of(rule))
