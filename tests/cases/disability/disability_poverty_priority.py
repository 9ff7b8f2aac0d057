"""贫困残疾人优先享受扶贫惠农政策：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_DISABLED,
    IN_POOR,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

BOOK = Book(
    base={
        **NOT_POOR,
        **NOT_CHILD_IN_DIFFICULTY,
        **IN_DISABLED["三级残疾"],
        "assistance": "marginal",
        "local": True,
        "labour_capacity": True,
    },
    cases={
        "有劳动能力的低保边缘残疾人": ({}, YES, "文件未定金额"),
        **each(IN_DISABLED, YES),
        "没有残疾人证": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        **{label: ({**NOT_POOR, **way}, YES) for label, way in IN_POOR.items()},
        "家庭不困难": (NOT_POOR, NO),
        "困难没有问全": ({**NOT_POOR, "poverty_registration": None}, ASK),
        "没有劳动能力": ({"labour_capacity": False}, NO),
        "劳动能力不清楚": ({"labour_capacity": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "家庭困难，只有别的成员残疾": ({**NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
        "本人残疾，只有别的成员困难": ({**NOT_POOR, **ONLY_ANOTHER_MEMBER}, NO),
        "只有别的成员有劳动能力": ({"labour_capacity": False, "members": [{}, {"labour_capacity": True}]}, NO),
    },
)
