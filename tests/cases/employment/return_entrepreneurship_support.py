"""农民工返乡创业扶持：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={"age": 35, "returning_entrepreneur": True},
    cases={
        "返乡办厂的农民工": ({}, YES, "文件未定金额"),
        "没有返乡创业": ({"returning_entrepreneur": False}, NO),
        "创业情况不清楚": ({"returning_entrepreneur": None}, ASK),
        "返乡创业的是别的成员": (
            {"returning_entrepreneur": False, "members": [{}, {"returning_entrepreneur": True}]},
            NO,
        ),
        "正好16岁": ({"age": 16}, YES),
        "17岁": ({"age": 17}, YES),
        "15岁": ({"age": 15}, NO),
        "当天满16岁": ({"age": None, "birth_date": date(2010, 11, 23)}, YES),
        "明天才满16岁": ({"age": None, "birth_date": date(2010, 11, 24)}, NO),
        "70岁也可以": ({"age": 70}, YES),
        "年龄不清楚": ({"age": None}, ASK),
        "年龄不清楚但没有返乡创业": ({"age": None, "returning_entrepreneur": False}, NO),
    },
)
