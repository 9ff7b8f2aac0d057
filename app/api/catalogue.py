"""What everybody may look up: policies, facts and units, rendered once and kept."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from app.api.replies import Page
from app.cards import card, fact_card, summary, unit_card
from app.errors import NotFoundError
from app.rules import Entity, Unit
from app.rules.expressions import vocabulary
from app.screening import Screener

KEPT_DAYS: Final = 8


class Catalogue:
    """The pages of one policy set."""

    def __init__(self, screener: Screener, entities: Iterable[type[Entity]], units: Iterable[Unit]) -> None:
        self.screener = screener
        self.entities = tuple(entities)
        self.units = tuple(units)
        self._kept: dict[date, dict[str, Page]] = {}
        self._facts: Page | None = None

    def policies(self, day: date) -> Page:
        """Return the list of policies, with the names of *day*."""
        return self._on(day, "policies", lambda: [summary(policy, day) for policy in self.screener.policies])

    def policy(self, code: str, day: date) -> Page:
        """Return a policy's card, with the names and figures of *day*; raise NotFoundError."""
        policy = self.screener.by_code.get(code)
        if policy is None:
            raise NotFoundError("没有这个代码的政策，代码见 /v1/policies。")
        return self._on(day, f"policies/{code}", lambda: card(policy, day, self.screener))

    def of_units(self, day: date) -> Page:
        """Return the units, with the names of *day*."""
        policies = self.screener.policies
        return self._on(day, "units", lambda: [unit_card(unit, day, policies) for unit in self.units])

    def facts(self) -> Page:
        """Return the data dictionary."""
        if self._facts is None:
            policies = self.screener.policies
            listed = [fact_card(fact, policies) for entity in self.entities for fact in vocabulary(entity)]
            self._facts = _page({"facts": listed})
        return self._facts

    def _on(self, day: date, key: str, render: Callable[[], Any]) -> Page:
        pages = self._kept.get(day)
        if pages is None:
            while len(self._kept) >= KEPT_DAYS:
                del self._kept[next(iter(self._kept))]
            pages = self._kept[day] = {}
        page = pages.get(key)
        if page is None:
            rendered = render()
            page = pages[key] = _page(rendered if isinstance(rendered, dict) else {"as_of": str(day), key: rendered})
        return page


def _page(content: dict[str, Any]) -> Page:
    return Page.of(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
