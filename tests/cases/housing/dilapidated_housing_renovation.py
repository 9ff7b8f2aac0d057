"""农村危房改造：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    IN_DIBAO,
    IN_DISABLED,
    IN_POOR,
    IN_REGISTERED,
    IN_TEKUN,
    NOT_DISABLED,
    NOT_POOR,
    NOT_REGISTERED,
)

NOT_KEY_FAMILY = {**NOT_POOR, **NOT_DISABLED}
DISABLED_NOT_POOR = {**NOT_POOR, "disability_category": "vision", "disability_grade": "4"}
POOR_NOT_DISABLED = {**NOT_KEY_FAMILY, "assistance": "marginal"}

BOOK = Book(
    base={
        **NOT_KEY_FAMILY,
        "local": True,
        "rural": True,
        "dwelling_grade": "D",
        "poverty_registration": "registered",
        "relocated": False,
    },
    cases={
        "建档立卡户的D级危房": ({}, YES, "金额待区定"),
        "建档立卡户的C级危房": ({"dwelling_grade": "C"}, YES, "金额待区定"),
        **{f"住房{grade}不算危房": ({"dwelling_grade": grade}, NO) for grade in ("A", "B", "none")},
        "名册上是危房，没有写等级": ({"dwelling_grade": "dangerous"}, YES, "金额待区定"),
        "住房没有鉴定": ({"dwelling_grade": None}, ASK),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        "城镇家庭": ({"rural": False}, NO),
        "不知道是不是农村户籍": ({"rural": None}, ASK),
        "已纳入易地搬迁": ({"relocated": True}, NO),
        "搬迁不清楚": ({"relocated": None}, ASK),
        # ── 四类重点对象 ──
        **{label: ({**NOT_KEY_FAMILY, **way}, YES) for label, way in IN_REGISTERED.items()},
        "低保户": ({**NOT_KEY_FAMILY, "assistance": "dibao"}, YES),
        "分散供养特困人员": ({**NOT_KEY_FAMILY, "tekun": "dispersed"}, YES),
        "家里有一人分散供养": ({**NOT_KEY_FAMILY, "members": [{}, {"tekun": "dispersed"}]}, YES),
        **{f"贫困残疾人：{label}": ({**POOR_NOT_DISABLED, **way}, YES) for label, way in IN_DISABLED.items()},
        **{f"残疾人家庭：{label}": ({**DISABLED_NOT_POOR, **way}, YES) for label, way in IN_POOR.items()},
        "残疾的和纳入单人保的不是同一人": (
            {**NOT_KEY_FAMILY, "members": [{"disability_grade": "3"}, {"single_dibao": True}]},
            YES,
        ),
        "残疾的和集中供养的不是同一人": (
            {**NOT_KEY_FAMILY, "members": [{"disability_grade": "3"}, {"tekun": "institutional"}]},
            YES,
        ),
        "两人中一人残疾，家庭低保边缘": ({**POOR_NOT_DISABLED, "members": [{}, {"disability_grade": "2"}]}, YES),
        # ── 不在四类之内 ──
        "什么困难都没有": (NOT_KEY_FAMILY, NO),
        "有残疾人但家庭不困难": (DISABLED_NOT_POOR, NO),
        **each(
            {
                "低保边缘户没有残疾人": POOR_NOT_DISABLED,
                "其他低收入户没有残疾人": {**NOT_KEY_FAMILY, "assistance": "low_income"},
                "认定的家庭经济困难没有残疾人": {**NOT_KEY_FAMILY, "hardship_certified": True},
                "单人保不是低保户": {**NOT_KEY_FAMILY, **IN_DIBAO["单人保"]},
                "集中供养的住在敬老院": {**NOT_KEY_FAMILY, **IN_TEKUN["集中供养"]},
            },
            NO,
        ),
        # ── 没有问全 ──
        "建档立卡不清楚": ({**NOT_KEY_FAMILY, "poverty_registration": None}, ASK),
        "建档立卡不清楚但是低保户": ({**NOT_REGISTERED, "poverty_registration": None, "assistance": "dibao"}, YES),
        "救助认定不清楚": ({**NOT_KEY_FAMILY, "assistance": None}, ASK),
        "供养方式不清楚": ({**NOT_KEY_FAMILY, "tekun": None}, ASK),
        "困难家庭，残疾等级不清楚": ({**POOR_NOT_DISABLED, "disability_grade": None}, ASK),
        "残疾人家庭，单人保不清楚": ({**DISABLED_NOT_POOR, "single_dibao": None}, ASK),
        "残疾人家庭，经济困难认定不清楚": ({**DISABLED_NOT_POOR, "hardship_certified": None}, ASK),
        "没有残疾人，经济困难认定不清楚也不影响": ({**NOT_KEY_FAMILY, "hardship_certified": None}, NO),
    },
)
