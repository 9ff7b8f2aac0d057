"""就业脱贫帮扶：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import IN_DIBAO, IN_REGISTERED, IN_TEKUN, NOT_POOR, NOT_REGISTERED

BOOK = Book(
    base={**NOT_POOR, "age": 40, "labour_capacity": True, "poverty_registration": "registered"},
    cases={
        "建档立卡劳动力": ({}, YES, "文件未定金额"),
        **each(IN_REGISTERED, YES),
        "不是建档立卡": (NOT_REGISTERED, NO),
        **each({f"{label}但不是建档立卡": {**NOT_POOR, **way} for label, way in IN_DIBAO.items()}, NO),
        **each({f"{label}但不是建档立卡": {**NOT_POOR, **way} for label, way in IN_TEKUN.items()}, NO),
        "低保边缘但不是建档立卡": ({**NOT_POOR, "assistance": "marginal"}, NO),
        "建档立卡不清楚": ({"poverty_registration": None}, ASK),
        "没有劳动能力": ({"labour_capacity": False}, NO),
        "劳动能力不清楚": ({"labour_capacity": None}, ASK),
        "有劳动能力的是别的成员": ({"labour_capacity": False, "members": [{}, {"labour_capacity": True}]}, NO),
        "正好16岁": ({"age": 16}, YES),
        "17岁": ({"age": 17}, YES),
        "15岁": ({"age": 15}, NO),
        "59岁": ({"age": 59}, YES),
        "正好60岁": ({"age": 60}, NO),
        "61岁": ({"age": 61}, NO),
        "当天满16岁": ({"age": None, "birth_date": date(2010, 11, 23)}, YES),
        "明天才满16岁": ({"age": None, "birth_date": date(2010, 11, 24)}, NO),
        "当天满60岁": ({"age": None, "birth_date": date(1966, 11, 23)}, NO),
        "明天才满60岁": ({"age": None, "birth_date": date(1966, 11, 24)}, YES),
        "年龄不清楚": ({"age": None}, ASK),
        "年龄不清楚但没有劳动能力": ({"age": None, "labour_capacity": False}, NO),
    },
)
