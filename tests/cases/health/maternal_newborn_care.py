"""婚前保健、孕前检查和新生儿疾病筛查：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book

ADULT = {"age": 28, "childbearing": "none"}

BOOK = Book(
    base={"age": 28, "childbearing": "planning"},
    cases={
        "备孕": ({}, YES, "文件未定金额"),
        "婚前": ({"childbearing": "premarital"}, YES),
        "孕期": ({"childbearing": "pregnant"}, YES),
        "没有婚育安排的成年人": (ADULT, NO),
        "婚育阶段不清楚": ({"childbearing": None}, ASK),
        "备孕，年龄不用问": ({"age": None}, YES),
        "新生儿": ({"age": 0, "childbearing": "none"}, YES),
        "新生儿，婚育阶段不用问": ({"age": 0, "childbearing": None}, YES),
        "1岁": ({"age": 1, "childbearing": "none"}, NO),
        "2岁": ({"age": 2, "childbearing": "none"}, NO),
        "当天满1岁": ({**ADULT, "age": None, "birth_date": date(2025, 11, 23)}, NO),
        "明天才满1岁": ({**ADULT, "age": None, "birth_date": date(2025, 11, 24)}, YES),
        "年龄不清楚，没有婚育安排": ({**ADULT, "age": None}, ASK),
        "怀孕的是别的成员": ({**ADULT, "members": [{}, {"childbearing": "pregnant"}, {"age": 0}]}, NO),
    },
)
