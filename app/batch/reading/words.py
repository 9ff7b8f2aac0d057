"""What people write for an answer: yes and no, and the choices of every fact.

The codes and labels of a choice come from the data dictionary; here are only the other
words for them.  A word that is not listed is refused, never guessed at.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from app.batch.reading.distinct import NOTHING, Said, Say
from app.identity import normalise
from app.rules import Choice, Code
from policies.facts import (
    Assistance,
    Childbearing,
    ChildProtection,
    DisabilityCategory,
    DisabilityGrade,
    DwellingGrade,
    Military,
    PovertyRegistration,
    Schooling,
    SelfCare,
    Sex,
    Tekun,
    Work,
)

_YES: Final = frozenset("是 有 对 真 √ ✓ ✔ ☑ 1 y yes t true 已 已参加 参加 享受".split())
_NO: Final = frozenset("否 无 没有 不是 非 假 × ✗ ✘ ☐ 0 n no f false 未 未参加 不享受".split())
UNKNOWN: Final = frozenset(
    "不详 未知 不清楚 不明 待核实 待定 待查 未填 空 / \\ - -- — —— none null nan n/a #n/a na nil ? ？".split()
)
"""Words for "nobody knows": they say nothing."""

DANGEROUS: Final = next((grade.value for grade in DwellingGrade if grade.value == "dangerous"), None)
"""The code of a dangerous dwelling whose grade nobody states; None while there is no such code."""
_DANGEROUS_WORDS: Final = "是 危房 √ 1 y yes true".split()

YES_OR_NO: Final = "请填“是”或“否”；不清楚就不填"

# Other words for a code, where they say exactly the same.
_OTHER_WORDS: Final[Mapping[type[Code], Mapping[str, str]]] = {
    Assistance: {
        Assistance.DIBAO: "低保户 低保对象 低保家庭 最低生活保障 最低生活保障对象 最低生活保障家庭",
        Assistance.MARGINAL: "低保边缘户 低保边缘家庭 最低生活保障边缘家庭",
        Assistance.LOW_INCOME: "低收入 低收入户 低收入家庭 其他低收入家庭",
        Assistance.NONE: "无 否 没有 未享受",
    },
    PovertyRegistration: {
        PovertyRegistration.REGISTERED: "建档立卡户 建档立卡贫困人口 贫困户 未脱贫 返贫 一般贫困户 低保贫困户 "
        "五保贫困户 特困供养贫困户",
        PovertyRegistration.LIFTED: "已脱贫 脱贫户 脱贫人口 已脱贫户 一般脱贫户 低保脱贫户 特困供养脱贫户",
        PovertyRegistration.MONITORED: "监测对象 监测户 防返贫监测对象 脱贫不稳定户 边缘易致贫户 突发严重困难户",
        PovertyRegistration.NONE: "无 不是 非建档立卡户 普通农户 一般农户 已脱贫(不享受政策)",
    },
    DwellingGrade: {
        DwellingGrade.A: "A级 安全",
        DwellingGrade.B: "B级 基本安全",
        DwellingGrade.C: "C级 C级危房 局部危险",
        DwellingGrade.D: "D级 D级危房 整栋危险",
        DwellingGrade.NONE: "无房户 没有住房 无住房",
    },
    Sex: {
        Sex.MALE: "男性 m",
        Sex.FEMALE: "女性 f",
    },
    DisabilityCategory: {
        DisabilityCategory.VISION: "视力残疾",
        DisabilityCategory.HEARING: "听力残疾",
        DisabilityCategory.SPEECH: "言语残疾 语言残疾 语言",
        DisabilityCategory.PHYSICAL: "肢体残疾",
        DisabilityCategory.INTELLECTUAL: "智力残疾",
        DisabilityCategory.PSYCHIATRIC: "精神残疾",
        DisabilityCategory.MULTIPLE: "多重残疾",
        DisabilityCategory.NONE: "无 否 没有 无残疾 非残疾",
    },
    DisabilityGrade: {
        DisabilityGrade.FIRST: "1级 一 壹级 i i级",
        DisabilityGrade.SECOND: "2级 二 贰级 ii ii级",
        DisabilityGrade.THIRD: "3级 三 叁级 iii iii级",
        DisabilityGrade.FOURTH: "4级 四 肆级 iv iv级",
        DisabilityGrade.NONE: "无 否 没有 无残疾 非残疾",
    },
    Tekun: {
        Tekun.DISPERSED: "分散 分散特困 分散供养特困人员",
        Tekun.INSTITUTIONAL: "集中 集中特困 集中供养特困人员",
        Tekun.NONE: "无 不是 非特困",
    },
    SelfCare: {
        SelfCare.ABLE: "自理 完全自理 全自理 能 可自理",
        SelfCare.PARTIAL: "部分自理 半自理 部分失能 部分不能自理",
        SelfCare.UNABLE: "不能自理 完全失能 全失能 完全不能自理 不能",
    },
    Schooling: {
        Schooling.NONE: "无 否 非在校 非在校生 未在校 未上学 已毕业",
        Schooling.PRESCHOOL: "学前教育 学前 在园幼儿 幼儿",
        Schooling.PRIMARY: "小学生",
        Schooling.JUNIOR: "七年级 八年级 九年级 初一 初二 初三 初级中学 初中生",
        Schooling.SENIOR_HIGH: "普通高中一年级 普通高中二年级 普通高中三年级 普高 高中 高一 高二 高三 高中生",
        Schooling.VOCATIONAL: "中职一年级 中职二年级 中职三年级 中等职业学校 中等职业教育 职高 职业高中 中专 技校",
        Schooling.HIGHER: "高职高专一年级 高职高专二年级 高职高专三年级 本科一年级 本科二年级 本科三年级 本科四年级 "
        "本科五年级 硕士研究生及以上 高职高专 高职 大专 专科 本科 大学 大学生 硕士 研究生 博士",
    },
    Work: {
        Work.EMPLOYED: "在岗 在职职工",
        Work.SELF_EMPLOYED: "自主创业 灵活就业 个体 个体经营",
        Work.MIGRANT: "外出务工 务工 农民工 打工",
        Work.UNEMPLOYED: "失业人员",
        Work.LAID_OFF: "转岗职工",
        Work.RETIRED: "退休人员 已退休",
        Work.NONE: "无 无工作 未就业",
    },
    ChildProtection: {
        ChildProtection.UNATTENDED: "事实无人抚养儿童",
        ChildProtection.DIFFICULT: "困境儿童",
        ChildProtection.NONE: "无 不是",
    },
    Military: {
        Military.RETIRED: "退伍军人 复员军人 退役士兵",
        Military.DISABLED: "伤残军人",
        Military.BEREAVED: "烈属 烈士遗属 因公牺牲军人遗属 病故军人遗属",
        Military.CADRE: "军休干部 军队离退休人员",
        Military.NONE: "无 不是",
    },
    Childbearing: {
        Childbearing.PREGNANT: "怀孕 孕妇 已孕",
        Childbearing.NONE: "无 不是",
    },
}
# Words that are true, and still leave the code open: the cell says nothing, and the row is screened.
_OPEN: Final[Mapping[type[Code], Mapping[str, str]]] = {
    PovertyRegistration: dict.fromkeys(
        "是 有 √ 1 y yes true 建档立卡".split(), "没有说明是未脱贫、已脱贫还是监测对象，按未知处理"
    ),
    Tekun: dict.fromkeys(
        "是 有 √ 1 y yes true 特困 五保 特困供养 五保户 特困人员".split(), "没有说明是分散供养还是集中供养，按未知处理"
    ),
    DwellingGrade: dict.fromkeys(_DANGEROUS_WORDS, "没有说明危房的等级，按未知处理"),
    Schooling: {
        # Old enough for a kindergarten or not, in one or not: the word does not say.
        "学龄前儿童": "没有说明是否在幼儿园，按未知处理",
        # A technicians' college teaches classes of both levels.
        **dict.fromkeys(
            (f"技师学院{year}年级" for year in "一二三四"), "技师学院的班级有中职，也有高等教育，按未知处理"
        ),
    },
    Military: dict.fromkeys("是 有 √ 1 y yes true".split(), "没有说明优抚身份的类别，按未知处理"),
    ChildProtection: dict.fromkeys("是 有 √ 1 y yes true".split(), "没有说明困境儿童的类别，按未知处理"),
}
_WRAPPED: Final = re.compile(r'="(.*)"', re.DOTALL)


def plain(text: str) -> str:
    """Return what stands in a cell without what spreadsheets and people put around it."""
    found = _WRAPPED.fullmatch(text.strip())
    return normalise(found[1].replace('""', '"') if found else text).removeprefix("'")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return a word as the tables here spell it."""
    return plain(text).casefold()


def trimmed(text: str) -> str:
    """Return a text whose inner blanks and case matter, without what is put around it."""
    found = _WRAPPED.fullmatch(text.strip())
    inner = unicodedata.normalize("NFKC", found[1].replace('""', '"') if found else text)
    visible = "".join(character for character in inner if unicodedata.category(character) != "Cf")
    return visible.strip().removeprefix("'")


def say_yes_or_no(text: str) -> Said:
    """Read a cell of yes or no."""
    word = fold(text)
    if word in _YES:
        return Said(True)
    if word in _NO:
        return Said(False)
    return NOTHING if not word or word in UNKNOWN else Said(fault=YES_OR_NO)


def say_choice(fact: Choice[Any]) -> Say:
    """Return the reader of the cells of a choice, which gives its codes."""
    words: dict[str, str] = {}
    for option in fact.options:
        for word in (option.value, option.label, re.sub(r"\(.*?\)", "", option.label)):
            words.setdefault(fold(word), option.value)
        for word in _OTHER_WORDS[fact.options].get(option, "").split():
            if words.setdefault(fold(word), option.value) != option.value:
                raise ValueError(f"{word} would mean two codes of {fact.key}")
    if fact.options is DwellingGrade and DANGEROUS is not None:
        words |= dict.fromkeys(_DANGEROUS_WORDS, DANGEROUS)
    doubts = {fold(word): said for word, said in _OPEN.get(fact.options, {}).items() if fold(word) not in words}
    refusal = f"请填以下之一：{'、'.join(option.label for option in fact.options)}；不清楚就不填"

    def say(text: str) -> Said:
        word = fold(text)
        if word in words:
            return Said(words[word])
        if word in doubts:
            return Said(doubt=doubts[word])
        return NOTHING if not word or word in UNKNOWN else Said(fault=refusal)

    return say
