"""严重精神障碍患者登记随访和社区康复：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book

BOOK = Book(
    base={"severe_mental_disorder": True},
    cases={
        "严重精神障碍患者": ({}, YES, "文件未定金额"),
        "不是患者": ({"severe_mental_disorder": False}, NO),
        "情况不清楚": ({"severe_mental_disorder": None}, ASK),
        "有精神残疾证，但没有确诊严重精神障碍": (
            {"severe_mental_disorder": False, "disability_category": "psychiatric", "disability_grade": "2"},
            NO,
        ),
        "外区户籍": ({"local": False}, YES),
        "患者是别的成员": ({"severe_mental_disorder": False, "members": [{}, {"severe_mental_disorder": True}]}, NO),
    },
)
