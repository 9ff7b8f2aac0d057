"""重特大疾病医疗救助：核对过的例子。"""

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
        "critical_illness": True,
        "assistance": "dibao",
    },
    cases={
        "患大病的低保对象": ({}, YES, "金额待区定"),
        **{label: ({**NOT_POOR, **way}, YES, "金额待区定") for label, way in IN_LOW_INCOME.items()},
        "不是低收入人口": (NOT_POOR, NO),
        "只有学校认定的家庭经济困难，不算低收入": ({**NOT_POOR, "hardship_certified": True}, NO),
        "低收入没有问全": ({**NOT_POOR, "poverty_registration": None}, ASK),
        "救助认定不清楚": ({**NOT_POOR, "assistance": None}, ASK),
        "单人保不清楚": ({**NOT_POOR, "single_dibao": None}, ASK),
        "特困不清楚": ({**NOT_POOR, "tekun": None}, ASK),
        "是低保就不用问建档立卡": ({"poverty_registration": None}, YES),
        "没有患大病": ({"critical_illness": False}, NO),
        "患病情况不清楚": ({"critical_illness": None}, ASK),
        "没有患大病，低收入不用问": ({**NOT_POOR, "assistance": None, "critical_illness": False}, NO),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "单人保、特困的只是别的成员": ({**NOT_POOR, **ONLY_ANOTHER_MEMBER}, NO),
        "患大病的是别的成员": ({"critical_illness": False, "members": [{}, {"critical_illness": True}]}, NO),
    },
)
