"""学前教育资助：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_CHILD_IN_DIFFICULTY,
    IN_DISABLED,
    IN_POOR,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

NEITHER = {**NOT_POOR, **NOT_DISABLED, **NOT_CHILD_IN_DIFFICULTY}

BOOK = Book(
    base={**NEITHER, "schooling": "preschool", "poverty_registration": "registered"},
    cases={
        "建档立卡幼儿": ({}, YES, "不低于800元/年"),
        "残疾幼儿不是建档立卡": ({**NEITHER, "disability_grade": "4"}, YES, "金额待区定"),
        "建档立卡不清楚时金额待核实": (
            {**NEITHER, "poverty_registration": None, "disability_grade": "4"},
            YES,
            "金额待核实建档立卡后确定",
        ),
        **{label: ({**NEITHER, **way}, YES) for label, way in IN_POOR.items()},
        **{label: ({**NEITHER, **way}, YES) for label, way in IN_DISABLED.items()},
        **{label: ({**NEITHER, **way}, YES) for label, way in IN_CHILD_IN_DIFFICULTY.items()},
        "什么困难都没有": (NEITHER, NO),
        "只有别的成员困难": ({**NEITHER, **ONLY_ANOTHER_MEMBER}, NO),
        "困难没有问全": ({**NEITHER, "poverty_registration": None}, ASK),
        "不知道在不在幼儿园": ({"schooling": None}, ASK),
        **each(
            {
                stage: {"schooling": stage}
                for stage in ("none", "primary", "junior", "senior_high", "vocational", "higher")
            },
            NO,
        ),
    },
)
