"""城乡居民基础养老金：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={"local": True, "age": 65, "employee_pension": False, "pension_years": 20},
    cases={
        "缴费20年的老人": ({}, YES, "金额待区定"),
        "正好60岁": ({"age": 60}, YES),
        "61岁": ({"age": 61}, YES),
        "59岁": ({"age": 59}, NO),
        "当天满60岁": ({"age": None, "birth_date": date(1966, 11, 23)}, YES),
        "明天才满60岁": ({"age": None, "birth_date": date(1966, 11, 24)}, NO),
        "年龄不清楚": ({"age": None}, ASK),
        "年龄不清楚但领职工养老金": ({"age": None, "employee_pension": True}, NO),
        "正好缴满15年": ({"pension_years": 15}, YES),
        "缴费16年": ({"pension_years": 16}, YES),
        "缴费14年": ({"pension_years": 14}, NO),
        "没有缴过费": ({"pension_years": 0}, NO),
        "缴费年限不清楚": ({"pension_years": None}, ASK),
        "有职工养老保险": ({"employee_pension": True}, NO),
        "有没有职工养老保险不清楚": ({"employee_pension": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "缴满15年的是别的成员": ({"pension_years": 10, "members": [{}, {"pension_years": 20}]}, NO),
    },
)
