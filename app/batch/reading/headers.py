"""What the columns of a file mean: the one table of aliases.

A header may be a fact's key, its label, or a heading of the poverty registers' exports,
with or without units, brackets of any width, blanks and asterisks.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from app.identity import normalise
from app.rules import Amount, YesNo
from app.rules.expressions import Fact, vocabulary
from policies.facts import Household, Person

HOUSEHOLD: Final = "household_reference"
MEMBER: Final = "member_reference"
REGION: Final = "region_code"
ID_NUMBER: Final = "id_number"
CERTIFICATE: Final = "disability_certificate"
DOCUMENT: Final = "document"
"""An ID number or a certificate number, whichever stands there."""

STATE: Final = "筛查情况"
"""The first column that we add to a list: by it we know our own results."""

FACTS: Final[Mapping[str, Fact]] = {fact.key: fact for fact in (*vocabulary(Household), *vocabulary(Person))}

# Headings that mean no fact by themselves. The first is how messages call the column.
_OTHERS: Final[Mapping[str, str]] = {
    HOUSEHOLD: "户编号 家庭编号 户编码 户号 农户编号 贫困户编号 家庭户编号",
    MEMBER: "人口编号 人编号 成员编号 人员编号 人编码 家庭成员编号",
    REGION: "行政区划代码 行政区划编码 行政区划 区划代码 户籍地代码 户籍地区划代码 户籍地行政区划代码 "
    "村编码 村代码 行政村编码 行政村代码",
    ID_NUMBER: "身份证号码",
    CERTIFICATE: "残疾人证号 残疾人证号码 残疾证号 残疾证号码 残疾人证编号",
    DOCUMENT: "证件号码 证件号 身份证号 身份证 身份证件号码 居民身份证号码 居民身份证号 公民身份号码 公民身份证号码 "
    "成员证件号码",
    "document_type": "证件类型 证件类别",
    "name": "姓名 成员姓名 家庭成员姓名",
    "head_name": "户主姓名 户主",
    "head_document": "户主证件号码 户主证件号 户主身份证号 户主身份证号码",
    "relation": "与户主关系 与户主的关系 家庭关系 关系",
    "schooling_status": "在校生状况 在校生状态 在校生情况 在校状况",
    "education": "文化程度 学历",
    "health": "健康状况 身体状况",
    "labour_skill": "劳动技能 劳动能力",
    "work_months": "务工时间(月) 务工时间 务工月数",
    "work_place": "务工所在地 务工地点",
    "household_type": "户类型",
    "poverty_attribute": "贫困户属性",
    "lifted_status": "脱贫属性 脱贫状态 脱贫情况",
    "monitored_type": "监测对象类型 监测对象类别 易返贫致贫户(监测对象)类型 易返贫致贫户类型 监测类型",
    "risk_removed": "风险是否消除 风险是否已消除",
    "on_dibao": "是否享受低保 享受低保 是否低保 是否低保户 低保户 低保",
    "on_tekun": "是否特困供养人员 特困供养人员 是否特困供养 是否特困 是否五保 是否五保户 五保户",
    "dangerous_house": "危房户 是否危房户 是否危房",
    "employee_medical": "是否参加城镇职工基本医疗保险 城镇职工基本医疗保险",
    "resident_pension": "是否参加城乡居民基本养老保险 城乡居民基本养老保险",
    "household_size": "人数 家庭人口 家庭人口数",
    "county": "县 县(市、区、旗) 县(市、区) 县(区) 县区 区县 市(县、区)",
    "township": "乡 乡(镇) 乡镇 乡镇(街道) 镇 镇(街道)",
    "village": "村 行政村 村(社区) 村名",
    "household_phone": "户联系电话",
    "member_phone": "成员联系电话 人联系电话 联系电话 手机号码 手机号 电话",
}
# What else a fact is called in the registers and in offices' own lists. Only what says the same as the fact:
# 是否参加城乡居民基本养老保险, for one, does not say that somebody is in no employees' scheme.
_FACT_ALIASES: Final[Mapping[str, str]] = {
    "local": "是否本区户籍 本区户口",
    "rural": "是否农村户籍 农村户籍",
    "poverty_registration": "建档立卡情况 建档立卡户 是否建档立卡 是否建档立卡户 是否建档立卡贫困户 是否贫困户",
    "income_per_capita": "人均纯收入 年人均纯收入 家庭人均纯收入 家庭年人均纯收入 人均可支配收入 家庭人均可支配收入",
    "dwelling_grade": "房屋鉴定等级 房屋等级 危房等级 房屋安全等级",
    "relocated": "是否易地扶贫搬迁户 是否易地扶贫搬迁 易地扶贫搬迁户",
    "birth_date": "出生年月日 出生年月 生日",
    "age": "周岁",
    "disability_category": "残疾类型 残疾种类",
    "disability_grade": "残疾级别",
    "tekun": "供养方式 特困供养方式 特困类型",
    "self_care": "自理能力",
    "boarding": "是否寄宿 是否寄宿生",
    "employee_pension": "是否参加城镇职工基本养老保险 城镇职工基本养老保险 是否参加职工养老保险 职工养老保险",
    "resident_medical_insurance": "是否参加新型农村合作医疗(城乡居民基本医疗保险) 是否参加城乡居民基本医疗保险 "
    "城乡居民基本医疗保险 "
    "是否参加城乡居民医保 城乡居民医保 是否参加新型农村合作医疗 新型农村合作医疗 新农合",
    "left_behind": "是否留守儿童 留守儿童",
    "critical_illness": "是否患重大疾病 是否患大病",
}
_UNUSED: Final = frozenset(
    """
    序号 编号 数据日期 年度 省 市 自然村 村民组 小组 民族 政治面貌 家庭住址 住址 地址
    备注 务工企业名称 是否参加大病保险 失学或辍学原因 是否会讲普通话
    是否参加商业补充医疗保险 是否国外务工 产业分类 是否接受大病医疗救助 是否接受其他健康扶贫 公益性岗位类型
    公益性岗位(月数) 就业渠道 残疾证办证年度 识别标准 致贫原因 致贫原因1 主要致贫原因 是否解决安全饮用水
    首次识别时间 人员识别时间 风险识别时间 风险消除时间 开户行 银行账号
    """.split()
)
"""Known headings that no policy reads."""

_BRACKETS: Final = str.maketrans("[]{}【】〔〕〈〉《》", "()()()()()()")
_DECORATION: Final = re.compile(r"[*＊:：#'\"]")
# What may stand in brackets behind a heading without changing its meaning.
_HINT: Final = re.compile(r"\((?:必填|选填|可选|是/否|是或否|是否|填是或否|代码|编码|文本|文本格式|18位)\)")
_UNITS: Final = {"元/年": ("元/年", "元", "元/人年", "元/人/年"), "元": ("元",), "年": ("年",), "周岁": ("周岁", "岁")}


@lru_cache(maxsize=8192)
def fold(header: str) -> str:
    """Return *header* as the table of aliases spells it."""
    plain = _DECORATION.sub("", normalise(header).translate(_BRACKETS)).casefold()
    return _HINT.sub("", plain)


def label(meaning: str) -> str:
    """Return what Chinese calls a column of this meaning."""
    fact = FACTS.get(meaning)
    return _OTHERS[meaning].split()[0] if fact is None else fact.label


def meaning_of(header: str) -> str | None:
    """Return the meaning of a header, or None where it is not known."""
    return _ALIASES.get(fold(header))


def is_known(header: str) -> bool:
    """Whether a header is known, be it only as one that no policy reads."""
    folded = fold(header)
    return folded in _ALIASES or folded in _UNUSED


def _names(fact: Fact) -> Iterator[str]:
    bare = re.sub(r"\(.*?\)", "", fact.label)
    for name in dict.fromkeys((fact.key, fact.label, bare, *_FACT_ALIASES.get(fact.key, "").split())):
        yield name
        if isinstance(fact, YesNo):
            yield f"是否{name}"
        if isinstance(fact, Amount):
            yield from (f"{name}({unit})" for unit in _UNITS[fact.unit])


def _all_aliases() -> dict[str, str]:
    found: dict[str, str] = {}
    for key, fact in FACTS.items():
        for name in _names(fact):
            if found.setdefault(fold(name), key) != key:
                raise ValueError(f"the header {name} would mean two facts")
    for key, names in _OTHERS.items():
        for name in (key, *names.split()):
            if found.setdefault(fold(name), key) != key:
                raise ValueError(f"the header {name} would mean {found[fold(name)]} and {key}")
    return found


_ALIASES: Final[Mapping[str, str]] = _all_aliases()
