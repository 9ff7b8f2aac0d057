"""困难残疾人生活补贴：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_CHILD_IN_DIFFICULTY,
    IN_DIBAO,
    IN_DISABLED,
    IN_POOR,
    IN_REGISTERED,
    IN_TEKUN,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

FIRST = {"disability_category": "vision", "disability_grade": "1"}
THIRD = {"disability_category": "vision", "disability_grade": "3"}

BOOK = Book(
    base={
        **NOT_POOR,
        **NOT_CHILD_IN_DIFFICULTY,
        **FIRST,
        "local": True,
        "poverty_registration": "registered",
        "work_injury_care": False,
    },
    cases={
        "建档立卡的一级残疾人": ({}, YES, "不低于80元/月"),
        "2023年起三级和一级一样": (THIRD, YES, "不低于80元/月"),
        "新标准首日": ({"day": date(2023, 1, 1)}, YES, "不低于80元/月"),
        "新标准前一日，一级": ({"day": date(2022, 12, 31)}, YES, "800元/年"),
        "新标准前一日，二级": ({"day": date(2022, 12, 31), "disability_grade": "2"}, YES, "800元/年"),
        "新标准前一日，三级": ({"day": date(2022, 12, 31), "disability_grade": "3"}, YES, "400元/年"),
        "新标准前一日，四级": ({"day": date(2022, 12, 31), "disability_grade": "4"}, YES, "400元/年"),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        # ── 持证 ──
        **each(IN_DISABLED, YES),
        "没有残疾人证": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        "只有别的成员残疾": ({**NOT_DISABLED, "members": [{}, THIRD]}, NO),
        # ── 低保或建档立卡 ──
        **{label: ({**NOT_POOR, **way}, YES) for label, way in {**IN_DIBAO, **IN_REGISTERED}.items()},
        **{
            f"{label}不够": ({**NOT_POOR, **way}, NO)
            for label, way in IN_POOR.items()
            if label not in {**IN_DIBAO, **IN_REGISTERED, **IN_TEKUN}
        },
        "不困难": (NOT_POOR, NO),
        "只有别的成员纳入单人保": ({**NOT_POOR, "members": [{}, {"single_dibao": True}]}, NO),
        "低保和建档立卡没有问全": ({**NOT_POOR, "assistance": None}, ASK),
        "单人保没有问": ({**NOT_POOR, "single_dibao": None}, ASK),
        "建档立卡没有问": ({**NOT_POOR, "poverty_registration": None}, ASK),
        "是低保户就不用问建档立卡": ({**NOT_POOR, "poverty_registration": None, "assistance": "dibao"}, YES),
        # ── 不能同时享受的 ──
        **each(IN_TEKUN, NO),
        "特困不清楚": ({"tekun": None}, ASK),
        "家里别人是特困，本人照常": ({"members": [{}, {"tekun": "dispersed"}]}, YES),
        "领取工伤生活护理费": ({"work_injury_care": True}, NO),
        "工伤护理费不清楚": ({"work_injury_care": None}, ASK),
        **{label: (way, NO if label == "孤儿" else YES) for label, way in IN_CHILD_IN_DIFFICULTY.items()},
        "困境儿童类别不清楚": ({"child_protection": None}, ASK),
        "只有别的成员符合": ({**NOT_POOR, **NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
