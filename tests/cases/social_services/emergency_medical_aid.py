"""疾病应急救助：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={"emergency_unpaid": True},
    cases={
        "无力支付急救费用的急危重病人": ({}, YES, "文件未定金额"),
        "没有这种情况": ({"emergency_unpaid": False}, NO),
        "情况不清楚": ({"emergency_unpaid": None}, ASK),
        "外地人": ({"local": False}, YES),
        "户籍不清楚": ({"local": None}, YES),
        "急救的是别的成员": ({"emergency_unpaid": False, "members": [{}, {"emergency_unpaid": True}]}, NO),
    },
)
