"""城乡居民大病保险：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={"resident_medical_insurance": True, "critical_illness": True},
    cases={
        "参保的大病患者": ({}, YES, "文件未定金额"),
        "没有参加居民医保": ({"resident_medical_insurance": False}, NO),
        "有没有参保不清楚": ({"resident_medical_insurance": None}, ASK),
        "没有患大病": ({"critical_illness": False}, NO),
        "病情不清楚": ({"critical_illness": None}, ASK),
        "没有患大病，参保不用再问": ({"critical_illness": False, "resident_medical_insurance": None}, NO),
        "患大病的是别的成员": ({"critical_illness": False, "members": [{}, {"critical_illness": True}]}, NO),
        "外区户籍也看参保": ({"local": False}, YES),
    },
)
