"""义务教育家庭经济困难寄宿生生活补助(一补)：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import IN_POOR, NOT_POOR, ONLY_ANOTHER_MEMBER

BOOK = Book(
    base={**NOT_POOR, "schooling": "primary", "boarding": True, "assistance": "dibao"},
    cases={
        "低保家庭的小学寄宿生": ({}, YES, "金额待区定"),
        "低保家庭的初中寄宿生": ({"schooling": "junior"}, YES, "金额待区定"),
        **each({label: {**NOT_POOR, **way} for label, way in IN_POOR.items()}, YES),
        "家庭不困难": (NOT_POOR, NO),
        "只有别的成员困难": ({**NOT_POOR, **ONLY_ANOTHER_MEMBER}, NO),
        "困难没有问全": ({**NOT_POOR, "hardship_certified": None}, ASK),
        "救助认定不清楚": ({**NOT_POOR, "assistance": None}, ASK),
        "建档立卡不清楚": ({**NOT_POOR, "poverty_registration": None}, ASK),
        "特困不清楚": ({**NOT_POOR, "tekun": None}, ASK),
        "单人保不清楚": ({**NOT_POOR, "single_dibao": None}, ASK),
        "困难没有问全但已是低保": ({"poverty_registration": None, "hardship_certified": None}, YES),
        "走读生": ({"boarding": False}, NO),
        "不知道住不住校": ({"boarding": None}, ASK),
        "走读生的困难情况不用再问": ({**NOT_POOR, "boarding": False, "assistance": None}, NO),
        **each(
            {
                "不在校": {"schooling": "none"},
                "幼儿园": {"schooling": "preschool"},
                "普通高中寄宿生": {"schooling": "senior_high"},
                "中职寄宿生": {"schooling": "vocational"},
                "大学生": {"schooling": "higher"},
            },
            NO,
        ),
        "不知道读几年级": ({"schooling": None}, ASK),
    },
)
