"""The shapes of what is handed over many at a time, for the documentation only."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.api.case_shapes import MadeCase
from app.api.schema import Shape as _Shape
from app.onewindow.requests import MOST_HOUSEHOLDS, MOST_SCREENINGS


class _Request(_Shape):
    model_config = ConfigDict(extra="forbid")


class BulkRequest(_Request, title="要成批转交的"):
    """哪些筛查的符合的结果。"""

    screenings: list[Annotated[str, Field(json_schema_extra={"format": "uuid"})]] = Field(
        title="筛查编号", min_length=1, max_length=MOST_SCREENINGS
    )
    policies: list[str] | None = Field(None, title="只转交这些政策的；不填为全部符合的", min_length=1)
    priority: Literal["normal", "urgent"] = Field("normal", title="缓急：normal 一般，urgent 急难")


class ListHandoffRequest(_Request, title="要转交的名单结果"):
    """名单中哪些户的哪些符合的结果。"""

    policies: list[str] | None = Field(None, title="只转交这些政策的；不填为全部符合的", min_length=1)
    households: list[str] | None = Field(
        None, title="只转交这些户的，填户编号；不填为全部", min_length=1, max_length=MOST_HOUSEHOLDS
    )
    priority: Literal["normal", "urgent"] = Field("normal", title="缓急：normal 一般，urgent 急难")
    after: int | None = Field(None, title="从哪里继续：上一次答复中的 next；第一次不填", ge=0, lt=2**31)


class NotHandedOver(_Shape, title="没有转交的"):
    """一次筛查，或其中一项结果。"""

    screening: str = Field(title="筛查编号")
    policy: str | None = Field(title="政策代码；整次都没有转交的为空")
    member: str | None = Field(title="人口编号；按户的为空")
    reason: str = Field(title="原因")


class BulkAnswer(_Shape, title="成批转交的结果"):
    """按所填的次序。"""

    handoffs: list[MadeCase] = Field(title="转交件")
    refused: list[NotHandedOver] = Field(title="没有转交的及原因")


class HouseholdNotHandedOver(_Shape, title="没有转交的"):
    """名单中的一户，或其中一项结果。"""

    household: str | None = Field(title="户编号")
    policy: str | None = Field(title="政策代码；整户都没有转交的为空")
    member: str | None = Field(title="人口编号；按户的为空")
    reason: str = Field(title="原因")


class ListHandoffAnswer(_Shape, title="名单转交的结果"):
    """一次最多转交若干户，按名单的次序。"""

    handoffs: list[MadeCase] = Field(title="转交件")
    refused: list[HouseholdNotHandedOver] = Field(title="没有转交的及原因")
    next: int | None = Field(title="下一次的 after；全部转交完时为空")
    households: int = Field(title="名单的总户数：next 与它相比，就是进度")


BULK_SHAPES = (BulkRequest, BulkAnswer, ListHandoffRequest, ListHandoffAnswer)
