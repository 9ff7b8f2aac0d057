"""What to ask of a household, and in which order."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from app.rules.decision import Question
from app.rules.expressions import Fact

Key: TypeAlias = tuple[Fact, int | None]
"""A question as a plain tuple: the fact, and the member's position or None for the household."""


class Asked(NamedTuple):
    """A question with the policies that it bears on."""

    question: Question
    could_settle: tuple[str, ...]
    """The undetermined policies that the answer, perhaps with others, settles."""
    sets_amount: tuple[str, ...]
    """The eligible policies whose amount waits for the answer."""


def ranked(settles: Mapping[Key, list[str]], alone: Mapping[Key, int], amounts: Mapping[Key, list[str]]) -> list[Asked]:
    """Return the questions, each with the policies that it may settle, or whose amount it sets.

    That which bears on most undetermined results comes first; of equals, that which may settle most at once.
    """
    keys = sorted(settles, key=lambda key: (-len(settles[key]), -alone.get(key, 0)))
    keys += [key for key in amounts if key not in settles]
    return [Asked(Question(*key), _once(settles.get(key, ())), _once(amounts.get(key, ()))) for key in keys]


def _once(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(codes) if len(codes) < 2 else tuple(dict.fromkeys(codes))
