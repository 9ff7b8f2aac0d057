"""公共租赁住房：核对过的例子。收入线还没有公布，所以有收入的城镇家庭都待核实。"""

from tests.cases import ASK, NO, YES, Book

NEITHER = {"stable_migrant_worker": False, "new_employee_without_home": False}
TOWN_FAMILY = {**NEITHER, "rural": False, "housing_difficulty": True, "income_per_capita": 0}

BOOK = Book(
    base={
        "rural": True,
        "housing_difficulty": False,
        "income_per_capita": 30000,
        **NEITHER,
        "stable_migrant_worker": True,
    },
    cases={
        "稳定就业的外来务工人员": ({}, YES, "金额待区定"),
        "新就业无房职工": ({**NEITHER, "new_employee_without_home": True}, YES, "金额待区定"),
        "两人中一人稳定就业": ({**NEITHER, "members": [{}, {"stable_migrant_worker": True}]}, YES),
        "两人中一人新就业": ({**NEITHER, "members": [{}, {"new_employee_without_home": True}]}, YES),
        "两人都不是": ({**NEITHER, "members": [{}, {}]}, NO),
        "没有收入的城镇住房困难家庭": (TOWN_FAMILY, YES, "金额待区定"),
        "有收入的城镇住房困难家庭等收入线": ({**TOWN_FAMILY, "income_per_capita": 0.01}, ASK),
        "收入不清楚": ({**TOWN_FAMILY, "income_per_capita": None}, ASK),
        "城镇家庭住房不困难": ({**TOWN_FAMILY, "housing_difficulty": False}, NO),
        "住房困不困难不清楚": ({**TOWN_FAMILY, "housing_difficulty": None}, ASK),
        "农村家庭": ({**TOWN_FAMILY, "rural": True}, NO),
        "不知道是不是农村户籍": ({**TOWN_FAMILY, "rural": None}, ASK),
        "户籍和收入都不清楚但有外来务工人员": ({"rural": None, "income_per_capita": None}, YES),
        "三种情形都不是": (NEITHER, NO),
        "就业情况不清楚": ({**NEITHER, "stable_migrant_worker": None}, ASK),
        "是否新就业不清楚": ({**NEITHER, "new_employee_without_home": None}, ASK),
        "外区户籍也可以申请": ({"local": False}, YES),
    },
)
