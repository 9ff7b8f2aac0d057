"""贫困和重度残疾人社会保险个人缴费资助：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_DISABLED,
    IN_POOR,
    IN_SEVERE,
    NEAR_SEVERE,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

FOURTH = {"disability_category": "hearing", "disability_grade": "4"}
POOR = {"assistance": "low_income"}

BOOK = Book(
    base={**NOT_POOR, **NOT_CHILD_IN_DIFFICULTY, **IN_SEVERE["二级残疾"], "local": True},
    cases={
        "重度残疾人不问收入": ({}, YES, "金额待区定"),
        **each(IN_SEVERE, YES),
        **each(NEAR_SEVERE, NO),
        **{f"贫困的{label}人": ({**POOR, **way}, YES) for label, way in IN_DISABLED.items()},
        **{f"四级残疾：{label}": ({**FOURTH, **way}, YES) for label, way in IN_POOR.items()},
        **{f"没有残疾人证：{label}": ({**NOT_DISABLED, **way}, NO) for label, way in IN_POOR.items()},
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        "四级残疾，困难没有问全": ({**FOURTH, "hardship_certified": None}, ASK),
        "重度残疾，困难不用问": ({"hardship_certified": None, "assistance": None, "single_dibao": None}, YES),
        "只有别的成员残疾和困难": ({**NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
        "本人四级残疾，只有别的成员困难": ({**FOURTH, **ONLY_ANOTHER_MEMBER}, NO),
        "家庭困难，只有别的成员残疾": ({**NOT_DISABLED, **POOR, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
