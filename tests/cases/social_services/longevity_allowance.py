"""高龄津贴：核对过的例子。今天是2026年11月23日。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book

BORN = {"age": None}

BOOK = Book(
    base={"local": True, "age": 85},
    cases={
        "85岁": ({}, YES, "金额待区定"),
        "79岁": ({"age": 79}, NO),
        "80岁": ({"age": 80}, YES, "金额待区定"),
        "81岁": ({"age": 81}, YES),
        "89岁": ({"age": 89}, YES, "金额待区定"),
        "90岁": ({"age": 90}, YES, "金额待区定"),
        "99岁": ({"age": 99}, YES, "金额待区定"),
        "100岁": ({"age": 100}, YES, "金额待区定"),
        "当天满80周岁": ({**BORN, "birth_date": date(1946, 11, 23)}, YES),
        "明天才满80周岁": ({**BORN, "birth_date": date(1946, 11, 24)}, NO),
        "昨天满80周岁": ({**BORN, "birth_date": date(1946, 11, 22)}, YES),
        "年龄和出生日期都不清楚": (BORN, ASK),
        "收入再高也发": ({"income_per_capita": 300000, "assistance": "none"}, YES),
        "有退休金也发": ({"employee_pension": True, "work": "retired"}, YES),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "户籍不清楚但不满80周岁": ({"local": None, "age": 79}, NO),
        "年满80周岁的是别的成员": ({"age": 50, "members": [{}, {"age": 85}]}, NO),
    },
)
