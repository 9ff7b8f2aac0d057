"""特困户建房区级兜底：核对过的例子。危房改造的每个例子这里都成立，只是还要无力自建。"""

from tests.cases import ASK, NO, YES, Book
from tests.cases.housing.dilapidated_housing_renovation import BOOK as RENOVATION

BOOK = Book(
    base={**RENOVATION.base, "cannot_self_build": True},
    cases={
        **{label: (case[0], case[1]) for label, case in RENOVATION.cases.items()},
        "无力自建的建档立卡户": ({}, YES, "文件未定金额"),
        "有能力自建": ({"cannot_self_build": False}, NO),
        "不知道能不能自建": ({"cannot_self_build": None}, ASK),
        "无力自建但不够危房改造条件": ({"dwelling_grade": "B"}, NO),
    },
)
