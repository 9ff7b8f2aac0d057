"""残疾人家居无障碍改造：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import IN_DISABLED, NOT_DISABLED, ONLY_ANOTHER_MEMBER

BOOK = Book(
    base=IN_DISABLED["三级残疾"],
    cases={
        "三级残疾人": ({}, YES, "文件未定金额"),
        **each(IN_DISABLED, YES),
        "没有残疾人证": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        "外区户籍也可以": ({"local": False}, YES),
        "只有别的成员残疾": ({**NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
