"""重特大疾病医疗救助：低收入人口患重特大疾病，自己负担不起的医疗费用由医疗救助补助。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import MEDICAL_AID_2022, PLAN
from policies.facts import Household, Person
from policies.figures import figure
from policies.groups import LOW_INCOME
from policies.units import MEDICAL_REFORM, SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)1", "全面开展重特大疾病医疗救助工作。")
WHO = MEDICAL_AID_2022.article(
    "救助对象",
    "特困人员、低保对象、低保边缘家庭成员、返贫致贫人口和防止返贫监测对象等，分类享受医疗救助。",
)

AID = figure("medical-assistance.aid", "重特大疾病医疗救助金", "元", MEDICAL_REFORM)

POLICY = Policy(
    code="medical-assistance",
    title="重特大疾病医疗救助",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.CASH,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("本区户籍", Household.local, GRANT),
        condition("患重特大疾病", Person.critical_illness, GRANT),
        condition("属于低收入人口", LOW_INCOME, WHO),
    ),
    entitlement=Entitlement("补助医疗费用中自己负担的部分", AID, "元"),
    procedure=Procedure(
        steps=(
            "低保家庭成员、特困供养人员直接办理，不用另行申请",
            "其他人员向镇（街道）申请，镇（街道）审核、公示",
            "医疗救助主管部门审批",
        ),
        materials=("居民身份证或户口簿", "医疗费用凭据"),
        where="镇（街道）便民服务中心",
    ),
    notes=(
        "2019年3月起，医疗救助改由医疗保障部门审批。",
        "救助比例和限额按人员类别不同，本区的标准由区里公布。",
    ),
)
