"""The policy sets by which anything stored was answered, so that what has changed since can be told."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.archive import pack, unpack
from app.models import PolicySet
from app.rules.document import policy_document
from app.rules.policy import Policy

Documents = Mapping[str, Mapping[str, Any]]
"""Each policy whole, by its code."""

LABELS: Final = {
    "title": "名称",
    "section": "方案章节",
    "clause": "依据",
    "force": "力度",
    "kind": "形式",
    "rule": "条件",
    "amount": "金额的算法",
    "amount_unit": "金额的单位",
    "form": "发放形式",
    "figures": "标准",
    "already": "已在享受的判断",
    "one_identity": "多种身份只计一种",
    "handling_unit": "办理单位",
    "lead_units": "牵头责任单位",
    "cooperating_units": "配合单位",
    "steps": "步骤",
    "materials": "材料",
    "where": "办理地点",
    "conflicts": "与其他待遇的关系",
    "notes": "说明",
}
"""What a policy's document holds that may change, in words."""


class PolicySets:
    """The present policy set, and those before it that the database remembers."""

    def __init__(self, policies: Mapping[str, Policy], fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._policies = policies
        self._remembered = False

    @cached_property
    def present(self) -> Documents:
        """The policies of this program."""
        # As another release reads them: what JSON cannot tell apart has not changed.
        documents = {code: policy_document(policy) for code, policy in self._policies.items()}
        return cast("Documents", json.loads(json.dumps(documents)))

    def remember(self, session: Session) -> None:
        """Keep the present set with what is stored by it, unless that was done."""
        if self._remembered or session.get(PolicySet, self.fingerprint) is not None:
            return
        documents = json.dumps(self.present, ensure_ascii=False).encode()
        row = {"fingerprint": self.fingerprint, "since": datetime.now(UTC), "documents": pack(documents)}
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        # Another process may do so at the same time.
        session.execute(insert(PolicySet).values(row).on_conflict_do_nothing())

    def is_remembered(self) -> None:
        """Take note that a transaction in which it was remembered is through."""
        self._remembered = True

    def find(self, session: Session, fingerprint: str) -> Documents | None:
        """Return the policies of a set, if the database remembers them."""
        if fingerprint == self.fingerprint:
            return self.present
        row = session.get(PolicySet, fingerprint)
        return None if row is None else json.loads(unpack(row.documents))


def changed(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[str]:
    """Return what of a policy's document has changed; figures one by one; nothing when either is not there."""
    if before is None or after is None:
        return []
    found = [key for key in LABELS if key != "figures" and before.get(key) != after.get(key)]
    figures = {*before["figures"], *after["figures"]}
    return found + [
        f"figures.{key}" for key in sorted(figures) if before["figures"].get(key) != after["figures"].get(key)
    ]
