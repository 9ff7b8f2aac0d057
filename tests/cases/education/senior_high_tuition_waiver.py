"""普通高中免学杂费：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_DIBAO,
    IN_DISABLED,
    IN_REGISTERED,
    IN_TEKUN,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

NONE = {**NOT_POOR, **NOT_DISABLED}

BOOK = Book(
    base={**NONE, "schooling": "senior_high", "poverty_registration": "registered"},
    cases={
        "建档立卡高中生": ({}, YES, "文件未定金额"),
        **each({label: {**NONE, **way} for label, way in IN_REGISTERED.items()}, YES),
        **each({label: {**NONE, **way} for label, way in IN_DIBAO.items()}, YES),
        **each({label: {**NONE, **way} for label, way in IN_TEKUN.items()}, YES),
        "认定的家庭经济困难": ({**NONE, "hardship_certified": True}, YES),
        **each(
            {
                "哪一种都不是": NONE,
                "低保边缘，没有困难认定": {**NONE, "assistance": "marginal"},
                "其他低收入，没有困难认定": {**NONE, "assistance": "low_income"},
            },
            NO,
        ),
        **each({f"{label}但家庭不困难": {**NONE, **way} for label, way in IN_DISABLED.items()}, NO),
        "孤儿但没有其他认定": ({**NONE, "child_protection": "orphan"}, NO),
        "只有别的成员是特困": ({**NONE, **ONLY_ANOTHER_MEMBER}, NO),
        "建档立卡不清楚": ({**NONE, "poverty_registration": None}, ASK),
        "低保不清楚": ({**NONE, "assistance": None}, ASK),
        "单人保不清楚": ({**NONE, "single_dibao": None}, ASK),
        "特困不清楚": ({**NONE, "tekun": None}, ASK),
        "困难认定不清楚": ({**NONE, "hardship_certified": None}, ASK),
        "建档立卡，其余不用问": ({"assistance": None, "tekun": None, "hardship_certified": None}, YES),
        **each(
            {
                "不在校": {"schooling": "none"},
                "幼儿园": {"schooling": "preschool"},
                "小学": {"schooling": "primary"},
                "初中": {"schooling": "junior"},
                "中职": {"schooling": "vocational"},
                "大学": {"schooling": "higher"},
            },
            NO,
        ),
        "不知道读什么学校": ({"schooling": None}, ASK),
    },
)
