"""困难群体参保资助：核对过的例子。"""

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
    base={**NONE, "local": True, "tekun": "dispersed"},
    cases={
        "特困人员": ({}, YES, "金额待区定"),
        **each({label: {**NONE, **way} for label, way in IN_TEKUN.items()}, YES),
        **{label: ({**NONE, **way}, YES, "金额待区定") for label, way in IN_DIBAO.items()},
        **{label: ({**NONE, **way}, YES, "金额待区定") for label, way in IN_REGISTERED.items()},
        "低保兼建档立卡，是不是特困不清楚": (
            {"tekun": None, "assistance": "dibao", "poverty_registration": "registered"},
            YES,
            "金额待核实特困供养(含五保)后确定",
        ),
        "建档立卡，低保不清楚": (
            {"tekun": "none", "assistance": None, "poverty_registration": "registered"},
            YES,
            "金额待核实家庭救助认定后确定",
        ),
        **each(
            {
                "哪一种都不是": NONE,
                "低保边缘": {**NONE, "assistance": "marginal"},
                "其他低收入": {**NONE, "assistance": "low_income"},
                "只有家庭经济困难认定": {**NONE, "hardship_certified": True},
            },
            NO,
        ),
        **each({f"{label}，哪一种都不是": {**NONE, **way} for label, way in IN_DISABLED.items()}, NO),
        "只有别的成员是特困": ({**NONE, **ONLY_ANOTHER_MEMBER}, NO),
        "建档立卡不清楚": ({**NONE, "poverty_registration": None}, ASK),
        "低保不清楚": ({**NONE, "assistance": None}, ASK),
        "单人保不清楚": ({**NONE, "single_dibao": None}, ASK),
        "特困不清楚": ({**NONE, "tekun": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "户籍不清楚但哪一种都不是": ({**NONE, "local": None}, NO),
    },
)
