"""城乡居民大病保险：参加居民医保的人得了大病，在医保之外再报销一次。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import PLAN
from policies.facts import Person
from policies.units import MEDICAL_REFORM, SOCIAL_INSURANCE_SECTION

GRANT = PLAN.quote("二(三)1", "全面实施城乡居民大病保险制度。")

POLICY = Policy(
    code="critical-illness-insurance",
    title="城乡居民大病保险",
    subject=Person,
    section=SOCIAL_INSURANCE_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.INSURANCE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("已参加城乡居民医保", Person.resident_medical_insurance, GRANT),
        condition("患重特大疾病", Person.critical_illness, GRANT),
    ),
    entitlement=Entitlement("居民医保报销后，按大病保险规定再报销"),
    procedure=Procedure(
        steps=("居民医保报销", "大病保险再报销"),
        materials=("居民身份证或社保卡", "就医费用单据"),
        where="医保经办窗口",
    ),
    handling_unit=MEDICAL_REFORM,
    notes=("安徽省2020年起对特困人员、低保对象和贫困人口倾斜：起付线减半，报销比例提高，不设封顶线。",),
)
