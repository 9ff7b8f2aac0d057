"""农村留守儿童关爱保护：核对过的例子。今天是2026年11月23日。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={"age": 10, "left_behind": True},
    cases={
        "农村留守儿童": ({}, YES, "文件未定金额"),
        "不是留守儿童": ({"left_behind": False}, NO),
        "是否留守不清楚": ({"left_behind": None}, ASK),
        "15岁": ({"age": 15}, YES),
        "16岁": ({"age": 16}, NO),
        "当天满16周岁": ({"age": None, "birth_date": date(2010, 11, 23)}, NO),
        "明天才满16周岁": ({"age": None, "birth_date": date(2010, 11, 24)}, YES),
        "年龄不清楚": ({"age": None}, ASK),
        "年满16周岁，是否留守不用问": ({"age": 16, "left_behind": None}, NO),
        "外区户籍": ({"local": False}, YES),
        "留守的是别的成员": ({"left_behind": False, "members": [{}, {"left_behind": True}]}, NO),
    },
)
