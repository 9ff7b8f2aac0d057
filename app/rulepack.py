"""The policy set as one document, so that a phone without a network screens as the service does.

Everything that an answer depends on stands in it: the rules as trees, the words, the
clauses, the figures with their dates, the units with their names over time.  What many
policies share stands once and is named: units, sections, figures and clauses.
"""

from typing import Any, Final

from app.answering.answers import NOTICE
from app.answering.cards import fact_card, figures
from app.intake.door import FIRST_DAY, YEARS_AHEAD
from app.intake.request import MOST_MEMBERS
from app.intake.wire import MOST
from app.regions import TOWNSHIPS
from app.rules.document import clause_document, figure_document, policy_document, unit_document
from app.rules.expressions import vocabulary
from app.rules.policy import Force, Kind, Policy, Verdict
from app.rules.quantities import OPERATORS
from app.screening import Screener
from policies.facts import Household, Person
from policies.units import SECTIONS, UNITS

FORMAT: Final = 1
"""Raised when a reader of the former format would read the new one wrongly."""


def rulepack(screener: Screener, *, policy_set: str, release: str, region: str) -> dict[str, Any]:
    """Return *screener*'s policies whole; *region* is the code of the deployment's own county."""
    shared = _Shared()
    policies = [_policy(policy, screener, shared) for policy in screener.policies]
    read = {figure.key: figure for policy in screener.policies for figure in figures(policy)}
    return {
        "format": FORMAT,
        "policy_set": policy_set,
        "release": release,
        "notice": NOTICE,
        "region": region,
        "townships": dict(sorted(TOWNSHIPS.items())),
        "days": {"first": str(FIRST_DAY), "years_ahead": YEARS_AHEAD},
        "most": {"members": MOST_MEMBERS, "amounts": dict(MOST)},
        "words": {
            "verdicts": {verdict.value: verdict.label for verdict in Verdict},
            "kinds": {kind.value: kind.label for kind in Kind},
            "forces": {force.value: force.label for force in Force},
        },
        "operators": {
            operator.symbol: {"phrase": operator.phrase, "denial": operator.denial} for operator in OPERATORS
        },
        "facts": [
            {key: value for key, value in fact_card(fact, screener.policies).items() if key != "policies"}
            for entity in (Household, Person)
            for fact in vocabulary(entity)
        ],
        "units": [unit_document(unit) for unit in UNITS],
        "sections": {
            section.number: {
                "title": section.title,
                "lead_units": [unit.code for unit in section.lead_units],
                "cooperating_units": [unit.code for unit in section.cooperating_units],
            }
            for section in SECTIONS
        },
        "figures": {key: shared.named(figure_document(read[key])) for key in sorted(read)},
        "policies": policies,
        "groups": shared.groups,
        "clauses": shared.clauses,
        "sources": shared.sources,
    }


def _policy(policy: Policy, screener: Screener, shared: "_Shared") -> dict[str, Any]:
    document = policy_document(policy)
    # What stands elsewhere, and what no answer shows.
    for left_out in ("figures", "lead_units", "cooperating_units", "form", "notes"):
        del document[left_out]
    document["handling_unit"] = policy.handled_by.code
    # On both sides, as answers show them.
    document["conflicts"] = [
        {"policy": found.policy, "rule": found.rule, "text": found.text, "clause": clause_document(found.clause)}
        for found in screener.conflicts[policy.code]
    ]
    named: dict[str, Any] = shared.named(document)
    return named


class _Shared:
    """What many policies name, in the order in which it is first named: groups of people, clauses, their documents."""

    def __init__(self) -> None:
        self.groups: list[dict[str, Any]] = []
        self.clauses: list[dict[str, Any]] = []
        self.sources: list[dict[str, str]] = []

    def named(self, document: Any) -> Any:
        """Return *document* with the places of the groups and clauses instead of them."""
        match document:
            case {"group": label, "test": test}:
                return {"group": _placed(self.groups, {"label": label, "test": self.named(test)})}
            case dict():
                return {
                    key: self._clause(value) if key == "clause" else self.named(value)
                    for key, value in document.items()
                }
            case list():
                return [self.named(part) for part in document]
            case _:
                return document

    def _clause(self, clause: dict[str, str]) -> int:
        source = _placed(self.sources, {key: clause[key] for key in ("document", "number")})
        cited = {key: clause[key] for key in ("clause", "quote", "gist") if clause[key]}
        return _placed(self.clauses, {"source": source, **cited})


def _placed(listed: list[dict[str, Any]], item: dict[str, Any]) -> int:
    if item not in listed:
        listed.append(item)
    return listed.index(item)
