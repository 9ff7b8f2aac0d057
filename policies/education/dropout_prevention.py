"""控辍保学：帮助失学的建档立卡家庭孩子回到学校，读完义务教育。"""

from datetime import date

from app.rules import Entitlement, Force, Kind, Period, Policy, Procedure, condition
from policies.documents import COMPULSORY_EDUCATION, PLAN
from policies.facts import Person, Schooling
from policies.groups import REGISTERED
from policies.units import EDUCATION_SECTION

GRANT = PLAN.quote("二(一)2", "进一步加强控辍保学,保障建档立卡贫困家庭学生顺利完成义务教育。")
SCHOOL_AGE = COMPULSORY_EDUCATION.article("第十一条", "孩子满六周岁，父母或监护人应当送其入学接受义务教育。")

POLICY = Policy(
    code="dropout-prevention",
    title="控辍保学",
    subject=Person,
    section=EDUCATION_SECTION,
    clause=GRANT,
    force=Force.FIRM,
    kind=Kind.SERVICE,
    in_force=Period(date(2018, 11, 19)),
    conditions=(
        condition("年满6周岁", Person.age >= 6, SCHOOL_AGE),
        condition("未满16周岁", Person.age < 16, GRANT),
        condition("没有在校就读", Person.schooling.is_(Schooling.NONE), GRANT),
        condition("建档立卡家庭", REGISTERED, GRANT),
    ),
    entitlement=Entitlement("帮助入学、复学，直到完成义务教育"),
    procedure=Procedure(
        steps=("告知村（社区）或附近的学校", "区教体局安排入学、复学"),
        materials=("户口簿",),
        where="户籍所在村（社区）或附近的学校",
    ),
)
