"""Invented registers of any size, in every layout and format, the same on every run.

Nobody in them lives: names are drawn from a short list of syllables, and ID numbers are
serial numbers with a check character, in the county code 341103.
"""

import argparse
import csv
import io
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.rules import Amount, Choice, When, YesNo
from app.rules.expressions import Fact, vocabulary
from policies.facts import Household, Person
from tests.batch.dirt import soiled
from tests.batch.workbooks import write_workbook
from tests.benchmarks.households import households

Wire = dict[str, Any]
Record = dict[str, str]

SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN: Final = "春夏秋冬梅兰竹菊山水云霞松柏青玉龑䶮"
VILLAGES: Final = (("乌衣镇", "示例一村"), ("沙河镇", "示例二村"), ("章广镇", "示例三村"))
FACTS: Final[dict[str, Fact]] = {fact.key: fact for fact in (*vocabulary(Household), *vocabulary(Person))}
HOUSEHOLD_FACTS: Final = tuple(fact.key for fact in vocabulary(Household))
PERSON_FACTS: Final = tuple(fact.key for fact in vocabulary(Person))


@dataclass(frozen=True)
class Layout:
    """The columns of a file, and how a member's record is written in them."""

    name: str
    columns: tuple[str, ...]
    record: Callable[[Wire, Wire, int], Record]


# ── people ──


def people(count: int, seed: int = 1) -> Iterator[Wire]:
    """Yield invented households until there are so many members, with ID numbers and names."""
    chance = random.Random(seed)
    made = 0
    for household in households(count, seed=seed):
        household["reference"] = f"H{household['reference'].removeprefix('H-')}"
        for place, member in enumerate(household["members"]):
            made += 1
            identify(member, made, chance)
            member["relation"] = relation(place, member)
        yield household
        if made >= count:
            return


def identify(member: Wire, serial: int, chance: random.Random) -> None:
    """Give a member a name and, in most cases, numbers that fit what is known."""
    member["name"] = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))
    born = member.get("birth_date")
    if born is None or chance.random() < 0.02:
        return
    odd = member.get("sex", chance.choice(("male", "female"))) == "male"
    number = checked(f"341103{born.replace('-', '')}{serial * 2 % 1000 + odd:03d}")
    category, grade = member.get("disability_category"), member.get("disability_grade")
    if category not in (None, "none") and grade not in (None, "none"):
        codes = [option.value for option in Person.disability_category.options]
        member["disability_certificate"] = f"{number}{codes.index(category) + 1}{grade}{chance.choice(('', 'B1'))}"
    else:
        member["id_number"] = number


def relation(place: int, member: Wire) -> str:
    return ("户主", "配偶")[place] if place < 2 else "之子" if member.get("sex") == "male" else "之女"


def checked(body: str) -> str:
    """Append the check character (ISO 7064 MOD 11-2, by the standard's recursion)."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - remainder) % 11]


# ── our own layouts ──


def _own(household: Wire, member: Wire, place: int) -> Wire:
    facts = {**{key: value for key, value in household.items() if key != "members"}, **member}
    return {
        **facts,
        "household_reference": household.get("reference"),
        "member_reference": member.get("reference"),
    }


_KEYS: Final = ("household_reference", "member_reference", "name", "region_code", "id_number", "disability_certificate")


def _coded(household: Wire, member: Wire, place: int) -> Record:
    facts = _own(household, member, place)
    return {key: _code(facts.get(key)) for key in (*_KEYS, *FACTS)}


def _code(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_LABELS: Final = ("户编号", "人口编号", "姓名", "行政区划代码", "身份证号码", "残疾人证号")


def _labelled(household: Wire, member: Wire, place: int) -> Record:
    facts = _own(household, member, place)
    return {
        **{label: _code(facts.get(key)) for label, key in zip(_LABELS, _KEYS, strict=True)},
        **{heading(fact): answer(fact, facts.get(key)) for key, fact in FACTS.items()},
    }


def heading(fact: Fact) -> str:
    return f"{fact.label}（{fact.unit}）" if isinstance(fact, Amount) else fact.label


def answer(fact: Fact, value: Any) -> str:
    """Write an answer in Chinese."""
    match fact:
        case _ if value is None:
            return ""
        case YesNo():
            return "是" if value else "否"
        case Choice():
            return fact.options(value).label
        case Amount() | When():
            return str(value)
        case _:
            raise AssertionError(fact)


# ── the poverty registers ──

_STATUS: Final = {
    None: "",
    "none": "",
    "preschool": "学前教育",
    "primary": "小学",
    "junior": "八年级",
    "senior_high": "普通高中二年级",
    "vocational": "中职一年级",
    "higher": "本科三年级",
}
_TYPES: Final = {
    "lifted": ("脱贫户", ""),
    "monitored": ("脱贫户", "脱贫不稳定户"),
    "none": ("普通农户", ""),
    None: ("", ""),
}
REGISTER_1: Final = tuple(
    """省 市 县 乡 村 户编号 人口编号 姓名 性别 出生日期 证件类型 证件号码 民族 户联系电话 成员联系电话 年度 与户主关系 文化程度
    在校生状况 劳动技能 务工时间（月） 健康状况 政治面貌 务工企业名称 是否享受低保 是否参加城镇职工基本养老保险 是否参加大病保险
    是否参加新型农村合作医疗（城乡居民基本医疗保险） 是否参加城乡居民基本养老保险 失学或辍学原因 是否会讲普通话
    是否参加商业补充医疗保险 是否国外务工 产业分类 是否接受大病医疗救助 是否接受其他健康扶贫 公益性岗位类型 公益性岗位(月数)
    就业渠道 残疾类别 务工所在地 户主姓名 户主证件号码 是否参加城镇职工基本医疗保险 是否特困供养人员 残疾证办证年度
    识别标准""".split()
)
REGISTER_2: Final = tuple(
    """序号 数据日期 县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 人数 与户主关系 民族 文化程度 在校生状况 健康状况
    劳动技能 务工时间（月） 是否参加大病保险 致贫原因1 危房户 是否解决安全饮用水 人均纯收入 户联系电话 人联系电话 首次识别时间
    人员识别时间 户类型 易返贫致贫户(监测对象)类型 风险是否消除 风险识别时间 风险消除时间""".split()
)


def carried(household: Wire, layout: str) -> Wire:
    """Return what a poverty register can say of *household*, as one would post it."""
    second = layout == "register-2"
    said: Wire = {"reference": household["reference"], "local": True}
    if second:
        said |= {key: household.get(key) for key in ("income_per_capita", "poverty_registration")}
        if said["poverty_registration"] == "registered":
            del said["poverty_registration"]  # nobody is, in a register of those lifted out
    said["members"] = [_carried(member, second) for member in household["members"]]
    on_dibao = household.get("assistance") == "dibao"
    if not second:
        # One household in two layouts of one thing: 是否享受低保 is answered for each member.
        for member in said["members"]:
            member["single_dibao"] = None if on_dibao else False
        said["assistance"] = "dibao" if on_dibao else None
    return said


def _carried(member: Wire, second: bool) -> Wire:
    said = {key: member.get(key) for key in ("reference", "id_number", "disability_certificate", "labour_capacity")}
    said["schooling"] = member.get("schooling") or "none"
    said["critical_illness"] = bool(member.get("critical_illness"))
    said["work"] = "migrant" if member.get("work") == "migrant" else None
    if _is_healthy(member):
        said |= {"disability_category": "none", "disability_grade": "none"}
    if not second:
        said |= {
            key: member.get(key) for key in ("sex", "birth_date", "employee_pension", "resident_medical_insurance")
        }
        said["tekun"] = "none" if member.get("tekun") == "none" else None
    return said


def _is_healthy(member: Wire) -> bool:
    return not member.get("critical_illness") and member.get("disability_certificate") is None


def _health(member: Wire) -> str:
    if _is_healthy(member):
        return "健康"
    states = ["残疾"] if member.get("disability_certificate") else []
    return ",".join([*states, *(["患有大病"] if member.get("critical_illness") else [])])


def _register(household: Wire, member: Wire, place: int, columns: Sequence[str]) -> Record:
    record = dict.fromkeys(columns, "")
    for headings, said in _common(household, member, place):
        record |= {heading: said for heading in headings.split("|") if heading in record}
    return record


def _common(household: Wire, member: Wire, place: int) -> Iterator[tuple[str, str]]:
    town, village = VILLAGES[int(household["reference"][1:]) % len(VILLAGES)]
    capacity, kind = member.get("labour_capacity"), _TYPES.get(household.get("poverty_registration"), ("", ""))
    yes_no = {True: "是", False: "否", None: ""}
    yield "省", "安徽省"
    yield "市", "滁州市"
    yield "县|县(市、区、旗)", "南谯区"
    yield "乡|乡(镇)", town
    yield "村|行政村", village
    yield "户编号", household["reference"]
    yield "人口编号|人编号", member["reference"]
    yield "姓名", member["name"]
    yield "性别", answer(Person.sex, member.get("sex"))
    yield "出生日期", (member.get("birth_date") or "").replace("-", "")
    yield "证件类型", "居民身份证"
    yield "证件号码", member.get("disability_certificate") or member.get("id_number") or ""
    yield "民族", "汉族"
    yield "户联系电话|人联系电话|成员联系电话", "13800000000"
    yield "与户主关系", member["relation"]
    yield "文化程度", "" if member.get("schooling") not in (None, "none") else "小学"
    yield "在校生状况", _STATUS[member.get("schooling")]
    yield "劳动技能", {True: "普通劳动力", False: "无劳动力", None: ""}[capacity]
    yield "务工时间（月）", "10" if member.get("work") == "migrant" else "0"
    yield "务工所在地", "县内" if member.get("work") == "migrant" else ""
    yield "健康状况", _health(member)
    yield "是否享受低保", "是" if household.get("assistance") == "dibao" else "否"
    yield "是否参加城镇职工基本养老保险", yes_no[member.get("employee_pension")]
    yield "是否参加新型农村合作医疗（城乡居民基本医疗保险）", yes_no[member.get("resident_medical_insurance")]
    yield "是否参加城镇职工基本医疗保险|是否参加大病保险|是否国外务工", "否"
    yield "是否特困供养人员", "否" if member.get("tekun") == "none" else ""
    yield "危房户", "否"
    yield "人均纯收入", _code(household.get("income_per_capita"))
    yield "户类型", kind[0]
    yield "易返贫致贫户(监测对象)类型", kind[1]
    yield "风险是否消除", "否" if kind[1] else ""
    yield "识别标准", "国家标准"


LAYOUTS: Final = {
    layout.name: layout
    for layout in (
        Layout("keys", (*_KEYS, *FACTS), _coded),
        Layout("labels", (*_LABELS, *(heading(fact) for fact in FACTS.values())), _labelled),
        Layout("register-1", REGISTER_1, lambda h, m, p: _register(h, m, p, REGISTER_1)),
        Layout("register-2", REGISTER_2, lambda h, m, p: _register(h, m, p, REGISTER_2)),
    )
}


# ── files ──


def records(among: Iterable[Wire], layout: str) -> Iterator[Record]:
    """Yield a record for every member."""
    for household in among:
        for place, member in enumerate(household["members"]):
            yield LAYOUTS[layout].record(household, member, place)


def dirty(rows: Iterable[Record], chance: random.Random, share: float = 0.05) -> Iterator[Record]:
    """Yield *rows* with the slips that people make and that a reader forgives."""
    for row in rows:
        for column, value in row.items():
            if value and chance.random() < share:
                row[column] = chance.choice(_SLIPS)(value)
        yield row


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


_SLIPS: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: f" {text}",
    lambda text: f"{text}\u3000",
    lambda text: f"\u200b{text}",
    _full_width,
)


def write(path: Path, rows: Iterable[Record], columns: Sequence[str], form: str) -> Path:
    """Write *rows* to *path* in one of FORMATS."""
    cells = [[row[column] for column in columns] for row in rows]
    match form:
        case "csv" | "csv-bom" | "gb18030" | "tab" | "semicolon" | "quoted" | "excel-text":
            path.write_bytes(_delimited([list(columns), *cells], form))
        case "parquet":
            frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row")
            frame.with_columns(pl.when(pl.all() != "").then(pl.all())).write_parquet(path)
        case "xlsx":
            write_workbook(path, [list(columns), *cells])
        case _:
            raise AssertionError(form)
    return path


FORMATS: Final = ("csv", "csv-bom", "gb18030", "tab", "semicolon", "quoted", "excel-text", "parquet", "xlsx")


def _delimited(rows: list[list[str]], form: str) -> bytes:
    text = io.StringIO()
    delimiter = {"tab": "\t", "semicolon": ";"}.get(form, ",")
    if form == "excel-text":  # as some programs protect long numbers
        rows = [rows[0], *([f'="{cell}"' if cell.isdecimal() else cell for cell in row] for row in rows[1:])]
    quoting = csv.QUOTE_ALL if form == "quoted" else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)
    encoding = {"csv-bom": "utf-8-sig", "gb18030": "gb18030"}.get(form, "utf-8")
    return text.getvalue().encode(encoding)


def register(
    path: Path, count: int, layout: str, form: str, *, slips: float = 0.0, dirt: float = 0.0, seed: int = 1
) -> Path:
    """Write an invented register of *count* members; *dirt* is the share of rows with a fault."""
    rows = records(people(count, seed), layout)
    if dirt:
        rows = soiled(rows, random.Random(seed), dirt)
    if slips:
        rows = dirty(rows, random.Random(seed), slips)
    return write(path, rows, LAYOUTS[layout].columns, form)


DAY: Final = date(2026, 11, 23)
HOME: Final = "341103"


def main() -> None:
    """Write the register that the command line asks for."""
    options = argparse.ArgumentParser(prog="python -m tests.batch.registers", description=__doc__)
    options.add_argument("path", type=Path)
    options.add_argument("--people", type=int, default=3_000)
    options.add_argument("--layout", choices=list(LAYOUTS), default="register-1")
    options.add_argument("--format", choices=FORMATS, default="xlsx")
    options.add_argument("--dirt", type=float, default=0.05, help="share of rows with a fault")
    options.add_argument("--slips", type=float, default=0.02, help="share of cells written carelessly")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    said = {"slips": asked.slips, "dirt": asked.dirt, "seed": asked.seed}
    register(asked.path, asked.people, asked.layout, asked.format, **said)


if __name__ == "__main__":
    main()
