"""The shapes of requests and answers, for the documentation of the API.

Answers are written elsewhere, without these models: nothing here runs for a request.
"""

from datetime import date
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from app.intake.request import ScreeningRequest
from app.rules.amount import AmountStatus
from app.rules.policy import ConflictRule, Force, Kind, Verdict

Day: TypeAlias = date  # one answer has a field named `date`


def request_components() -> dict[str, Any]:
    """Return the schemas of a request by name, to stand under `#/components/schemas`."""
    _, schemas = models_json_schema([(ScreeningRequest, "validation")], ref_template="#/components/schemas/{model}")
    found: dict[str, Any] = schemas["$defs"]
    return found


class _Answer(BaseModel):
    model_config = ConfigDict(defer_build=True)


class FieldError(_Answer, title="一项提示"):
    """一项错误或提醒；从不重复填报的内容。"""

    field: str = Field(title="位置", examples=["household.members[0].birth_date"])
    message: str = Field(title="说明", examples=["出生日期晚于筛查日期，请核对"])


class Problem(_Answer, title="错误"):
    """错误说明（RFC 9457）。"""

    type: str = Field(title="错误类别", examples=["/problems/invalid-household"])
    title: str = Field(title="标题", examples=["填报内容有误"])
    status: int = Field(title="HTTP 状态码", examples=[422])
    detail: str | None = Field(None, title="说明")
    errors: list[FieldError] = Field([], title="各项错误")
    request_id: str | None = Field(
        None, title="请求编号", description="与 X-Request-ID 响应头相同，凭它可在日志中找到这次请求"
    )


class UnitRef(_Answer, title="单位"):
    """责任单位。"""

    code: str = Field(title="单位代码", examples=["civil-affairs"])
    name: str = Field(title="筛查当日的名称", examples=["区民政局"])
    name_in_source: str = Field(title="方案中的名称", examples=["区民政局"])


class Subject(_Answer, title="对象"):
    """一户家庭，或其中一名成员。"""

    kind: Literal["household", "member"] = Field(title="类别")
    reference: str | None = Field(None, title="人口编号")
    position: int | None = Field(None, title="成员的序号，从0起")


class Amount(_Answer, title="金额"):
    """待遇的金额。"""

    status: AmountStatus = Field(title="状态：fixed 已定，pending 待定，none 文件未定金额")
    value: float | None = Field(title="数额")
    unit: str = Field(title="单位", examples=["元/年"])
    minimum: bool = Field(title="是否只是下限（不低于）")
    text: str = Field(title="文字", examples=["200元/年"])


class Citation(_Answer, title="依据"):
    """条款；方案原文引用，其他文件转述。"""

    document: str = Field(title="文件")
    clause: str | None = Field(title="条款", examples=["二(五)2"])
    number: str | None = Field(None, title="文号")
    quote: str | None = Field(None, title="原文")
    gist: str | None = Field(None, title="转述")


class Reason(_Answer, title="理由"):
    """决定结论的一个条件。"""

    condition: str = Field(title="条件", examples=["年满80周岁"])
    verdict: Verdict = Field(title="该条件的结论")
    finding: str = Field(title="认定", examples=["年龄83周岁，不低于80周岁"])
    citation: Citation = Field(title="依据")


class MissingFact(_Answer, title="缺少的情况"):
    """尚需了解的情况。"""

    fact: str = Field(title="事实代码", examples=["person.self_care"])
    label: str = Field(title="名称", examples=["生活自理能力"])
    member: str | None = Field(title="人口编号；家庭的情况为空")


class MissingFigure(_Answer, title="缺少的数值"):
    """尚待有关单位提供的标准。"""

    figure: str = Field(title="数值代码")
    label: str = Field(title="名称")
    unit: str = Field(title="计量单位", examples=["元/月"])
    supplied_by: str = Field(title="提供单位的代码", examples=["civil-affairs"])


class Conflict(_Answer, title="不能简单相加的待遇"):
    """与另一项待遇的关系。"""

    policy: str = Field(title="另一项政策的代码")
    rule: ConflictRule = Field(title="关系：choose_higher 择高，excluded 互斥，same_money 同一笔钱，one_only 只享一项")
    text: str = Field(title="说明")


class Next(_Answer, title="怎么办理"):
    """办理的步骤、材料和地点。"""

    steps: list[str] = Field([], title="步骤")
    materials: list[str] = Field(title="材料")
    where: str = Field(title="地点")


class ChangesOn(_Answer, title="结论何时改变"):
    """24个月内结论自行改变的第一天。"""

    date: Day = Field(title="日期")
    verdict: Verdict = Field(title="届时的结论")


class Result(_Answer, title="一项结果"):
    """一项政策对一个对象的结论。"""

    policy: str = Field(title="政策代码", examples=["longevity-allowance"])
    title: str = Field(title="政策名称", examples=["80周岁以上高龄津贴"])
    kind: Kind = Field(title="形式：" + "，".join(f"{kind.value} {kind.label}" for kind in Kind))
    force: Force = Field(title="力度：" + "，".join(f"{force.value} {force.label}" for force in Force))
    subject: Subject = Field(title="对象")
    verdict: Verdict = Field(title="结论：" + "，".join(f"{verdict.value} {verdict.label}" for verdict in Verdict))
    already_receiving: bool | None = Field(title="是否已在享受；不清楚时为空")
    amount: Amount = Field(title="金额")
    handling_unit: UnitRef = Field(title="办理单位")
    lead_units: list[UnitRef] = Field([], title="牵头责任单位")
    cooperating_units: list[UnitRef] = Field([], title="配合单位")
    reasons: list[Reason] = Field(title="理由")
    missing_facts: list[MissingFact] = Field(title="缺少的情况")
    missing_figures: list[MissingFigure] = Field(title="缺少的数值")
    identities: list[str] = Field([], title="具有的各种身份，只计一种")
    conflicts: list[Conflict] = Field(title="不能简单相加的待遇")
    next: Next = Field(title="怎么办理")
    changes_on: ChangesOn | None = Field(title="结论何时改变")


class Option(_Answer, title="选项"):
    """一个可选的答案。"""

    code: str = Field(title="代码")
    label: str = Field(title="名称")


class Question(_Answer, title="要问的情况"):
    """回答后可能改变结论或定下金额的一问。"""

    fact: str = Field(title="事实代码", examples=["person.self_care"])
    label: str = Field(title="名称")
    kind: Literal["yes_no", "choice", "amount", "date"] = Field(title="怎么答")
    unit: str = Field(title="计量单位；没有时为空")
    hint: str = Field(title="填写提示")
    options: list[Option] = Field(title="可选的答案")
    member: str | None = Field(title="人口编号；家庭的情况为空")
    could_settle: list[str] = Field(title="可能由此定下结论的政策")
    sets_amount: list[str] = Field(title="可能由此定下金额的政策")


class Household(_Answer, title="家庭"):
    """所筛查的家庭。"""

    reference: str | None = Field(title="户编号")


class ScreeningAnswer(_Answer, title="筛查结果"):
    """一户家庭的筛查结果：先符合，再待核实，后不符合。"""

    id: str | None = Field(title="筛查编号；不保存时为空")
    as_of: Day = Field(title="筛查日期")
    release: str = Field(title="程序版本")
    policy_set: str = Field(title="政策集指纹", examples=["sha256:…"])
    notice: str = Field(title="声明")
    household: Household = Field(title="家庭")
    warnings: list[FieldError] = Field(title="提醒：请核对，不影响筛查")
    results: list[Result] = Field(title="各项结果")
    questions: list[Question] = Field(title="要问的情况，先问能定下最多结论的")
    receipt: str = Field("", title="核验码：凭它核验这份答复（`POST /v1/verify`），前8位可印在纸上；只有保存的筛查才有")


# ── catalogues ─────────────────────────────────────────────────────────────


class SectionRef(_Answer, title="章节"):
    """方案的一节。"""

    number: str = Field(title="编号", examples=["二(五)"])
    title: str = Field(title="标题")


class UnitName(_Answer, title="单位名称"):
    """自某日起的名称。"""

    start: Day = Field(title="第一天")
    name: str = Field(title="名称")
    reason: str = Field(title="缘由")
