"""The shapes of verification, for the documentation only."""

from datetime import date
from typing import Any, Final

from pydantic import ConfigDict, Field

from app.api.schema import Shape
from app.rules.policy import Verdict
from app.schemas import Subject


class VerificationRequest(Shape, title="要核验的答复"):
    """当时的答复，或筛查编号和核验码。"""

    model_config = ConfigDict(extra="forbid")

    answer: dict[str, Any] | None = Field(None, title="当时的答复，原样")
    id: str | None = Field(None, title="筛查编号")
    receipt: str | None = Field(None, title="核验码，或它的前8位", examples=["7KQ2-ZR0X"])


class TurnedResult(Shape, title="不同的结果"):
    """现在的政策会作出不同结果的一项。"""

    policy: str = Field(title="政策代码")
    title: str = Field(title="政策名称")
    subject: Subject = Field(title="对象")
    before: Verdict | None = Field(title="当时的结论；当时没有为空")
    after: Verdict | None = Field(title="现在的结论；现在没有为空")
    differs: list[str] = Field(title="不同的项目")


class PolicyChange(Shape, title="政策的变化"):
    """一项政策改了什么。"""

    policy: str = Field(title="政策代码")
    changed: list[str] = Field(
        title="改了的项目；标准逐个写明", examples=[["rule", "figures.longevity-allowance.80-89"]]
    )
    said: str = Field(title="说明", examples=["改了：条件、标准。"])


class AnsweredToday(Shape, title="现在的答复"):
    """现在的政策对同样的情况、同一天的答复，与当时的比较。"""

    as_of: date = Field(title="筛查日期，与当时相同")
    release: str = Field(title="现在的程序版本")
    policy_set: str = Field(title="现在的政策集指纹")
    same: bool | None = Field(title="是否相同；当时的填报已不能读取时为空")
    said: str = Field(title="说明")
    results: list[TurnedResult] = Field(title="不同的结果")
    policies: list[PolicyChange] = Field(title="这些结果的政策改了什么")


class Verification(Shape, title="核验的结果"):
    """是否真实，现在是否相同。"""

    authentic: bool = Field(title="是否真实：是本服务的答复，未经改动")
    said: str = Field(title="说明")
    differs: list[str] = Field(title="被改动的项目，只有名称；最多20个")
    stored: bool = Field(title="记录是否还在，且在查看范围内")
    id: str | None = Field(title="筛查编号；没有记录时为空")
    today: AnsweredToday | None = Field(title="现在的答复；不真实或没有记录时为空")


VERIFY_SHAPES: Final = (VerificationRequest, Verification)
