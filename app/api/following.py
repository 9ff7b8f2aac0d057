"""One household on two devices: whoever says which screening a new one follows is told when another came between.

Nothing is ever overwritten: each screening is stored beside the earlier ones.  What is prevented is that somebody
goes on from a state that is no longer the last without knowing it.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import BadRequestError, ChangedElsewhereError
from app.models import Screening

HEADER: Final = "Huimin-Follows"
NONE: Final = "none"

PARAMETER: Final[dict[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "description": "这次筛查接着哪一次：填同一户（户编号、地区相同）上一次保存的编号，没有保存过的填 none。"
    "其间在别处又保存过的，答复409，`Location` 是那一次的地址，这一次不保存。不填不检查。",
    "schema": {"type": "string", "pattern": "^(none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"},
}


@dataclass(frozen=True)
class Follows:
    """What a new screening is said to follow."""

    earlier: str | None

    @classmethod
    def read(cls, request: Request) -> "Follows | None":
        """Return what *request* says, None where it says nothing; raise BadRequestError."""
        given = request.headers.get(HEADER)
        if given is None:
            return None
        if given == NONE:
            return cls(None)
        try:
            return cls(str(UUID(given)))
        except ValueError:
            pass
        raise BadRequestError(f"{HEADER} 应为上一次保存的筛查编号，没有保存过的填 {NONE}。")

    def check(self, session: Session, row: Screening) -> None:
        """Raise ChangedElsewhereError where another screening of *row*'s household was stored last."""
        if row.subject is None:
            return
        if session.get_bind().dialect.name == "postgresql":
            # One at a time for a household: two that follow the same must not both be the next. On SQLite only one
            # writes anyway.
            key = int.from_bytes(row.subject[:8], signed=True)
            session.execute(select(func.pg_advisory_xact_lock(key)))
        last = session.scalar(
            select(Screening.id).where(Screening.subject == row.subject).order_by(Screening.id.desc()).limit(1)
        )
        # One that has expired or was deleted leaves nothing to hold against.
        if last is None or last == self.earlier:
            return
        raise ChangedElsewhereError(
            "这一户在别处又登记过，这一次没有保存：请对照两边的情况，选定后再保存。",
            headers={"Location": f"/v1/screenings/{last}"},
        )
