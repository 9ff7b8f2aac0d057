"""敬老院托底供养：核对过的例子。"""

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
        "tekun": "institutional",
        "self_care": "partial",
    },
    cases={
        "半失能特困人员": ({}, YES, "文件未定金额"),
        "失能特困人员": ({"self_care": "unable"}, YES),
        "能自理的特困人员": ({"self_care": "able"}, NO),
        "自理能力不清楚": ({"self_care": None}, ASK),
        **each(IN_TEKUN, YES),
        "不是特困": (NOT_TEKUN, NO),
        **{f"{label}不是特困": ({**NOT_POOR, **way}, NO) for label, way in IN_POOR.items() if label not in IN_TEKUN},
        "特困不清楚": ({"tekun": None}, ASK),
        "能自理，特困不用问": ({"tekun": None, "self_care": "able"}, NO),
        "只有别的成员是特困": ({**NOT_TEKUN, **ONLY_ANOTHER_MEMBER}, NO),
        "失能的是别的成员": ({"self_care": "able", "members": [{}, {"self_care": "unable"}]}, NO),
        "外区户籍": ({"local": False}, YES),
    },
)
