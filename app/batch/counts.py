"""How many qualify where, by which policy: what charts are drawn from."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from app.batch.people import WHERE, people
from app.batch.screened import Screened
from app.rules.policy import Policy, Verdict

MOST_PLACES: Final = 300
"""More bars than that tell nobody anything: then whole townships are counted, and beyond them the smallest together."""
_COUNTED: Final = ("households", "members")
_VERDICTS: Final = tuple(verdict.value for verdict in Verdict)


class Counts:
    """The counts of a list, part by part."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = policies
        self._places: list[pl.DataFrame] = []
        self._verdicts: list[pl.DataFrame] = []

    def add(self, screened: Screened) -> None:
        """Count a part of the list."""
        rows = screened.rows
        if not rows.height:
            return
        first = rows["first"]
        who = people(screened.originals, rows).select(WHERE)
        heads = who.filter(first)
        counted = who.with_columns(first.cast(pl.UInt32).alias("households"), pl.lit(1, pl.UInt32).alias("members"))
        self._places.append(counted.group_by(WHERE).agg(pl.col(_COUNTED).sum()))
        for frame in screened.tidy:
            # A policy about households has a row for each, at its first member's.
            among = who if frame.height == who.height else heads
            found = among.with_columns(frame["policy"].cast(pl.String), frame["verdict"].cast(pl.String))
            self._verdicts.append(found.group_by(*WHERE, "policy", "verdict").len())
        if len(self._verdicts) > 4096:
            self._verdicts = [self._summed()]

    def _summed(self) -> pl.DataFrame:
        return pl.concat(self._verdicts).group_by(*WHERE, "policy", "verdict").agg(pl.col("len").sum())

    def document(self) -> dict[str, Any]:
        """Return the counts: the places, and for each policy and verdict a number for each of them."""
        if not self._places:
            return {"places": [], "policies": []}
        places = pl.concat(self._places).group_by(WHERE).agg(pl.col(_COUNTED).sum())
        named = _few(places)
        listed = (
            places.join(named, on=WHERE, nulls_equal=True)
            .group_by("place")
            .agg(pl.col("shown_township", "shown_village").first(), pl.col(_COUNTED).sum())
            .sort("place")
        )
        found = (
            self._summed()
            .join(named, on=WHERE, nulls_equal=True)
            .group_by("policy", "verdict", "place")
            .agg(pl.col("len").sum())
        )
        numbers = {(policy, verdict, place): count for policy, verdict, place, count in found.iter_rows()}
        screened = set(found["policy"])
        return {
            "places": [
                {"township": township, "village": village, "households": households, "members": members}
                for _, township, village, households, members in listed.iter_rows()
            ],
            "policies": [
                {
                    "policy": policy.code,
                    "title": policy.title,
                    "subject": policy.subject.name,
                    **{
                        verdict: [numbers.get((policy.code, verdict, place), 0) for place in range(listed.height)]
                        for verdict in _VERDICTS
                    },
                }
                for policy in self.policies
                if policy.code in screened
            ],
        }


def _few(places: pl.DataFrame) -> pl.DataFrame:
    """Return for each of *places* the number of the place that stands for it, and that one's names."""
    shown = places.with_columns(shown_township=pl.col("township"), shown_village=pl.col("village"))
    if shown.height > MOST_PLACES:
        shown = shown.with_columns(shown_village=pl.lit(None, pl.String))
    by_size = shown.group_by("shown_township", "shown_village").agg(pl.col("members").sum())
    largest = by_size.sort("members", "shown_township", descending=[True, False]).head(MOST_PLACES)
    known = largest.sort("shown_township", "shown_village", nulls_last=True).with_row_index("place")
    # The smallest of too many go with those of which no township is known.
    rest = pl.when(pl.col("place").is_null())
    found = shown.drop("members", "households").join(
        known.drop("members"), on=("shown_township", "shown_village"), how="left", nulls_equal=True
    )
    return found.with_columns(
        shown_township=rest.then(None).otherwise("shown_township"),
        shown_village=rest.then(None).otherwise("shown_village"),
        place=pl.col("place").fill_null(known.height),
    )
