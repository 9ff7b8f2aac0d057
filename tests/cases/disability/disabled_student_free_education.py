"""残疾学生十二年免费教育：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_DISABLED,
    IN_POOR,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

POOR = {"hardship_certified": True}

BOOK = Book(
    base={
        **NOT_POOR,
        **POOR,
        **NOT_CHILD_IN_DIFFICULTY,
        **IN_DISABLED["二级残疾"],
        "local": True,
        "schooling": "primary",
    },
    cases={
        "家庭经济困难的残疾小学生": ({}, YES, "文件未定金额"),
        **{f"在读{stage}": ({"schooling": stage}, YES) for stage in ("primary", "junior", "senior_high", "vocational")},
        **{f"在读{stage}不在十二年内": ({"schooling": stage}, NO) for stage in ("none", "preschool", "higher")},
        "在校阶段不清楚": ({"schooling": None}, ASK),
        **each(IN_DISABLED, YES),
        "没有残疾人证": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        **{label: ({**NOT_POOR, **way}, YES) for label, way in IN_POOR.items()},
        "家庭不困难": (NOT_POOR, NO),
        "困难没有问全": ({**NOT_POOR, "tekun": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "家庭困难，只有别的成员残疾": ({**NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
        "本人残疾，只有别的成员困难": ({**NOT_POOR, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
