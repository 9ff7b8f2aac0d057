"""残疾人自主创业和灵活就业扶持：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import IN_DISABLED, NOT_DISABLED, ONLY_ANOTHER_MEMBER

OTHER_WORK = ("employed", "migrant", "unemployed", "laid_off", "retired", "none")

BOOK = Book(
    base={**IN_DISABLED["四级残疾"], "local": True, "work": "self_employed"},
    cases={
        "自主创业的残疾人": ({}, YES, "金额待区定"),
        **{f"就业状况{work}": ({"work": work}, NO) for work in OTHER_WORK},
        "就业状况不清楚": ({"work": None}, ASK),
        **each(IN_DISABLED, YES),
        "没有残疾人证": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "自主创业，只有别的成员残疾": ({**NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
