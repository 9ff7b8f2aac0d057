"""五保户免费基本殡葬服务：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_POOR,
    IN_TEKUN,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    NOT_TEKUN,
    ONLY_ANOTHER_MEMBER,
)

BOOK = Book(
    base={
        **NOT_POOR,
        **NOT_DISABLED,
        **NOT_CHILD_IN_DIFFICULTY,
        "local": True,
        "tekun": "dispersed",
    },
    cases={
        "五保户": ({}, YES, "文件未定金额"),
        **each(IN_TEKUN, YES),
        "不是五保户": (NOT_TEKUN, NO),
        **{f"{label}不是五保户": ({**NOT_POOR, **way}, NO) for label, way in IN_POOR.items() if label not in IN_TEKUN},
        "五保不清楚": ({"tekun": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "户籍不清楚，但不是五保户": ({**NOT_TEKUN, "local": None}, NO),
        "只有别的成员是五保户": ({**NOT_TEKUN, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
