"""低收入老年人居家养老服务补贴：核对过的例子。今天是2026年11月23日。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book
from tests.cases.groups import (
    IN_LOW_INCOME,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

BOOK = Book(
    base={
        **NOT_POOR,
        **NOT_DISABLED,
        **NOT_CHILD_IN_DIFFICULTY,
        "local": True,
        "age": 70,
        "assistance": "marginal",
    },
    cases={
        "低保边缘家庭的老人": ({}, YES, "金额待区定"),
        "59岁": ({"age": 59}, NO),
        "60岁": ({"age": 60}, YES),
        "当天满60周岁": ({"age": None, "birth_date": date(1966, 11, 23)}, YES),
        "明天才满60周岁": ({"age": None, "birth_date": date(1966, 11, 24)}, NO),
        "年龄不清楚": ({"age": None}, ASK),
        "不满60周岁，低收入不用问": ({**NOT_POOR, "age": 59, "assistance": None}, NO),
        **{label: ({**NOT_POOR, **way}, YES, "金额待区定") for label, way in IN_LOW_INCOME.items()},
        "不是低收入人口": (NOT_POOR, NO),
        "只有家庭经济困难认定，不算低收入": ({**NOT_POOR, "hardship_certified": True}, NO),
        "低收入没有问全": ({**NOT_POOR, "poverty_registration": None}, ASK),
        "救助认定不清楚": ({**NOT_POOR, "assistance": None}, ASK),
        "单人保不清楚": ({**NOT_POOR, "single_dibao": None}, ASK),
        "特困不清楚": ({**NOT_POOR, "tekun": None}, ASK),
        "低保边缘就不用问建档立卡": ({"poverty_registration": None}, YES),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "单人保、特困的只是别的成员": ({**NOT_POOR, **ONLY_ANOTHER_MEMBER}, NO),
        "年老的是别的成员": ({"age": 50, "members": [{}, {"age": 70}]}, NO),
    },
)
