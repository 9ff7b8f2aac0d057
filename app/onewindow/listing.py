"""The cases that somebody sees, newest first, page by page."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.errors import FieldError, InvalidParameterError
from app.onewindow.directory import Directory
from app.onewindow.sight import conditions
from app.onewindow.tables import Handoff
from app.security.principal import Principal

PAGE: Final = 50


@dataclass(frozen=True)
class Wanted:
    """Which cases are looked at."""

    screening: str | None = None
    state: str | None = None
    after: str | None = None
    """The id with which the page before ended."""


def page(session: Session, wanted: Wanted, principal: Principal, directory: Directory, today: date) -> list[Handoff]:
    """Return the next cases, one more than PAGE where there are more; raise InvalidParameterError."""
    query = select(Handoff).where(*conditions(principal, directory, today))
    if wanted.screening is not None:
        query = query.where(Handoff.screening_id == wanted.screening)
    if wanted.state is not None:
        query = query.where(Handoff.state == wanted.state)
    if wanted.after is not None:
        made_at = session.scalar(select(Handoff.made_at).where(Handoff.id == wanted.after))
        if made_at is None:
            said = FieldError("after", "这一页的位置已经失效，请从头开始（不填 after）")
            raise InvalidParameterError("请改正请求参数后重试。", [said])
        query = query.where(tuple_(Handoff.made_at, Handoff.id) < (made_at, wanted.after))
    return list(session.scalars(query.order_by(Handoff.made_at.desc(), Handoff.id.desc()).limit(PAGE + 1)))
