"""The plan's section 二, sentence by sentence: which policy carries it out, or why none does.

A sentence is accounted for when policies quote it to the last word.  What no policy
quotes needs a stated reason why it is no resident's entitlement, whether that is the
whole sentence (`REASONS`) or the rest of one (`REST`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.rules import Clause, Policy, Section
from policies.documents import PLAN
from policies.units import SECTIONS

FILE = Path(__file__).with_name("sources") / "nanqiao-2018-plan.txt"

TITLE = "标题：内容见本条以下各句。"

REASONS = {
    # ── 二(一) 教育 ──
    "实施第三期学前教育行动计划": "设施建设：新建小区配建幼儿园，扩大学前教育资源。",
    "通过“政府购买服务”等多种方式": "对机构的扶持：给普惠性民办幼儿园，不给家庭。",
    "实施国家全面改善贫困地区义务教育薄弱学校": "设施建设：改善薄弱学校的校舍和教学设备。",
    "坚持公办普通高中特色化办学之路": "学校管理：规范普通高中办学。",
    "推进中等职业教育建设工程": "设施建设：中职学校达到国家设置标准。",
    "按照省市推进教师“县管校聘”管理改革": "队伍建设：教师的聘用管理和编制。",
    "根据农村教师所在学校距离中心城市的远近": "教师待遇：农村学校补贴和乡镇工作补贴发给在岗教师，不是居民的待遇。",
    # ── 二(二) 就业创业 ──
    "构建覆盖城乡的就业服务体系": "服务网络建设：窗口、网络、移动终端和12333电话，人人可用，没有条件可以核对。",
    "增强基层公共就业创业服务功能": "工作机制：“四进四扶”是就业服务机构的工作方法。",
    "加强创业培训和创业孵化基地建设": "平台建设：创业培训、孵化基地和信息平台，没有写明个人得到什么。",
    "落实高校毕业生就业促进和创业引领计划": "另有计划：高校毕业生按国家专项计划办理，方案没有写明条件和待遇。",
    "大力扶持网络创业": "工作方向：没有写明扶持网络创业、大学生村官创业的条件和标准。",
    "完善创业指导帮扶长效机制": "工作机制：创业指导和创业大赛，没有个人待遇。",
    "加强对高技能人才的培养": "工作方向：人才培养，没有写明对象和待遇。",
    "加快培养新型职业农民": "培训规模：加大培训力度；个人可以参加的，见本条「免费接受职业培训」一句。",
    "到2020年,建成滁州市旅游商贸学校公共实训基地": "设施建设：公共实训基地。",
    # ── 二(三) 社会保险 ──
    "健全贫困地区基本社会保险制度": "制度建设：养老和医疗保险制度的完善，没有另定待遇。",
    "健全城乡居民基本养老保险制度": "制度建设：个人的养老待遇见本节第3条。",
    "改革医保支付方式": "医保管理：医保与医疗机构结算的办法。",
    "落实中央和省关于职工医保个人账户政策": "制度建设：职工医保的个人账户和门诊统筹。",
    "构建完善预防、补偿、康复相结合的工伤保险制度": "制度建设：工伤保险由用人单位参保，待遇另有法规规定。",
    "完善保障失业人员基本生活": "制度建设：失业保险待遇另有法规规定，方案没有另定。",
    "拓展社会保障卡应用功能": "服务手段：推广社会保障卡的用途。",
    "开展全民参保登记": "参保登记：组织各类从业人员参保，没有资助。",
    "鼓励在城乡流动就业的居民": "倡导：鼓励持续参保，没有资助。",
    "将在城镇稳定就业的农民工": "用人单位的义务：为农民工参加职工社会保险。",
    "实施建筑业等高风险行业工伤保险": "用人单位的义务：建筑等行业企业参加工伤保险。",
    # ── 二(四) 医疗卫生 ──
    "依据常住人口规模和服务半径": "机构建设：医疗卫生资源的布局和服务网络。",
    "重点实施全民健康保障工程": "设施建设：五院和区妇幼保健院。",
    "统筹实施乡镇卫生院和村卫生室补短板工程": "设施建设：乡镇卫生院和村卫生室达标。",
    "到2020年,南谯区内每千常住人口": "指标：每千人口床位数。",
    "深化基层医改": "体制改革：医联体和分级诊疗。",
    "强化人才培养,加强全科医生队伍建设": "队伍建设：医务人员的培养、调配和乡村医生待遇。",
    "到2020年,患者南谯境内就诊率": "指标：就诊率和中医药服务能力。",
    "加强居民健康教育与健康促进": "宣传教育：面向全体居民的健康教育和健康生活方式行动。",
    "开展重大疾病和突发急性传染病": "公共卫生工作：传染病联防联控。",
    "将流动人口纳入城镇计生服务范围": "服务范围：流动人口在居住地接受计生服务，本条的保健和筛查已不问户籍。",
    "按照国家规定,逐步提高人均基本公共卫生服务经费": "经费标准：拨给医疗卫生机构的人均经费，不发给个人。",
    "加强基层食品药品监管队伍建设": "队伍建设：食品药品监管。",
    # ── 二(五) 社会服务 ──
    "全面建立“一门受理、协同办理”救助服务平台": "平台和机制建设：救助申请的受理办法，不是一项待遇。",
    "推进社会救助网络建设": "服务网络建设：救助工作的网络。",
    "到2020年,每千名老人拥有养老床位数": "指标：每千名老人养老床位数。",
    "建立和完善公民婚姻信息数据库": "信息化建设：婚姻登记数据库。",
    "大力推广节地生态殡葬": "设施建设和倡导：公益性公墓建设，推广节地生态殡葬。",
    # ── 二(六) 住房保障 ──
    "加强危房改造技术指导": "办理要求：技术指导和档案管理，「一户一档」已列为农村危房改造的步骤。",
    "强化工程质量和竣工验收管理": "工程管理：竣工验收已列为农村危房改造的步骤。",
    "加快公共租赁住房及配套设施建设": "设施建设：公租房和配套设施。",
    # ── 二(七) 文化体育 ──
    "推进区图书馆、文化馆、博物馆、科技馆建设": "设施建设：图书馆、文化馆、博物馆、科技馆和文化乐园。",
    "为村文化活动室购置": "设施建设：村文化活动室的设备。",
    "科学配置公共体育资源": "设施建设：公共体育资源的配置。",
    "在城区规划建设10—15分钟健身圈": "设施建设：城区健身圈。",
    "推动南谯区“五个一”工程": "设施建设：体育馆、体育场、游泳设施、健身中心和体育公园。",
    "至2020年底,至少建成中小型全民健身活动中心": "指标：建成的健身中心、体育场和足球场地。",
    "推动省级广播电视节目无线数字化覆盖工程": "设施建设：广播电视信号覆盖和户户通工程。",
    "推进应急广播建设": "设施建设：应急广播体系。",
    "每年完成900场农村电影的放映任务": "指标：农村公益电影的放映场次和新片比，到场就能看。",
    "在基层综合性文化服务中心开展数字农家书屋试点": "设施建设：数字农家书屋试点。",
    # ── 二(八) 残疾人 ──
    "通过统筹整合现有资源": "设施建设：残疾人服务设施、残疾人之家和工作站。",
    "推动区级残疾人体育健身示范点建设": "设施建设：残疾人体育健身示范点。",
    "积极探索建立残疾人就业岗位预留制度": "用人单位的补贴：公益性岗位补贴和社会保险补贴发给安排残疾人就业的单位；岗位预留还在探索。",
}
"""Why a sentence that no policy quotes is no resident's entitlement, by its beginning."""

REST = {
    "推动城乡义务教育一体化发展": "办学标准：统一城乡学校的建设、公用经费和装备标准，对象是学校。",
    "大力发展职业教育和职业技能培训": "工作方向：发展职业教育和培训；个人可以参加的，见本条「免费接受职业培训」一句。",
    "建立统一的城乡居民基本医疗保险制度": "制度建设：统一居民医保的制度和经办管理。",
    "支持帮助建档立卡贫困人口": "指标：法定人员全覆盖是参保工作的目标。",
    "加强敬老院等托底保障性养老机构建设": "工作方向：社区养老服务和医养结合，没有写明个人待遇。",
    "加强区级建立困境儿童基本生活保障制度": "试点工作：未成年人社会保护试点，没有写明个人待遇。",
    "加强严重精神障碍患者管理": "指标：在册患者管理率和治疗率。",
    "全区五保户免费享有基本殡葬服务": "逐步实现：五保户以外的城乡居民尚未免费，方案只写「逐步实现」均等化。",
    "科学设置和动态调整公租房准入条件": "制度建设：准入条件由住建部门设置和调整。",
    "健全公共体育设施运行管理和服务标准": "管理标准：公共体育设施的运行和服务标准。",
    "加快已建公共场所和设施的无障碍改造": "设施建设：公共场所和设施的无障碍改造。",
}
"""The same for what policies leave of a sentence that they quote in part, by the beginning of the sentence."""


class CoverageError(ValueError):
    """The plan, the quotations, the reasons and the units do not fit together; the message says where."""


@dataclass(frozen=True)
class Covered:
    """A sentence of the plan and what becomes of it."""

    place: str
    sentence: str
    policies: tuple[Policy, ...]
    reason: str
    unquoted: str = ""
    """What no policy quotes."""

    @property
    def left_over(self) -> bool:
        """Whether something in it has neither a policy nor a reason."""
        return bool(self.unquoted) and not self.reason


def coverage(policies: Iterable[Policy], text: str | None = None) -> tuple[Covered, ...]:
    """Return every sentence of section 二 with its policies and its reason.

    Raise CoverageError when a quotation stands nowhere in its item, a reason begins
    no sentence or several, or the units are not those of `units.py`.
    """
    items = read(FILE.read_text(encoding="utf-8") if text is None else text)
    quoted: dict[str, list[tuple[range, Policy]]] = {place: [] for place in items}
    for policy in policies:
        for clause in quotations(policy):
            standing = _standing(clause, items)
            quoted[clause.number].append((standing, policy))
    found = tuple(covered for place, item in items.items() for covered in _cover(place, item, quoted[place]))
    for beginning in (*REASONS, *REST):
        if (times := sum(covered.sentence.startswith(beginning) for covered in found)) != 1:
            raise CoverageError(f"以「{beginning}」开头的句子应有一句，方案中有{times}句")
    return found


def quotations(policy: Policy) -> Iterator[Clause]:
    """Yield what *policy* and its conditions quote from the plan."""
    for clause in dict.fromkeys((policy.clause, *(condition.clause for condition in policy.conditions))):
        if clause.source == PLAN and clause.quote:
            yield clause


def read(text: str) -> dict[str, str]:
    """Return the items of section 二 by their place, such as 二(五)2, having checked the units."""
    body = text.partition("二、主要任务")[2].partition("三、保障措施")[0]
    _, *parts = re.split(r"^\((.)\)(.+)。$", body, flags=re.MULTILINE)
    headings = [(f"二({number})", title) for number, title in zip(parts[::3], parts[1::3], strict=True)]
    if headings != [(section.number, section.title) for section in SECTIONS]:
        raise CoverageError("方案第二部分的各节与 units.py 不同")
    items: dict[str, str] = {}
    for section, lines in zip(SECTIONS, parts[2::3], strict=True):
        items |= _read_section(section, lines)
    return items


def _read_section(section: Section, lines: str) -> dict[str, str]:
    items: dict[str, str] = {}
    units = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        if item := re.fullmatch(r"(\d+)\.\s*(.+)", line):
            items[f"{section.number}{item[1]}"] = item[2]
        elif listed := re.fullmatch(r"(牵头责任单位|配合单位):(.+?)等?。?", line):
            units[listed[1]] = listed[2]
        else:
            raise CoverageError(f"{section.number}有一行既不是条目也不是单位：{line}")
    for role, expected in (("牵头责任单位", section.lead_units), ("配合单位", section.cooperating_units)):
        names = "、".join(unit.name_in_source for unit in expected)
        if units.get(role) != names:
            raise CoverageError(f"{section.number}的{role}，方案为{units.get(role)}，units.py 为{names}")
    return items


def _standing(clause: Clause, items: dict[str, str]) -> range:
    """Return where in its item a quotation stands."""
    item = items.get(clause.number, "")
    if (times := item.count(clause.quote)) != 1:
        raise CoverageError(f"{clause.number}应有一处「{clause.quote}」，实有{times}处")
    start = item.index(clause.quote)
    return range(start, start + len(clause.quote))


def _cover(place: str, item: str, quoted: list[tuple[range, Policy]]) -> Iterator[Covered]:
    for number, match in enumerate(re.finditer(r"[^。；]+[。；]?", item)):
        here = range(*match.span())
        policies = dict.fromkeys(policy for at, policy in quoted if max(at[0], here[0]) <= min(at[-1], here[-1]))
        rest = "".join(" " if any(i in at for at, _ in quoted) else item[i] for i in here)
        unquoted = "……".join(part.strip("和、，,。；") for part in rest.split() if _says_something(part))
        reason = TITLE if number == 0 else _reason(match[0], REST if policies else REASONS)
        yield Covered(place, match[0], tuple(policies), reason, unquoted)


def _says_something(part: str) -> bool:
    """Whether more than punctuation and a connective is left between two quotations."""
    return bool(re.sub(r"\W|以及|和|及", "", part))


def _reason(sentence: str, reasons: dict[str, str]) -> str:
    return next((reason for beginning, reason in reasons.items() if sentence.startswith(beginning)), "")
