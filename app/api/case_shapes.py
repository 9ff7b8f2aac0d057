"""The shapes of hand-offs, receipts and worklists, for the documentation only: nothing here runs for a request."""

from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from pydantic import ConfigDict, Field

from app.api.schema import Shape as _Shape
from app.onewindow.course import Event, State
from app.onewindow.outbox import DeliveryState
from app.onewindow.requests import LONGEST_TEXT, MOST_PICKS
from app.schemas import UnitRef

Day: TypeAlias = date
"""For a field that is itself called `date`."""


class _Request(_Shape):
    model_config = ConfigDict(extra="forbid")


# ── what is sent to the service ────────────────────────────────────────────


class PickedResult(_Shape, title="所选的结果"):
    """一次筛查中的一项结果。"""

    policy: str = Field(title="政策代码", examples=["longevity-allowance"])
    member: str | None = Field(None, title="人口编号；按户的不填", examples=["1"])


class HandoffRequest(_Request, title="要转交的"):
    """哪次筛查的哪些结果。"""

    screening: str = Field(title="筛查编号", json_schema_extra={"format": "uuid"})
    results: list[PickedResult] = Field(title="要转交的结果", min_length=1, max_length=MOST_PICKS)
    priority: Literal["normal", "urgent"] = Field("normal", title="缓急：normal 一般，urgent 急难")
    channel: Literal["phone", "window", "batch"] = Field("phone", title="渠道：phone 手机，window 窗口，batch 批量")


class WithdrawalRequest(_Request, title="撤回"):
    """为什么撤回。"""

    reason: str = Field(title="原因", min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")


class PaidAmount(_Request, title="核定的待遇"):
    """数额和单位。"""

    value: float = Field(title="数额", ge=0, le=10**9)
    unit: str = Field(title="单位", max_length=20, examples=["元/月"])


class Receipt(_Request, title="回执"):
    """办理情况。退回、不同意要写理由，转办要写接办单位，补正要列材料，办理环节要写名称。"""

    id: str = Field(
        title="回执编号，同一件的各回执不重复",
        json_schema_extra={"pattern": "^[A-Za-z0-9._:-]{1,64}$"},
        examples=["R-20261125-0001"],
    )
    handoff: str | None = Field(None, title="转交件编号；网址中已有的可以不填", json_schema_extra={"format": "uuid"})
    event: Event = Field(title="发生了什么：" + "，".join(f"{each} {each.label}" for each in Event))
    at: datetime = Field(title="发生的时间，带时区")
    unit: str | None = Field(None, title="转办的接办单位代码", min_length=1, max_length=LONGEST_TEXT)
    step: str | None = Field(None, title="办理环节的名称", min_length=1, max_length=LONGEST_TEXT, examples=["村评议"])
    reason: str | None = Field(None, title="理由", min_length=1, max_length=LONGEST_TEXT)
    materials: list[str] | None = Field(None, title="要补的材料", min_length=1, max_length=50)
    amount: PaidAmount | None = Field(None, title="核定的待遇")
    first_month: str | None = Field(None, title="起始月", pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-12"])
    operator: str | None = Field(None, title="经办人代号", min_length=1, max_length=LONGEST_TEXT)
    message: str | None = Field(None, title="说明", min_length=1, max_length=LONGEST_TEXT)


# ── what it answers ────────────────────────────────────────────────────────


class Deadline(_Shape, title="期限"):
    """期限以日计，当天仍算在内。"""

    date: Day = Field(title="最后一天")
    estimated: bool = Field(title="当年的放假安排是否还不知道，只按周末推算")


class CaseSubject(_Shape, title="对象"):
    """谁的待遇：只有填报时给的编号，没有姓名和证件号。"""

    kind: Literal["household", "member"] = Field(title="家庭还是成员")
    household: str | None = Field(title="户编号")
    member: str | None = Field(title="人口编号")
    region_code: str | None = Field(title="行政区划代码")


class CaseLine(_Shape, title="转交件概要"):
    """清单中的一件。"""

    id: str = Field(title="转交件编号")
    case_no: str = Field(title="件号，可在电话里念", examples=["HM20261125-K7Q2ZRXB5T"])
    screening: str = Field(title="筛查编号")
    policy: str = Field(title="政策代码")
    title: str = Field(title="政策名称")
    verdict: Literal["eligible", "undetermined"] = Field(title="筛查结论")
    subject: CaseSubject = Field(title="对象")
    unit: UnitRef = Field(title="现在由谁办")
    handed_to: UnitRef = Field(title="当初转交给谁")
    state: State = Field(title="状态")
    state_label: str = Field(title="状态的名称", examples=["已受理"])
    open: bool = Field(title="是否在办")
    overdue: Literal["acceptance", "completion"] | None = Field(title="逾期：未受理，未办结；没有逾期为空")
    accept_by: Deadline = Field(title="受理期限")
    finish_by: Deadline = Field(title="办结期限")
    priority: Literal["normal", "urgent"] = Field(title="缓急")
    priority_label: str = Field(title="缓急的名称", examples=["一般"])
    channel: Literal["phone", "window", "batch"] = Field(title="渠道")
    channel_label: str = Field(title="渠道的名称", examples=["手机"])
    operator: str = Field(title="由谁转交")
    made_at: datetime = Field(title="转交的时间")
    changed_at: datetime = Field(title="最近变动的时间")


class MadeCase(CaseLine, title="刚转交的件"):
    """转交的一件。"""

    is_new: bool = Field(title="是不是这一次新立的")


class HandoffList(_Shape, title="转交件"):
    """按所选的次序。"""

    handoffs: list[MadeCase] = Field(title="转交件")


class HandoffPage(_Shape, title="转交件清单"):
    """一页转交件，新的在前。"""

    handoffs: list[CaseLine] = Field(title="转交件")
    next: str | None = Field(title="下一页的 after；没有下一页时为空")


class Step(_Shape, title="办理环节"):
    """办理程序中的一步。"""

    step: str = Field(title="环节", examples=["村评议"])
    done: bool = Field(title="是否已办")


class KeptReceipt(Receipt, title="办理经过"):
    """一条回执，照原样。"""

    model_config = ConfigDict(extra="allow")

    event_label: str = Field(title="名称", examples=["受理"])
    received_at: datetime = Field(title="收到的时间")
    source: str = Field(title="谁说的：platform 平台，huimin 本服务，其他为密钥编号")


class CaseDelivery(_Shape, title="发送情况"):
    """向平台发送的一条消息。"""

    number: int = Field(title="这一件的第几条，从0起")
    state: DeliveryState = Field(title="状态")
    state_label: str = Field(title="状态的名称", examples=["等待发送"])
    attempts: int = Field(title="发送过几次")
    status: int | None = Field(title="平台最近一次答复的状态；没有答复为空")
    next_at: datetime | None = Field(title="下次发送的时间；不再发送为空")
    advice: str | None = Field(title="需人工处理时怎么办")
    said: str | None = Field(title="平台说了什么")


class Handoff(CaseLine, title="转交件"):
    """一件的全部。"""

    steps: list[Step] = Field(title="办理环节")
    content: "HandoffMessage" = Field(title="转交的内容，与发给平台的相同")
    receipts: list[KeptReceipt] = Field(title="办理经过，按发生的先后")
    deliveries: list[CaseDelivery] = Field(title="向平台发送的情况")


class Worklist(_Shape, title="工作清单"):
    """一个单位的一页工作，先到期的在前。"""

    unit: UnitRef = Field(title="单位")
    as_of: date = Field(title="今天")
    cases: list[CaseLine] = Field(title="件")
    next: str | None = Field(title="下一页的 after；没有下一页时为空")


class Township(_Shape, title="镇（街道）"):
    """镇（街道）。"""

    code: str = Field(title="行政区划代码", examples=["341103100"])
    name: str = Field(title="名称", examples=["乌衣镇"])


class WorklistCount(_Shape, title="件数"):
    """一个单位在一个镇（街道）的件数。"""

    unit: UnitRef = Field(title="单位")
    township: Township | None = Field(title="镇（街道）；没有填报地区的为空")
    open: int = Field(title="在办")
    awaiting_acceptance: int = Field(title="其中待受理")
    acceptance_overdue: int = Field(title="其中逾期未受理")
    completion_overdue: int = Field(title="其中逾期未办结")


class WorklistCounts(_Shape, title="件数"):
    """按单位和镇（街道）。"""

    as_of: date = Field(title="今天")
    counts: list[WorklistCount] = Field(title="件数")


class ReceiptAnswer(_Shape, title="回执的答复"):
    """登记以后这一件的状态。"""

    handoff: str = Field(title="转交件编号")
    state: State = Field(title="状态")
    state_label: str = Field(title="状态的名称")
    is_new: bool = Field(title="是不是新的回执；早已登记过的为 false")


# ── what is sent to the platform ───────────────────────────────────────────


class MessageBenefit(_Shape, title="待遇"):
    """哪项待遇，按哪个版本的政策。"""

    policy: str = Field(title="政策代码")
    title: str = Field(title="政策名称")
    kind: str = Field(title="形式")
    policy_set: str = Field(title="政策集指纹")
    as_of: date = Field(title="筛查日期")


class MessageCondition(_Shape, title="结论所依据的条件"):
    """一个条件、查到的情况和条款。"""

    condition: str = Field(title="条件")
    finding: str = Field(title="查到的情况")
    document: str = Field(title="文件")
    clause: str | None = Field(title="条款")


class MessageMissing(_Shape, title="还缺什么"):
    """还要核实的情况、待明确的标准、要带的材料。"""

    facts: list[str] = Field(title="情况")
    figures: list[str] = Field(title="标准")
    materials: list[str] = Field(title="材料")


class HandoffMessage(_Shape, title="转交消息"):
    """发给平台的一件，只有办理所需。"""

    format: Literal[1] = Field(title="格式的版本")
    kind: Literal["handoff"] = Field(title="转交")
    handoff: str = Field(title="转交件编号，也是幂等键：同一编号再来仍是同一件")
    case_no: str = Field(title="件号")
    screening: str = Field(title="筛查编号")
    made_at: datetime = Field(title="转交的时间")
    benefit: MessageBenefit = Field(title="待遇")
    to: UnitRef = Field(title="办理单位")
    subject: CaseSubject = Field(title="对象")
    verdict: Literal["eligible", "undetermined"] = Field(title="筛查结论")
    amount: dict[str, Any] = Field(title="待遇标准")
    conditions: list[MessageCondition] = Field(title="结论所依据的条件")
    missing: MessageMissing = Field(title="还缺什么")
    steps: list[str] = Field(title="办理程序")
    where: str = Field(title="到哪里办")
    accept_by: Deadline = Field(title="受理期限")
    finish_by: Deadline = Field(title="办结期限")
    priority: Literal["normal", "urgent"] = Field(title="缓急")
    channel: Literal["phone", "window", "batch"] = Field(title="渠道")
    operator: str = Field(title="由谁转交")
    notice: str = Field(title="声明")


class WithdrawalMessage(_Shape, title="撤回消息"):
    """告诉平台一件已撤回。"""

    format: Literal[1] = Field(title="格式的版本")
    kind: Literal["withdrawal"] = Field(title="撤回")
    handoff: str = Field(title="转交件编号")
    case_no: str = Field(title="件号")
    made_at: datetime = Field(title="撤回的时间")
    reason: str = Field(title="原因")


CASE_SHAPES = (
    HandoffRequest,
    WithdrawalRequest,
    Receipt,
    HandoffList,
    HandoffPage,
    Handoff,
    Worklist,
    WorklistCounts,
    ReceiptAnswer,
    HandoffMessage,
    WithdrawalMessage,
)
