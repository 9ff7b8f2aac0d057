"""重度残疾人单人户纳入低保：核对过的例子。今天是2026年11月23日。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_POOR,
    IN_SEVERE,
    NEAR_SEVERE,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

NO_HOME_OF_OWN = {"independent_household": False, "family_dependent": False}

BOOK = Book(
    base={
        **NOT_POOR,
        **NOT_CHILD_IN_DIFFICULTY,
        **IN_SEVERE["一级残疾"],
        "local": True,
        "age": 40,
        "work": "none",
        "assistance": "marginal",
        **NO_HOME_OF_OWN,
        "independent_household": True,
    },
    cases={
        "单独立户的成年无业重度残疾人": ({}, YES, "金额待区定"),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        # ── 成年 ──
        "17岁": ({"age": 17}, NO),
        "18岁": ({"age": 18}, YES),
        "当天满18周岁": ({"age": None, "birth_date": date(2008, 11, 23)}, YES),
        "明天才满18周岁": ({"age": None, "birth_date": date(2008, 11, 24)}, NO),
        "年龄不清楚": ({"age": None}, ASK),
        # ── 重度残疾 ──
        **each(IN_SEVERE, YES),
        **each(NEAR_SEVERE, NO),
        "没有残疾人证": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        # ── 无业 ──
        "失业": ({"work": "unemployed"}, YES),
        "在职": ({"work": "employed"}, NO),
        "灵活就业": ({"work": "self_employed"}, NO),
        "外出务工": ({"work": "migrant"}, NO),
        "转岗": ({"work": "laid_off"}, NO),
        "退休": ({"work": "retired"}, NO),
        "就业状况不清楚": ({"work": None}, ASK),
        # ── 生活困难 ──
        **{label: ({**NOT_POOR, **way}, YES) for label, way in IN_POOR.items()},
        "生活不困难": (NOT_POOR, NO),
        "困难没有问全": ({**NOT_POOR, "hardship_certified": None}, ASK),
        "低保边缘就不用再问建档立卡": ({"poverty_registration": None}, YES),
        # ── 立户 ──
        "靠家庭供养无法单独立户": ({**NO_HOME_OF_OWN, "family_dependent": True}, YES),
        "没有单独立户，也不靠家庭供养": (NO_HOME_OF_OWN, NO),
        "没有单独立户，是否靠家庭供养不清楚": ({**NO_HOME_OF_OWN, "family_dependent": None}, ASK),
        "单独立户不清楚": ({**NO_HOME_OF_OWN, "independent_household": None}, ASK),
        "单独立户了就不用问家庭供养": ({"family_dependent": None}, YES),
        "重度残疾的是别的成员": ({**NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
        "困难的只是别的成员": ({**NOT_POOR, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
