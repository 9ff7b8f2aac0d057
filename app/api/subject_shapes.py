"""The shapes of what is stored about a person, handed over or deleted."""

from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict, Field

from app.api.schema import Shape as _Shape
from app.intake.wire import LONGEST_TEXT


class SubjectRequest(_Shape, title="查询、删除谁的内容"):
    """一户，或其中一人。"""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(title="户编号", max_length=LONGEST_TEXT, examples=["H-7"])
    member: str | None = Field(
        None,
        title="人口编号",
        max_length=LONGEST_TEXT,
        description="只涉及有这名成员的筛查；没有编号的成员用户内的序号",
        examples=["1"],
    )
    region_code: str | None = Field(
        None,
        title="行政区划代码",
        description="只涉及这个代码之下的；不同的村可能有相同的户编号",
        examples=["341103100201"],
    )
    batches: bool = Field(True, title="是否包括名单")


class KeptScreening(_Shape, title="保存的一次筛查"):
    """填报的内容和当时的答复。"""

    id: str = Field(title="筛查编号")
    created_at: datetime = Field(title="时间")
    as_of: date = Field(title="筛查日期")
    region_code: str | None = Field(title="行政区划代码")
    policy_set: str = Field(title="政策版本")
    release: str = Field(title="程序版本")
    given: dict[str, Any] = Field(title="填报的内容")
    answer: dict[str, Any] = Field(title="当时的答复")


class KeptHandoff(_Shape, title="保存的一次转交"):
    """转给承办单位的内容。"""

    id: str = Field(title="转交编号")
    case_no: str = Field(title="办件编号")
    screening_id: str = Field(title="筛查编号")
    state: str = Field(title="状态")
    made_at: datetime = Field(title="时间")
    content: dict[str, Any] = Field(title="转交的内容")
    receipts: list[dict[str, Any]] = Field(title="办理回执")


class KeptRows(_Shape, title="一份名单中的内容"):
    """名单中与这一户、这一人有关的内容。"""

    id: str = Field(title="名单编号")
    as_of: date = Field(title="筛查日期")
    region_code: str | None = Field(title="上传者的范围；全区为空")
    results: list[dict[str, Any]] = Field(title="结果")
    stated: list[dict[str, Any]] = Field(title="为转交保留的情况；没有符合的结果时为空")


class SubjectExport(_Shape, title="保存的内容"):
    """关于一户、一人保存的全部内容。"""

    screenings: list[KeptScreening] = Field(title="筛查")
    handoffs: list[KeptHandoff] = Field(title="转交")
    batches: list[KeptRows] = Field(title="名单")
    batches_under_way: list[str] = Field(title="还没有筛查完、因而没有查的名单")


class SubjectDeletion(_Shape, title="已删除的内容"):
    """删除了多少。"""

    screenings: int = Field(title="筛查的次数")
    handoffs: int = Field(title="转交的件数")
    batches: list[str] = Field(title="删除的名单")
    batches_under_way: list[str] = Field(title="还没有筛查完、因而没有查的名单")


SUBJECT_SHAPES = (SubjectRequest, SubjectExport, SubjectDeletion)
