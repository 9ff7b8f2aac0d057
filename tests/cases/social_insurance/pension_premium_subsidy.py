"""城乡居民养老保险费代缴：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_DIBAO,
    IN_SEVERE,
    IN_TEKUN,
    NEAR_SEVERE,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

NONE = {**NOT_POOR, **NOT_DISABLED, "family_planning_support": False}

BOOK = Book(
    base={
        **NONE,
        "local": True,
        "age": 40,
        "schooling": "none",
        "employee_pension": False,
        "assistance": "dibao",
    },
    in_force=date(2018, 1, 1),
    cases={
        "低保对象": ({}, YES, "200元/年"),
        # ── 特殊困难群体，各自单独成立 ──
        **each({label: {**NONE, **way} for label, way in IN_DIBAO.items()}, YES),
        **each({label: {**NONE, **way} for label, way in IN_TEKUN.items()}, YES),
        **each({label: {**NONE, **way} for label, way in IN_SEVERE.items()}, YES),
        "计划生育特别扶助对象": ({**NONE, "family_planning_support": True}, YES, "200元/年"),
        "未脱贫建档立卡": ({**NONE, "poverty_registration": "registered"}, YES),
        "防止返贫监测对象": ({**NONE, "poverty_registration": "monitored"}, YES),
        "低保又是重度残疾，仍只代缴一份": ({"disability_category": "vision", "disability_grade": "1"}, YES, "200元/年"),
        "低保、特困、计生特扶三种身份，仍只代缴一份": (
            {"tekun": "dispersed", "family_planning_support": True},
            YES,
            "200元/年",
        ),
        **each(
            {
                "哪一种都不是": NONE,
                "已脱贫的不在代缴之列": {**NONE, "poverty_registration": "lifted"},
                "低保边缘": {**NONE, "assistance": "marginal"},
                "其他低收入": {**NONE, "assistance": "low_income"},
                "只有家庭经济困难认定": {**NONE, "hardship_certified": True},
                "困境儿童类别不算": {**NONE, "age": 17, "child_protection": "orphan"},
            },
            NO,
        ),
        **each({label: {**NONE, **way} for label, way in NEAR_SEVERE.items()}, NO),
        "只有别的成员是特困、重度残疾": ({**NONE, **ONLY_ANOTHER_MEMBER}, NO),
        "只有别的成员是计生特扶": ({**NONE, "members": [{}, {"family_planning_support": True}]}, NO),
        # ── 参保条件 ──
        "正好16岁": ({"age": 16}, YES),
        "17岁": ({"age": 17}, YES),
        "15岁": ({"age": 15}, NO),
        "59岁": ({"age": 59}, YES),
        "正好60岁开始领取": ({"age": 60}, NO),
        "61岁": ({"age": 61}, NO),
        "当天满16岁": ({"age": None, "birth_date": date(2010, 11, 23)}, YES),
        "明天才满16岁": ({"age": None, "birth_date": date(2010, 11, 24)}, NO),
        "当天满60岁": ({"age": None, "birth_date": date(1966, 11, 23)}, NO),
        "明天才满60岁": ({"age": None, "birth_date": date(1966, 11, 24)}, YES),
        **each(
            {
                "在幼儿园": {"schooling": "preschool"},
                "在读小学": {"schooling": "primary"},
                "在读初中": {"schooling": "junior"},
                "高中在校生": {"schooling": "senior_high"},
                "中职在校生": {"schooling": "vocational"},
                "大学在校生": {"schooling": "higher"},
            },
            NO,
        ),
        "已参加职工养老保险": ({"employee_pension": True}, NO),
        "外区户籍": ({"local": False}, NO),
        # ── 没有问全 ──
        "年龄不清楚": ({"age": None}, ASK),
        "在不在校不清楚": ({"schooling": None}, ASK),
        "有没有职工养老保险不清楚": ({"employee_pension": None}, ASK),
        "户籍不清楚": ({"local": None}, ASK),
        "低保不清楚": ({**NONE, "assistance": None}, ASK),
        "单人保不清楚": ({**NONE, "single_dibao": None}, ASK),
        "特困不清楚": ({**NONE, "tekun": None}, ASK),
        "残疾等级不清楚": ({**NONE, "disability_grade": None}, ASK),
        "计生特扶不清楚": ({**NONE, "family_planning_support": None}, ASK),
        "建档立卡不清楚": ({**NONE, "poverty_registration": None}, ASK),
        "已是低保，其他身份不清楚也代缴": (
            {"tekun": None, "disability_grade": None, "family_planning_support": None},
            YES,
            "200元/年",
        ),
        "身份不清楚但有职工养老保险": ({**NONE, "tekun": None, "employee_pension": True}, NO),
    },
)
