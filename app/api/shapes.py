"""The shapes of what can be looked up, for the documentation only: nothing here runs for a request."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.rules.law import Grade
from app.rules.policy import ConflictRule, Force, Kind
from app.schemas import Citation, Next, Option, SectionRef, UnitName, UnitRef


class _Shape(BaseModel):
    model_config = ConfigDict(defer_build=True)


class InForce(_Shape, title="施行期"):
    """施行的起止日期。"""

    start: date = Field(title="第一天")
    end: date | None = Field(title="不再施行的第一天；没有时为空")
    now: bool = Field(title="所查日期是否在施行期内")


class PolicySummary(_Shape, title="政策概要"):
    """一项政策的概要。"""

    code: str = Field(title="政策代码", examples=["longevity-allowance"])
    title: str = Field(title="政策名称", examples=["80周岁以上高龄津贴"])
    subject: Literal["household", "person"] = Field(title="按家庭（household）还是按人（person）")
    section: SectionRef = Field(title="方案章节")
    kind: Kind = Field(title="形式")
    kind_label: str = Field(title="形式的名称", examples=["发放资金"])
    force: Force = Field(title="力度")
    force_label: str = Field(title="力度的名称", examples=["明确落实"])
    handling_unit: UnitRef = Field(title="办理单位")
    in_force: InForce = Field(title="施行期")
    pending_figures: list[str] = Field(title="所查日期尚无数值、待有关单位提供的标准")


class PolicyList(_Shape, title="政策目录"):
    """全部政策，按方案的顺序。"""

    as_of: date = Field(title="所查日期")
    policies: list[PolicySummary] = Field(title="政策")


class ConditionEntry(_Shape, title="条件"):
    """享受一项政策的一个条件。"""

    label: str = Field(title="条件", examples=["年满80周岁"])
    paraphrase: str = Field(title="由规则直接译出的说法", examples=["年龄≥80周岁"])
    citation: Citation = Field(title="依据")


class AmountEntry(_Shape, title="待遇"):
    """得到什么、多少。"""

    form: str = Field(title="怎么发放", examples=["现金，通过社保卡或银行卡发放"])
    text: str = Field(title="数额怎么算", examples=["文件未定金额"])
    unit: str = Field(title="计量单位；没有时为空", examples=["元/月"])


class FigureValue(_Shape, title="标准的一个数值"):
    """自某日起的数值。"""

    start: date = Field(title="第一天")
    value: float = Field(title="数值")
    unit: str = Field(title="计量单位", examples=["元/月"])
    minimum: bool = Field(title="是否只是下限（不低于）")
    text: str = Field(title="文字", examples=["717元/月"])
    grade: Grade = Field(title="出处的可靠程度：A 官方原文，B 转载的官方文件")
    citation: Citation = Field(title="依据")


class FigureEntry(_Shape, title="标准"):
    """政策用到的一个数值。"""

    figure: str = Field(title="标准代码", examples=["dibao.standard-rural"])
    label: str = Field(title="名称", examples=["农村低保标准"])
    unit: str = Field(title="计量单位", examples=["元/月"])
    supplied_by: UnitRef = Field(title="由哪个单位提供")
    pending: bool = Field(title="所查日期是否还没有数值")
    current: FigureValue | None = Field(title="所查日期的数值")
    values: list[FigureValue] = Field(title="历次数值")


class FactRef(_Shape, title="要了解的情况"):
    """一项要了解的情况。"""

    fact: str = Field(title="事实代码", examples=["person.birth_date"])
    label: str = Field(title="名称", examples=["出生日期"])


class GroupEntry(_Shape, title="对象群体"):
    """政策所说的一类人或家庭。"""

    label: str = Field(title="名称", examples=["特困人员"])
    aliases: list[str] = Field(title="别名、旧称", examples=[["五保户"]])


class ConflictEntry(_Shape, title="不能简单相加的待遇"):
    """与另一项待遇的关系，两边都列出。"""

    policy: str = Field(title="另一项政策的代码")
    title: str = Field(title="另一项政策的名称")
    rule: ConflictRule = Field(title="关系")
    text: str = Field(title="说明")
    citation: Citation = Field(title="依据")


class PolicyCard(PolicySummary, title="政策卡"):
    """一项政策的全部内容。"""

    as_of: date = Field(title="所查日期")
    clause: Citation = Field(title="方案中的依据")
    conditions: list[ConditionEntry] = Field(title="条件，须同时满足")
    amount: AmountEntry = Field(title="待遇")
    figures: list[FigureEntry] = Field(title="用到的标准")
    facts: list[FactRef] = Field(title="要了解的情况")
    groups: list[GroupEntry] = Field(title="涉及的群体")
    one_identity: bool = Field(title="有多重身份时是否只能选一种")
    lead_units: list[UnitRef] = Field(title="牵头责任单位")
    cooperating_units: list[UnitRef] = Field(title="配合单位")
    next: Next = Field(title="怎么办理")
    conflicts: list[ConflictEntry] = Field(title="不能简单相加的待遇")
    notes: list[str] = Field(title="说明")


class FactEntry(_Shape, title="事实"):
    """数据字典的一项。"""

    fact: str = Field(title="事实代码", examples=["person.self_care"])
    entity: Literal["household", "person"] = Field(title="家庭的还是个人的")
    key: str = Field(title="请求和表格中的键", examples=["self_care"])
    label: str = Field(title="名称", examples=["生活自理能力"])
    kind: Literal["yes_no", "choice", "amount", "date"] = Field(title="怎么答：是否、选项、数、日期")
    unit: str = Field(title="计量单位；没有时为空")
    hint: str = Field(title="填写提示；没有时为空")
    since: str | None = Field(title="由哪个日期推算；不是推算的为空", examples=["person.birth_date"])
    options: list[Option] = Field(title="可选的答案")
    policies: list[str] = Field(title="用到它的政策")


class FactList(_Shape, title="数据字典"):
    """全部事实：先家庭的，后个人的。"""

    facts: list[FactEntry] = Field(title="事实")


class UnitEntry(UnitRef, title="单位及其职责"):
    """责任单位：历次名称和负责的政策。"""

    renamed: list[UnitName] = Field(title="历次更名")
    handles: list[str] = Field(title="受理的政策")
    leads: list[str] = Field(title="牵头的政策")
    cooperates: list[str] = Field(title="配合的政策")


class UnitList(_Shape, title="单位目录"):
    """全部责任单位。"""

    as_of: date = Field(title="所查日期")
    units: list[UnitEntry] = Field(title="单位")


class RulePack(_Shape, title="政策包"):
    """整套政策，供没有网络时筛查；规则是树，条款、标准、单位只列一次，由序号或代码引用。"""

    format: Literal[1] = Field(title="格式的版本")
    policy_set: str = Field(title="政策集指纹", examples=["sha256:…"])
    release: str = Field(title="程序版本")
    notice: str = Field(title="声明")
    region: str = Field(title="本区的行政区划代码", examples=["341103"])
    townships: list[str] = Field(title="已知的乡镇（街道）代码")
    days: dict[str, str | int] = Field(title="筛查日期的范围：first 最早的一天，years_ahead 至今后几年")
    most: dict[str, Any] = Field(title="上限：members 人数，amounts 各计量单位的最大数")
    words: dict[str, Any] = Field(title="代码的名称")
    operators: dict[str, dict[str, str]] = Field(title="比较的说法")
    facts: list[dict[str, Any]] = Field(title="数据字典")
    units: list[dict[str, Any]] = Field(title="单位及历次名称")
    sections: dict[str, dict[str, Any]] = Field(title="方案章节及责任单位")
    figures: dict[str, dict[str, Any]] = Field(title="标准及历次数值")
    policies: list[dict[str, Any]] = Field(title="政策：条件、待遇、办理；rule、amount、already 是规则树")
    clauses: list[dict[str, str]] = Field(title="条款，由序号引用")


class Health(_Shape, title="状态"):
    """服务的状态。"""

    status: Literal["ok"] = Field(title="状态")


class BatchUpload(_Shape, title="上传名单"):
    """上传的表单。"""

    file: str = Field(
        title="名单文件：CSV（UTF-8 或 GB18030）、.xlsx 或 Parquet，一行一人", json_schema_extra={"format": "binary"}
    )
    as_of: date | None = Field(None, title="按哪一天筛查；不填为今天", examples=["2026-11-23"])
    since: str | None = Field(None, title="与哪一次批量筛查比较，填它的 id；不填不比较")


class BatchProgress(_Shape, title="进度"):
    """筛查到哪一行。"""

    done: int = Field(title="已筛查的行数")
    rows: int | None = Field(title="名单的行数；还没有读完时为空", examples=[1200])


class BatchVerdicts(_Shape, title="各结论的数量"):
    """一人或一户的一项政策算一次。"""

    eligible: int = Field(title="符合")
    undetermined: int = Field(title="待核实")
    ineligible: int = Field(title="不符合")


class BatchChanges(_Shape, title="与以前那次相比"):
    """有多少变化。"""

    count: int = Field(title="变化的数量")
    text: str = Field(title="变化的概要", examples=["与上次相比没有变化。"])


class NotMade(_Shape, title="没有的格式"):
    """没有生成的结果格式。"""

    format: Literal["xlsx", "csv", "parquet"] = Field(title="格式")
    message: str = Field(title="原因和办法")


class BatchSummary(_Shape, title="结果概要"):
    """名单筛查后的情况。"""

    rows: int = Field(title="名单的行数", examples=[1200])
    households: int = Field(title="筛查的户数")
    people: int = Field(title="筛查的人数")
    rejected: int = Field(title="退回的行数")
    warnings: int = Field(title="提示的处数")
    verdicts: BatchVerdicts = Field(title="各结论的数量")
    unknown_columns: list[str] = Field(title="没有用到的列")
    missing_columns: list[str] = Field(title="缺少的列，补上后待核实的会少")
    changes: BatchChanges | None = Field(title="与以前那次相比；没有比较时为空")
    not_made: list[NotMade] = Field(title="没有生成的格式")
    policy_set: str = Field(title="政策版本", examples=["sha256:…"])
    release: str = Field(title="程序版本")


class BatchFormats(_Shape, title="各格式的地址"):
    """有哪种格式，就有哪种的地址。"""

    xlsx: str | None = Field(None, title="Excel")
    csv: str | None = Field(None, title="CSV")
    parquet: str | None = Field(None, title="Parquet")


class BatchLinks(_Shape, title="有关的地址"):
    """可以接着取什么。"""

    self: str = Field(title="查看进度")
    events: str = Field(title="实时进度")
    result: BatchFormats | None = Field(title="筛查结果；没有完成时为空")
    changes: BatchFormats | None = Field(title="变化清单；没有比较时为空")
    rejects: str | None = Field(title="退回的行；没有完成时为空")


class Batch(_Shape, title="批量筛查"):
    """一份名单的筛查。"""

    id: str = Field(title="批量筛查编号")
    state: Literal["waiting", "running", "done", "failed", "cancelled"] = Field(title="状态")
    state_label: str = Field(title="状态的名称", examples=["已完成"])
    phase: Literal["reading", "checking", "screening", "comparing", "writing"] | None = Field(
        title="正在做什么；不在筛查时为空"
    )
    phase_label: str | None = Field(title="正在做什么的名称", examples=["筛查"])
    as_of: date = Field(title="筛查日期")
    since: str | None = Field(title="与哪一次比较；不比较时为空")
    created_at: datetime = Field(title="上传的时间")
    started_at: datetime | None = Field(title="开始的时间")
    ended_at: datetime | None = Field(title="结束的时间")
    expires_at: datetime | None = Field(title="到期清理的时间；没有结束时为空")
    progress: BatchProgress = Field(title="进度")
    cancelling: bool = Field(title="是否正在停下")
    attempts: int = Field(title="第几次尝试", examples=[1])
    error: str | None = Field(title="没有完成的原因和办法")
    summary: BatchSummary | None = Field(title="结果概要；没有完成时为空")
    links: BatchLinks = Field(title="有关的地址")


class BatchList(_Shape, title="批量筛查列表"):
    """一页批量筛查，新的在前。"""

    batches: list[Batch] = Field(title="批量筛查")
    next: str | None = Field(title="下一页的地址；没有时为空")


class Reject(_Shape, title="退回的行"):
    """一处不能筛查的原因；一行可以有几处。"""

    number: int = Field(title="第几条", examples=[1])
    row: int = Field(title="文件中的行号", examples=[17])
    column: str | None = Field(title="列", examples=["出生日期"])
    message: str = Field(title="原因和办法")


class RejectList(_Shape, title="退回的行列表"):
    """一页退回的行，按行号。"""

    rejects: list[Reject] = Field(title="退回的行")
    next: str | None = Field(title="下一页的地址；没有时为空")


SHAPES = (PolicyList, PolicyCard, FactList, UnitList, BatchUpload, Batch, BatchList, RejectList, RulePack, Health)
