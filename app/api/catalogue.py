"""What everybody may look up: policies, facts and units, rendered once and kept."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from app.answering.cards import card, fact_card, summary, unit_card
from app.api.replies import FOR_CLIENTS, JSON, Page
from app.encoding import as_json
from app.errors import NotFoundError
from app.rules import Entity, Unit
from app.rules.expressions import vocabulary
from app.screening import Screener
from app.security.signing import Signer

KEPT_DAYS: Final = 8
SIGNATURE: Final = "X-JWS-Signature"
"""The header with a detached signature over the body."""


class Catalogue:
    """The pages of one policy set."""

    def __init__(
        self,
        screener: Screener,
        entities: Iterable[type[Entity]],
        units: Iterable[Unit],
        pack: Callable[[], dict[str, Any]],
        signer: Signer,
    ) -> None:
        """*pack* makes the rule pack, which *signer* signs."""
        self.screener, self._pack, self._signer = screener, pack, signer
        self.entities = tuple(entities)
        self.units = tuple(units)
        self._kept: dict[date | None, dict[str, Page]] = {}

    def policies(self, day: date) -> Page:
        """Return the list of policies, with the names of *day*."""

        def render() -> dict[str, Any]:
            return {"as_of": str(day), "policies": [summary(policy, day) for policy in self.screener.policies]}

        return self._kept_page(day, "policies", render)

    def policy(self, code: str, day: date) -> Page:
        """Return a policy's card, with the names and figures of *day*; raise NotFoundError."""
        policy = self.screener.by_code.get(code)
        if policy is None:
            raise NotFoundError("没有这个代码的政策，代码见 /v1/policies。")
        return self._kept_page(day, policy.code, lambda: card(policy, day, self.screener))

    def of_units(self, day: date) -> Page:
        """Return the units, with the names of *day*."""

        def render() -> dict[str, Any]:
            return {"as_of": str(day), "units": [unit_card(unit, day, self.screener.policies) for unit in self.units]}

        return self._kept_page(day, "units", render)

    def facts(self) -> Page:
        """Return the data dictionary."""

        def render() -> dict[str, Any]:
            facts = [fact for entity in self.entities for fact in vocabulary(entity)]
            return {"facts": [fact_card(fact, self.screener.policies) for fact in facts]}

        return self._kept_page(None, "facts", render)

    def rulepack(self) -> Page:
        """Return the policy set whole and signed, for readers without a network."""
        return self._kept_page(None, "rulepack", self._pack, lambda body: {SIGNATURE: self._signer.sign(body)})

    def signing_key(self) -> Page:
        """Return the public key with which the policy set's signature is checked."""
        return self._kept_page(None, "signing key", self._signer.public)

    def _kept_page(
        self,
        day: date | None,
        key: str,
        render: Callable[[], dict[str, Any]],
        more: Callable[[bytes], dict[str, str]] = lambda _: {},
    ) -> Page:
        pages = self._kept.get(day)
        if pages is None:
            while len(self._kept) >= KEPT_DAYS:
                del self._kept[next(iter(self._kept))]
            pages = self._kept[day] = {}
        if key not in pages:
            body = as_json(render())
            pages[key] = Page.of(body, JSON, {**FOR_CLIENTS, **more(body)})
        return pages[key]
