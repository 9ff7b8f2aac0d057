"""困境儿童基本生活保障：核对过的例子。今天是2026年11月23日。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book
from tests.cases.groups import (
    IN_CHILD_IN_DIFFICULTY,
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
        **NOT_DISABLED,
        "local": True,
        "age": 10,
        "child_protection": "orphan",
    },
    cases={
        **{label: (way, YES, "金额待区定") for label, way in IN_CHILD_IN_DIFFICULTY.items()},
        "不是困境儿童": (NOT_CHILD_IN_DIFFICULTY, NO),
        **{f"{label}，但不是困境儿童": ({**NOT_CHILD_IN_DIFFICULTY, **way}, NO) for label, way in IN_POOR.items()},
        **{f"{label}，但不是困境儿童": ({**NOT_CHILD_IN_DIFFICULTY, **way}, NO) for label, way in IN_DISABLED.items()},
        "困境儿童类别不清楚": ({"child_protection": None}, ASK),
        "17岁": ({"age": 17}, YES),
        "18岁": ({"age": 18}, NO),
        "当天满18周岁": ({"age": None, "birth_date": date(2008, 11, 23)}, NO),
        "明天才满18周岁": ({"age": None, "birth_date": date(2008, 11, 24)}, YES),
        "年龄不清楚": ({"age": None}, ASK),
        "成年人，类别不用问": ({"age": 18, "child_protection": None}, NO),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "孤儿是别的成员": ({**NOT_CHILD_IN_DIFFICULTY, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
