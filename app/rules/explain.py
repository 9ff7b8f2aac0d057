"""Say in Chinese what a rule tests and what the facts say about it."""

from collections.abc import Iterator
from typing import Any, assert_never

from app.rules.amount import in_unit
from app.rules.evaluate import Scope, bounds, evaluate, possible
from app.rules.expressions import (
    AllOf,
    Amount,
    AnyMember,
    AnyOf,
    Code,
    Condition,
    EveryMember,
    Fact,
    Group,
    InForce,
    IsIn,
    Not,
    Proposition,
    Quantity,
    YesNo,
)
from app.rules.kleene import Truth
from app.rules.law import Period
from app.rules.quantities import (
    Cases,
    Compare,
    Difference,
    Figure,
    Literal,
    MemberCount,
    Named,
    Product,
    scale_of,
)

UNKNOWN = "未知"


def finding(rule: Proposition, scope: Scope) -> str:
    """Return what the facts say about the parts that settle *rule*, as one sentence."""
    return "；".join(dict.fromkeys(_findings(rule, scope, naming=True)))


def _findings(rule: Proposition, scope: Scope, *, naming: bool) -> Iterator[str]:
    """Yield the findings; of groups within groups, only the outermost is named."""
    truth = evaluate(rule, scope)
    match rule:
        case YesNo():
            yield f"{rule.label}：{answer(rule, scope[rule])}"
        case IsIn(choice):
            yield f"{choice.label}：{answer(choice, scope[choice])}"
        case Compare():
            yield _comparison(rule, truth, scope)
        case InForce(period):
            yield f"{scope.day}{'' if truth else '不'}在施行期内（{_period(period)}）"
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                if evaluate(part, scope) is truth:
                    yield from _findings(part, scope, naming=naming)
        case Group(label, test) if truth and naming:
            held = "；".join(dict.fromkeys(_findings(test, scope, naming=False)))
            yield held if held.startswith(label) else f"属于{label}（{held}）"
        case Not(test) | Group(_, test) | Condition(_, test):
            yield from _findings(test, scope, naming=naming)
        case AnyMember(test) | EveryMember(test):
            for number, member in enumerate(scope.members, 1):
                seen = scope.of(member)
                if evaluate(test, seen) is truth:
                    yield f"第{number}位成员{'；'.join(dict.fromkeys(_findings(test, seen, naming=False)))}"
        case _:
            assert_never(rule)


def _comparison(rule: Compare, truth: Truth, scope: Scope) -> str:
    left = _reading(rule.left, scope)
    if truth is None:
        right = _reading(rule.right, scope)
        return f"{left}，{rule.operator.phrase}{right}与否尚不能确定"
    phrase = rule.operator.phrase if truth else rule.operator.denial
    return f"{left}，{phrase}{_reading(rule.right, scope, rule.left)}"


def _reading(quantity: Quantity, scope: Scope, beside: Quantity | None = None) -> str:
    """Return the name and the value of *quantity*; a bare number bears no name."""
    low, high = bounds(quantity, scope)
    unit = unit_of(quantity) or (unit_of(beside) if beside is not None else "")
    if isinstance(quantity, Cases) and len(possible(quantity, scope)) == 1:
        return _reading(possible(quantity, scope)[0], scope)
    called = "" if isinstance(quantity, Literal) else name(quantity)
    if low != high:
        return f"{called}{UNKNOWN}"
    return f"{called}{in_unit(int(low), unit)}{unit}"


def answer(fact: Fact, value: Any) -> str:
    """Return the words for one answer to *fact*."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(fact, Amount):
        return f"{in_unit(value, fact.unit)}{fact.unit}"
    options: Any = getattr(fact, "options", None)
    return options(value).label if options else str(value)


def unit_of(quantity: Quantity) -> str:
    """Return the unit that *quantity* is read in; empty for a plain number."""
    match quantity:
        case Amount() | Figure() | Named():
            return quantity.unit
        case Product(left, _) | Difference(left, _):
            return unit_of(left)
        case Cases(branches):
            return unit_of(branches[0][1])
        case Literal() | MemberCount():
            return ""
        case _:
            assert_never(quantity)


def name(quantity: Quantity) -> str:
    """Return what Chinese calls *quantity*."""
    match quantity:
        case Amount() | Figure() | Named():
            return quantity.label
        case Literal(value, scale):
            return str(in_unit(value, "元" if scale == scale_of("元") else ""))
        case MemberCount():
            return "家庭人口数"
        case Product(left, right):
            return f"{name(left)}×{name(right)}"
        case Difference(left, right):
            return f"（{name(left)}－{name(right)}）"
        case Cases(branches, otherwise):
            listed = [f"{paraphrase(when)}时为{name(q)}" for when, q in branches]
            if otherwise is not None:
                listed.append(f"否则为{name(otherwise)}")
            return "，".join(listed)
        case _:
            assert_never(quantity)


def paraphrase(rule: Proposition) -> str:
    """Say what *rule* tests, from the tree alone, to be read against its label."""
    match rule:
        case YesNo():
            return rule.label
        case Compare(operator, left, right):
            unit = unit_of(left) if isinstance(right, Literal) else ""
            return f"{name(left)}{operator.symbol}{name(right)}{unit}"
        case IsIn(choice, options):
            listed = "、".join(o.label for o in choice.options if o in options)
            return f"{choice.label}为{listed}"
        case InForce(period):
            return f"办理当日在{_period(period)}"
        case AllOf(parts):
            return "且".join(_bracketed(part) for part in parts)
        case AnyOf(parts):
            return "或".join(_bracketed(part) for part in parts)
        case Not(part):
            return f"非{_bracketed(part)}"
        case AnyMember(test):
            return f"至少一名成员{_bracketed(test)}"
        case EveryMember(test):
            return f"每名成员{_bracketed(test)}"
        case Group(label, test):
            return f"{label}（{paraphrase(test)}）"
        case Condition(_, test):
            return paraphrase(test)
        case _:
            assert_never(rule)


def _bracketed(rule: Proposition) -> str:
    plain = isinstance(rule, YesNo | Compare | IsIn | Group)
    return paraphrase(rule) if plain else f"（{paraphrase(rule)}）"


def _period(period: Period) -> str:
    end = "" if period.end is None else f"，{period.end}前"
    return f"{period.start}起{end}"


def codes(options: type[Code]) -> list[dict[str, str]]:
    """Return the codes of a list with their labels, as the wire shows them."""
    return [{"code": option.value, "label": option.label} for option in options]
