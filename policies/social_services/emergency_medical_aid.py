"""疾病应急救助：急危重伤病患者身份不明或无力支付急救费用的，先救治，费用由应急救助基金支付。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN, SOCIAL_ASSISTANCE
from policies.facts import Person
from policies.units import SOCIAL_SERVICES_SECTION

GRANT = PLAN.quote("二(五)1", "健全疾病应急救助制度")
WHO = SOCIAL_ASSISTANCE.article("第三十二条", "需要急救但身份不明或者无力支付急救费用的急危重伤病患者，给予救助。")

POLICY = Policy(
    code="emergency-medical-aid",
    title="疾病应急救助",
    subject=Person,
    section=SOCIAL_SERVICES_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(condition("急危重伤病，身份不明或无力支付", Person.emergency_unpaid, WHO),),
    entitlement=Entitlement("先行急救，急救费用由疾病应急救助基金支付给医疗机构"),
    procedure=Procedure(
        steps=("医疗机构先行救治", "医疗机构向疾病应急救助基金申请支付"),
        materials=(),
        where="就诊的医疗机构",
    ),
    notes=("由医疗机构向基金申请（国办发〔2013〕15号），患者不用自己申请。",),
)
