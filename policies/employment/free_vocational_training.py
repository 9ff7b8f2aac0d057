"""免费职业培训：贫困家庭子女、农民工、失业和转岗人员、退役军人等免费学技能。"""

from datetime import date

from app.rules import (
    Entitlement,
    Force,
    Kind,
    Period,
    Policy,
    Procedure,
    any_of,
    condition,
    group,
)
from policies.documents import PLAN
from policies.facts import Military, Person, Work
from policies.groups import DIBAO, REGISTERED, TEKUN
from policies.units import EMPLOYMENT_SECTION

GRANT = PLAN.quote(
    "二(二)3",
    "开展贫困家庭子女、未继续升学的应届初高中毕业生、农民工、失业人员和转岗职工、退役军人等人群免费接受职业培训行动。",
)

POLICY = Policy(
    code="free-vocational-training",
    title="免费职业培训",
    subject=Person,
    section=EMPLOYMENT_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("年满16周岁", Person.age >= 16, GRANT),
        condition(
            "属于免费培训的人群",
            any_of(
                # 贫困家庭子女
                REGISTERED,
                DIBAO,
                TEKUN,
                Person.graduate_not_continuing,
                group(
                    "农民工、失业或转岗人员",
                    Person.work.is_(Work.MIGRANT, Work.UNEMPLOYED, Work.LAID_OFF),
                ),
                group("退役军人", Person.military.is_(Military.RETIRED)),
            ),
            GRANT,
        ),
    ),
    entitlement=Entitlement("免费参加职业技能培训"),
    procedure=Procedure(
        steps=("报名", "区人社局审核", "参加培训"),
        materials=("居民身份证", "相应身份的证明"),
        where="所在村（社区）或镇便民服务中心",
    ),
)
