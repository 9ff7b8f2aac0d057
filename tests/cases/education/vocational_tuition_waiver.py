"""中等职业教育免学杂费：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import IN_POOR, NOT_POOR, ONLY_ANOTHER_MEMBER

TOWN = {**NOT_POOR, "rural": False}

BOOK = Book(
    base={**NOT_POOR, "schooling": "vocational", "rural": True},
    cases={
        "农村户籍的中职生": ({}, YES, "文件未定金额"),
        **each({f"城市中职生：{label}": {**TOWN, **way} for label, way in IN_POOR.items()}, YES),
        "城市中职生，家庭不困难": (TOWN, NO),
        "城市中职生，只有别的成员困难": ({**TOWN, **ONLY_ANOTHER_MEMBER}, NO),
        "不知道是不是农村户籍": ({"rural": None}, ASK),
        "不知道是不是农村户籍，但是低保家庭": ({"rural": None, "assistance": "dibao"}, YES),
        "农村户籍，困难情况不用问": ({"assistance": None, "hardship_certified": None}, YES),
        "城市中职生，困难认定不清楚": ({**TOWN, "hardship_certified": None}, ASK),
        "城市中职生，救助认定不清楚": ({**TOWN, "assistance": None}, ASK),
        "城市中职生，建档立卡不清楚": ({**TOWN, "poverty_registration": None}, ASK),
        "城市中职生，特困不清楚": ({**TOWN, "tekun": None}, ASK),
        "城市中职生，单人保不清楚": ({**TOWN, "single_dibao": None}, ASK),
        **each(
            {
                "不在校": {"schooling": "none"},
                "幼儿园": {"schooling": "preschool"},
                "小学": {"schooling": "primary"},
                "初中": {"schooling": "junior"},
                "普通高中": {"schooling": "senior_high"},
                "大学": {"schooling": "higher"},
            },
            NO,
        ),
        "不知道读什么学校": ({"schooling": None}, ASK),
    },
)
