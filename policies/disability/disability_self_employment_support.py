"""残疾人自主创业和灵活就业扶持：税费减免、社会保险补贴、经营场所和启动资金。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Household, Person, Work
from policies.figures import figure
from policies.groups import DISABLED
from policies.units import DISABILITY_SECTION, DISABLED_FEDERATION

GRANT = PLAN.quote(
    "二(八)3",
    "多渠道扶持残疾人自主创业和灵活就业,按规定给予税费减免和社会保险补贴,帮助安排经营场所、提供启动资金支持。",
)

SUBSIDY = figure("disability-self-employment-support.subsidy", "残疾人自主创业补贴", "元", DISABLED_FEDERATION)

POLICY = Policy(
    code="disability-self-employment-support",
    title="残疾人自主创业和灵活就业扶持",
    subject=Person,
    section=DISABILITY_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("持有残疾人证", DISABLED, GRANT),
        condition("自主创业或灵活就业", Person.work.is_(Work.SELF_EMPLOYED), GRANT),
    ),
    entitlement=Entitlement("发放补贴，并按规定减免税费、补贴社会保险、帮助安排经营场所", SUBSIDY, "元"),
    procedure=Procedure(
        steps=("本人申请", "镇（街道）审核", "区残联审批", "打卡发放"),
        materials=("居民身份证", "户口簿", "残疾人证"),
        where="户籍所在镇便民服务中心或区残联",
    ),
)
