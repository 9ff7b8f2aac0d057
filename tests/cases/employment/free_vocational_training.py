"""免费职业培训：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_DIBAO,
    IN_DISABLED,
    IN_REGISTERED,
    IN_TEKUN,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

NONE = {
    **NOT_POOR,
    **NOT_DISABLED,
    "graduate_not_continuing": False,
    "work": "employed",
    "military": "none",
}

BOOK = Book(
    base={**NONE, "age": 30, "work": "migrant"},
    cases={
        "农民工": ({}, YES, "文件未定金额"),
        **each({label: {**NONE, **way} for label, way in IN_REGISTERED.items()}, YES),
        **each({label: {**NONE, **way} for label, way in IN_DIBAO.items()}, YES),
        **each({label: {**NONE, **way} for label, way in IN_TEKUN.items()}, YES),
        **each(
            {
                "初中毕业没有升学": {**NONE, "age": 16, "graduate_not_continuing": True},
                "失业": {**NONE, "work": "unemployed"},
                "转岗": {**NONE, "work": "laid_off"},
                "退役军人": {**NONE, "military": "retired"},
            },
            YES,
        ),
        **each(
            {
                "在职，哪一种都不是": NONE,
                "自主创业": {**NONE, "work": "self_employed"},
                "已退休": {**NONE, "work": "retired"},
                "无业但没有登记失业": {**NONE, "work": "none"},
                "残疾军人": {**NONE, "military": "disabled"},
                "烈士遗属": {**NONE, "military": "bereaved"},
                "军休人员": {**NONE, "military": "cadre"},
                "低保边缘": {**NONE, "assistance": "marginal"},
                "其他低收入": {**NONE, "assistance": "low_income"},
                "只有家庭经济困难认定": {**NONE, "hardship_certified": True},
            },
            NO,
        ),
        **each({f"{label}，哪一种都不是": {**NONE, **way} for label, way in IN_DISABLED.items()}, NO),
        "只有别的成员是特困": ({**NONE, **ONLY_ANOTHER_MEMBER}, NO),
        "只有别的成员是农民工": ({**NONE, "members": [{}, {"work": "migrant", "military": "retired"}]}, NO),
        "正好16岁": ({"age": 16}, YES),
        "17岁": ({"age": 17}, YES),
        "15岁": ({"age": 15}, NO),
        "当天满16岁": ({"age": None, "birth_date": date(2010, 11, 23)}, YES),
        "明天才满16岁": ({"age": None, "birth_date": date(2010, 11, 24)}, NO),
        "年龄不清楚": ({"age": None}, ASK),
        "就业状况不清楚": ({**NONE, "work": None}, ASK),
        "是不是退役军人不清楚": ({**NONE, "military": None}, ASK),
        "有没有升学不清楚": ({**NONE, "graduate_not_continuing": None}, ASK),
        "建档立卡不清楚": ({**NONE, "poverty_registration": None}, ASK),
        "低保不清楚": ({**NONE, "assistance": None}, ASK),
        "单人保不清楚": ({**NONE, "single_dibao": None}, ASK),
        "特困不清楚": ({**NONE, "tekun": None}, ASK),
        "农民工，其余不用问": ({"assistance": None, "tekun": None, "military": None}, YES),
    },
)
