"""What rules rely on: the facts that they read, of one household as one value to remember an answer by."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from app.rules.expressions import AnyMember, EveryMember
from app.rules.quantities import MemberCount
from app.rules.walk import Rule, facts_of, walk

Facts: TypeAlias = Mapping[str, Any]


class Reliance:
    """The facts that some rules read."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        asking = [test for rule in rules for test in asking_all(rule)]
        inside = [fact for test in asking for fact in facts_of(test)]
        outside = [fact for rule in rules for fact in facts_of(rule, into_members=False)]
        outside += [fact for fact in inside if fact.entity.name == "household"]
        self._own = getter([fact.key for fact in outside])
        self._of_members = getter([fact.key for fact in inside if fact.entity.name == "person"])
        self._asks_all = bool(asking)

    def of(self, household: Facts, members: Sequence[Facts], position: int | None) -> Any:
        """Return what the rules read of the member at *position*, or of the household.

        A member's facts are to hold the household's too, and the age on the day.
        """
        own = self._own(household if position is None else members[position])
        if self._asks_all:
            return own, position, tuple(map(self._of_members, members))
        return own


def asking_all(rule: Rule) -> list[Rule]:
    """Return the parts of *rule* that look at all members."""
    return [node for node in walk(rule) if isinstance(node, AnyMember | EveryMember | MemberCount)]


def getter(keys: Sequence[str]) -> Any:
    """Return a function that takes the values of *keys*, each once, out of a mapping."""
    return itemgetter(*dict.fromkeys(keys)) if keys else lambda facts: None
