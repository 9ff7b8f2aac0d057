"""The shapes of what can be looked up, for the documentation only: nothing here runs for a request."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from app.api.access_shapes import ACCESS_SHAPES
from app.api.audit_shapes import AUDIT_SHAPES
from app.api.batch_shapes import BATCH_SHAPES
from app.api.schema import Shape as _Shape
from app.api.subject_shapes import SUBJECT_SHAPES
from app.api.verify_shapes import VERIFY_SHAPES
from app.rules.law import Grade
from app.rules.policy import ConflictRule, Force, Kind
from app.schemas import Citation, Next, Option, SectionRef, UnitName, UnitRef


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


class Merged(_Shape, title="并入"):
    """单位自某日起并入另一单位，未办结的件随之转到那里。"""

    start: date = Field(title="第一天")
    into: str = Field(title="并入的单位代码")
    reason: str = Field(title="依据")


class UnitEntry(UnitRef, title="单位及其职责"):
    """责任单位：历次名称和负责的政策。"""

    renamed: list[UnitName] = Field(title="历次更名")
    merged: Merged | None = Field(title="并入哪个单位；没有并入时为空")
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
    townships: dict[str, str] = Field(title="已知的乡镇（街道），按代码")
    days: dict[str, str | int] = Field(title="筛查日期的范围：first 最早的一天，years_ahead 至今后几年")
    most: dict[str, Any] = Field(title="上限：members 人数，amounts 各计量单位的最大数")
    words: dict[str, Any] = Field(title="代码的名称")
    operators: dict[str, dict[str, str]] = Field(title="比较的说法")
    facts: list[dict[str, Any]] = Field(title="数据字典")
    units: list[dict[str, Any]] = Field(title="单位及历次名称")
    sections: dict[str, dict[str, Any]] = Field(title="方案章节及责任单位")
    figures: dict[str, dict[str, Any]] = Field(title="标准及历次数值")
    policies: list[dict[str, Any]] = Field(title="政策：条件、待遇、办理；rule、amount、already 是规则树")
    groups: list[dict[str, Any]] = Field(title="对象群体，由序号引用")
    clauses: list[dict[str, Any]] = Field(title="条款，由序号引用")
    sources: list[dict[str, str]] = Field(title="文件，由条款以序号引用")


class StatedHousehold(_Shape, title="填报的家庭情况"):
    """一次筛查时填报的情况，没有身份证号和残疾人证号。"""

    id: str = Field(title="筛查编号")
    created_at: datetime = Field(title="保存的时间")
    as_of: date = Field(title="筛查日期")
    household: dict[str, Any] = Field(title="家庭和成员的情况，格式与请求中的相同")


class SigningKey(_Shape, title="公钥"):
    """核对签名的公钥（JWK，RFC 7517）。"""

    kty: Literal["EC"] = Field(title="种类")
    crv: Literal["P-256"] = Field(title="曲线")
    x: str = Field(title="横坐标")
    y: str = Field(title="纵坐标")
    kid: str = Field(title="公钥的指纹（RFC 7638）")
    alg: Literal["ES256"] = Field(title="算法")
    use: Literal["sig"] = Field(title="用途：签名")


class Health(_Shape, title="状态"):
    """服务的状态。"""

    status: Literal["ok"] = Field(title="状态")


SHAPES = (
    PolicyList,
    PolicyCard,
    FactList,
    UnitList,
    RulePack,
    SigningKey,
    StatedHousehold,
    Health,
    *ACCESS_SHAPES,
    *BATCH_SHAPES,
    *AUDIT_SHAPES,
    *SUBJECT_SHAPES,
    *VERIFY_SHAPES,
)
