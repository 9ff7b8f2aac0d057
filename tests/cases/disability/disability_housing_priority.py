"""残疾人基本住房优先保障：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import IN_DISABLED, NOT_DISABLED

BAD_HOUSE = {
    "C级": {"dwelling_grade": "C"},
    "D级": {"dwelling_grade": "D"},
    "未分级": {"dwelling_grade": "dangerous"},
    "无房": {"dwelling_grade": "none"},
}
SAFE_HOUSE = {"A级": {"dwelling_grade": "A"}, "B级": {"dwelling_grade": "B"}}

BOOK = Book(
    base={**IN_DISABLED["三级残疾"], "local": True, "dwelling_grade": "D", "housing_difficulty": False},
    cases={
        "危房里住着残疾人": ({}, YES, "文件未定金额"),
        **each(IN_DISABLED, YES),
        **each(BAD_HOUSE, YES),
        **each(SAFE_HOUSE, NO),
        **{
            f"{label}但城镇住房困难": ({**way, "housing_difficulty": True}, YES)
            for label, way in {**SAFE_HOUSE, **BAD_HOUSE}.items()
        },
        "住房没有鉴定": ({"dwelling_grade": None}, ASK),
        "住房没有鉴定但城镇住房困难": ({"dwelling_grade": None, "housing_difficulty": True}, YES),
        "是危房就不用问住房困难": ({"housing_difficulty": None}, YES),
        "房子安全，住房困难没有问": ({**SAFE_HOUSE["B级"], "housing_difficulty": None}, ASK),
        "没有残疾人": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        "两人中一人残疾": ({**NOT_DISABLED, "members": [{}, IN_DISABLED["四级残疾"]]}, YES),
        "两人都不残疾": ({**NOT_DISABLED, "members": [{}, {}]}, NO),
        "一人残疾，另一人不清楚": ({"members": [{}, {"disability_grade": None}]}, YES),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
    },
)
