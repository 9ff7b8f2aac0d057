"""Why a result differs from the one before, as far as two results tell."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

import polars as pl

from app.batch.outcomes import CONTENT
from app.batch.parquet_result import Made
from app.batch.tidy import TEXTS, Schema
from app.batch.wording import FACTS, figure_label
from app.rules.expressions import Amount, Condition, InForce
from app.rules.policy import Policy, Verdict
from app.rules.walk import facts_of, figures_of, walk


class Cause(StrEnum):
    """What may have turned a result."""

    LIST = "list"
    """The person or household was not in the one list, or is not in the other."""
    POLICY = "policy"
    DAY = "day"
    FIGURE = "figure"
    FACT = "fact"


class Differences(NamedTuple):
    """How two results differ as a whole."""

    unknown: bool
    """The earlier result does not say how it was made."""
    policies: frozenset[str]
    """The policies whose rules or figures are not the same."""
    before: date | None
    """The day of the earlier screening, where it is not that of this one."""
    day: date

    @classmethod
    def between(cls, before: Made | None, after: Made, policies: Sequence[Policy]) -> "Differences":
        day = after.about.day
        if before is None:
            return cls(True, frozenset(policy.code for policy in policies), None, day)
        codes = {*before.policies, *after.policies}
        differ = frozenset(code for code in codes if before.policies.get(code) != after.policies.get(code))
        return cls(False, differ, None if before.about.day == day else before.about.day, day)


class Explanation(NamedTuple):
    causes: list[str]
    facts: list[str]
    text: str


class _Content(NamedTuple):
    """What one result says; *verdict* is None where there is none."""

    verdict: str | None
    amount: Any
    amount_unit: str | None
    reasons: list[str] | None
    missing_facts: list[str] | None
    missing_figures: list[str] | None


_SIDES: Final = (*(f"{name}_before" for name in CONTENT), *CONTENT)


class Causes:
    """Explains changes; the few distinct ones are explained once."""

    def __init__(self, policies: Sequence[Policy], differences: Differences) -> None:
        self.policies = {policy.code: policy for policy in policies}
        self.differences = differences

    def explain(self, found: pl.DataFrame) -> pl.DataFrame:
        """Return *found*, two results side by side, with `causes`, `facts` and `explanation`."""
        key = pl.struct("policy", "change", *_SIDES).hash().alias("key")
        keyed = found.with_columns(key, pl.coalesce("handling_unit", "handling_unit_before").alias("handling_unit"))
        distinct = keyed.unique("key", keep="any")
        rows = [
            (row[0], *self._explain(row[1], _Content(*row[2:8]), _Content(*row[8:])))
            for row in distinct.select("key", "policy", *_SIDES).iter_rows()
        ]
        schema: Schema = {"key": pl.UInt64, "causes": TEXTS, "facts": TEXTS, "explanation": pl.String}
        table = pl.DataFrame(rows, schema=schema, orient="row")
        return keyed.join(table, on="key", how="left", maintain_order="left")

    def _explain(self, code: str, before: _Content, after: _Content) -> Explanation:
        if before.verdict is None:
            return Explanation([Cause.LIST.value], [], "上次结果里没有这一户（人）或这项政策")
        if after.verdict is None:
            return Explanation([Cause.LIST.value], [], "这次名单里没有这一户（人）或这项政策")
        policy = self.policies.get(code)
        causes: list[str] = []
        texts = list(_said(before, after, policy))
        facts = _difference(before.missing_facts, after.missing_facts) + _difference(
            after.missing_facts, before.missing_facts
        )
        conditions = [] if policy is None else list(_turned(policy, before, after))
        facts += [fact.asked_as.key for condition in conditions for fact in facts_of(condition.test)]
        if policy is not None and before.verdict == after.verdict and policy.entitlement.quantity is not None:
            facts += [fact.asked_as.key for fact in facts_of(policy.entitlement.quantity)]
        if code in self.differences.policies:
            causes.append(Cause.POLICY.value)
            said = (
                "上次结果没有注明政策版本，规则或标准可能有调整"
                if self.differences.unknown
                else "这项政策的规则或标准有调整"
            )
            texts.append(said)
        if (
            self.differences.before is not None
            and policy is not None
            and _depends_on_day(policy, conditions, before, after)
        ):
            causes.append(Cause.DAY.value)
            texts.append(f"筛查日期由{self.differences.before}改为{self.differences.day}")
        supplied = [] if policy is None else self._supplied(policy, before, after)
        if supplied:
            causes.append(Cause.FIGURE.value)
            texts.append(f"区里已明确：{'、'.join(supplied)}")
        if facts:
            causes.append(Cause.FACT.value)
        return Explanation(causes, list(dict.fromkeys(facts)), "；".join(texts))

    def _supplied(self, policy: Policy, before: _Content, after: _Content) -> list[str]:
        """Return the labels of the figures that were awaited and now have a value."""
        quantity = policy.entitlement.quantity
        figures = [*figures_of(policy.eligible), *(() if quantity is None else figures_of(quantity))]
        awaited = _difference(before.missing_figures, after.missing_figures)
        day = self.differences.day
        found = [figure.label for figure in figures if figure.key in awaited and figure.on(day) is not None]
        return list(dict.fromkeys(found))


def _said(before: _Content, after: _Content, policy: Policy | None) -> Iterator[str]:
    """Yield what the two results say of the change."""
    learned = _difference(before.missing_facts, after.missing_facts)
    if learned and before.verdict == Verdict.UNDETERMINED:
        yield f"上次缺、这次已不用再问：{_labels(learned)}"
    if policy is not None:
        awaited = _difference(after.missing_figures, before.missing_figures)
        if awaited:
            yield f"待区里明确：{'、'.join(figure_label(policy, key) for key in awaited)}"
    missing = _difference(after.missing_facts, before.missing_facts)
    if missing:
        yield f"这次缺：{_labels(missing)}"
    if before.verdict == Verdict.INELIGIBLE and before.reasons:
        yield f"上次不满足：{'；'.join(before.reasons)}"
    if after.verdict == Verdict.INELIGIBLE and after.reasons:
        yield f"这次不满足：{'；'.join(after.reasons)}"


def _turned(policy: Policy, before: _Content, after: _Content) -> Iterator[Condition]:
    """Yield the conditions that failed in one of the results: they are what has turned."""
    labels = set()
    for content in (before, after):
        if content.verdict == Verdict.INELIGIBLE:
            labels |= {*(content.reasons or ())}
    for part in policy.eligible.parts:
        if isinstance(part, Condition) and part.label in labels:
            yield part


def _depends_on_day(policy: Policy, conditions: list[Condition], before: _Content, after: _Content) -> bool:
    """Whether the day of the screening can have turned these conditions, or the amount."""
    rules: list[Any] = [condition.test for condition in conditions]
    if before.verdict == after.verdict:
        rules.append(policy.entitlement.quantity)
    if not rules or (not conditions and before.verdict != after.verdict):
        rules = [policy.eligible]
    for rule in rules:
        for node in walk(rule):
            if isinstance(node, InForce) or (isinstance(node, Amount) and node.since is not None):
                return True
        if any(len(figure.values) > 1 for figure in figures_of(rule)):
            return True
    return False


def _difference(some: list[str] | None, others: list[str] | None) -> list[str]:
    return [item for item in some or () if item not in (others or ())]


def _labels(keys: list[str]) -> str:
    return "、".join(FACTS[key].label if key in FACTS else key for key in keys)
