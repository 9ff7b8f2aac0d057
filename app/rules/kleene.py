"""Kleene's strong three-valued logic: False < None < True, where None is unknown.

Conjunction is the minimum and disjunction the maximum of that order, so the
parts that settle a truth are exactly the parts that share it.  Polars, Arrow
and SQL use the same tables for null.
"""

from collections.abc import Iterable
from typing import TypeAlias

Truth: TypeAlias = bool | None


def all_true(truths: Iterable[Truth]) -> Truth:
    """Return the minimum of *truths*; True when there are none."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def any_true(truths: Iterable[Truth]) -> Truth:
    """Return the maximum of *truths*; False when there are none."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def negate(truth: Truth) -> Truth:
    """Swap True and False; an unknown stays unknown."""
    return None if truth is None else not truth
