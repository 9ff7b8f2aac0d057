"""重度残疾人护理补贴：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_CHILD_IN_DIFFICULTY,
    IN_POOR,
    IN_SEVERE,
    IN_TEKUN,
    NEAR_SEVERE,
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

BOOK = Book(
    base={
        **NOT_POOR,
        **NOT_CHILD_IN_DIFFICULTY,
        **IN_SEVERE["一级残疾"],
        "local": True,
        "long_term_care": True,
        "work_injury_care": False,
    },
    cases={
        "需要长期照护的一级残疾人，不问收入": ({}, YES, "不低于80元/月"),
        "新标准首日": ({"day": date(2023, 1, 1)}, YES, "不低于80元/月"),
        "新标准前一日": ({"day": date(2022, 12, 31)}, YES, "60元/月"),
        **each(IN_SEVERE, YES),
        **each(NEAR_SEVERE, NO),
        "没有残疾人证": (NOT_DISABLED, NO),
        "残疾等级不清楚": ({"disability_grade": None}, ASK),
        "不需要长期照护": ({"long_term_care": False}, NO),
        "照护需要不清楚": ({"long_term_care": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        **{f"困难家庭照样享受：{label}": (way, YES) for label, way in IN_POOR.items() if label not in IN_TEKUN},
        **each(IN_TEKUN, NO),
        "特困不清楚": ({"tekun": None}, ASK),
        "家里别人是特困，本人照常": ({"members": [{}, {"tekun": "institutional"}]}, YES),
        "领取工伤生活护理费": ({"work_injury_care": True}, NO),
        "工伤护理费不清楚": ({"work_injury_care": None}, ASK),
        **{f"{label}也可以领护理补贴": (way, YES) for label, way in IN_CHILD_IN_DIFFICULTY.items()},
        "只有别的成员重度残疾": ({**NOT_DISABLED, **ONLY_ANOTHER_MEMBER}, NO),
    },
)
