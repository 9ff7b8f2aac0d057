"""优抚安置：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={"local": True, "military": "retired"},
    cases={
        "退役军人": ({}, YES, "金额待区定"),
        "残疾军人": ({"military": "disabled"}, YES),
        "烈士等遗属": ({"military": "bereaved"}, YES),
        "军休人员": ({"military": "cadre"}, YES),
        "没有优抚身份": ({"military": "none"}, NO),
        "优抚身份不清楚": ({"military": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "没有优抚身份，户籍不用问": ({"military": "none", "local": None}, NO),
        "退役军人是别的成员": ({"military": "none", "members": [{}, {"military": "retired"}]}, NO),
    },
)
