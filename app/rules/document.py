"""A policy as plain JSON: what its fingerprint is taken of, and what other readers load."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, assert_never

from app.rules.expressions import (
    AllOf,
    Amount,
    AnyMember,
    AnyOf,
    Condition,
    EveryMember,
    Group,
    InForce,
    IsIn,
    Not,
    YesNo,
)
from app.rules.law import Clause
from app.rules.policy import Policy, Unit
from app.rules.quantities import Cases, Compare, Difference, Figure, Literal, MemberCount, Named, Product
from app.rules.walk import Rule, figures_of


def fingerprint(policies: Sequence[Policy]) -> str:
    """Return `sha256:…` over everything that can change an answer or its words."""
    text = json.dumps([policy_document(p) for p in policies], ensure_ascii=False, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def policy_document(policy: Policy) -> dict[str, Any]:
    """Return *policy* whole."""
    quantity = policy.entitlement.quantity
    figures = {*figures_of(policy.eligible), *(() if quantity is None else figures_of(quantity))}
    return {
        "code": policy.code,
        "title": policy.title,
        "subject": policy.subject.name,
        "section": policy.section.number,
        "clause": clause_document(policy.clause),
        "force": policy.force,
        "kind": policy.kind,
        "rule": rule_document(policy.eligible),
        "amount": None if quantity is None else rule_document(quantity),
        "amount_unit": policy.entitlement.unit,
        "form": policy.entitlement.form,
        "figures": {figure.key: figure_document(figure) for figure in sorted(figures, key=lambda f: f.key)},
        "already": None if policy.already is None else rule_document(policy.already),
        "one_identity": policy.one_identity,
        "handling_unit": unit_document(policy.handled_by),
        "lead_units": [unit_document(unit) for unit in policy.section.lead_units],
        "cooperating_units": [unit_document(unit) for unit in policy.section.cooperating_units],
        "steps": list(policy.procedure.steps),
        "materials": list(policy.procedure.materials),
        "where": policy.procedure.where,
        "conflicts": [[c.policy, c.rule, c.text, clause_document(c.clause)] for c in policy.conflicts],
        "notes": list(policy.notes),
    }


def rule_document(rule: Rule) -> dict[str, Any]:
    """Return the tree of *rule*, one key a node."""
    match rule:
        case AllOf(parts):
            return {"all": [rule_document(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [rule_document(part) for part in parts]}
        case Not(part):
            return {"not": rule_document(part)}
        case Group(label, test, aliases):
            return {"group": label, "aliases": list(aliases), "test": rule_document(test)}
        case Condition(label, test, clause):
            return {"condition": label, "test": rule_document(test), "clause": clause_document(clause)}
        case AnyMember(test):
            return {"any_member": rule_document(test)}
        case EveryMember(test):
            return {"every_member": rule_document(test)}
        case YesNo() | Amount():
            return {"fact": rule.name}
        case IsIn(choice, options):
            return {"fact": choice.name, "in": sorted(options)}
        case InForce(period):
            return {"in_force": [str(period.start), period.end and str(period.end)]}
        case Compare(operator, left, right):
            return {"compare": operator.symbol, "of": [rule_document(left), rule_document(right)]}
        case Literal(value, scale):
            return {"number": value, "scale": scale}
        case MemberCount():
            return {"members": True}
        case Figure():
            return {"figure": rule.key}
        case Product(left, right):
            return {"product": [rule_document(left), rule_document(right)]}
        case Difference(left, right):
            return {"difference": [rule_document(left), rule_document(right)]}
        case Cases(branches, otherwise):
            listed = [[rule_document(when), rule_document(branch)] for when, branch in branches]
            return {"cases": listed, "otherwise": None if otherwise is None else rule_document(otherwise)}
        case Named(label, unit, quantity):
            return {"named": label, "unit": unit, "quantity": rule_document(quantity)}
        case _:
            assert_never(rule)


def clause_document(clause: Clause) -> dict[str, str]:
    return {
        "document": clause.source.title,
        "number": clause.source.number,
        "grade": clause.source.grade,
        "clause": clause.number,
        "quote": clause.quote,
        "gist": clause.gist,
    }


def figure_document(figure: Figure) -> dict[str, Any]:
    return {
        "label": figure.label,
        "unit": figure.unit,
        "supplied_by": figure.supplied_by.code,
        "values": [
            {
                "from": str(value.start),
                "exact": value.exact,
                "unit": value.unit,
                "minimum": value.minimum,
                "clause": clause_document(value.clause),
            }
            for value in figure.values
        ],
    }


def unit_document(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name_in_source": unit.name_in_source,
        "renamed": [[str(later.start), later.name] for later in unit.renamed],
    }
