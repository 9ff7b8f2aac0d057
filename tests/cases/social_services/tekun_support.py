"""特困人员救助供养：核对过的例子。今天是2026年11月23日。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import (
    NOT_CHILD_IN_DIFFICULTY,
    NOT_DISABLED,
    NOT_POOR,
    ONLY_ANOTHER_MEMBER,
)

ADULT = {"age": 40}


GRADES = {"一级": "1", "二级": "2", "三级": "3", "四级": "4"}


def disabled(category, grade):
    """Return a disabled adult."""
    return {**ADULT, "disability_category": category, "disability_grade": grade}


BOOK = Book(
    base={
        **NOT_POOR,
        **NOT_DISABLED,
        **NOT_CHILD_IN_DIFFICULTY,
        "local": True,
        "rural": True,
        "age": 65,
        "no_income_source": True,
        "no_supporter": True,
    },
    cases={
        "农村无依无靠的老人": ({}, YES, "不低于970元/月"),
        "城市无依无靠的老人": ({"rural": False}, YES, "不低于1320元/月"),
        "户籍性质不清楚": ({"rural": None}, YES, "金额待核实农村户籍家庭后确定"),
        "标准执行首日": ({"day": date(2022, 7, 1)}, YES, "不低于970元/月"),
        "标准执行前一日": ({"day": date(2022, 6, 30)}, YES, "金额待区定"),
        "外区户籍": ({"local": False}, NO),
        "户籍不清楚": ({"local": None}, ASK),
        # ── 年龄 ──
        "59岁": ({"age": 59}, NO),
        "60岁": ({"age": 60}, YES),
        "当天满60周岁": ({"age": None, "birth_date": date(1966, 11, 23)}, YES),
        "明天才满60周岁": ({"age": None, "birth_date": date(1966, 11, 24)}, NO),
        "15岁": ({"age": 15}, YES),
        "16岁": ({"age": 16}, NO),
        "当天满16周岁": ({"age": None, "birth_date": date(2010, 11, 23)}, NO),
        "明天才满16周岁": ({"age": None, "birth_date": date(2010, 11, 24)}, YES),
        "年龄不清楚": ({"age": None}, ASK),
        # ── 残疾 ──
        "不残疾的成年人": (ADULT, NO),
        **{
            f"{words}{label}残疾": (disabled(category, grade), YES if words in counted else NO)
            for label, category, counted in (
                ("智力", "intellectual", ("一级", "二级")),
                ("精神", "psychiatric", ("一级", "二级")),
                ("肢体", "physical", ("一级",)),
            )
            for words, grade in GRADES.items()
        },
        **each(
            {
                f"一级{label}残疾不在列": disabled(category, "1")
                for label, category in (
                    ("视力", "vision"),
                    ("听力", "hearing"),
                    ("言语", "speech"),
                    ("多重", "multiple"),
                )
            },
            NO,
        ),
        "智力残疾，没有定级": (disabled("intellectual", "none"), NO),
        "肢体残疾，没有定级": (disabled("physical", "none"), NO),
        "只有等级，没有类别": (disabled("none", "1"), NO),
        "一级残疾，类别不清楚": (disabled(None, "1"), ASK),
        "二级残疾，类别不清楚": (disabled(None, "2"), ASK),
        "三级残疾，类别不用问": (disabled(None, "3"), NO),
        "智力残疾，等级不清楚": (disabled("intellectual", None), ASK),
        "肢体残疾，等级不清楚": (disabled("physical", None), ASK),
        "视力残疾，等级不用问": (disabled("vision", None), NO),
        "一级智力残疾，年龄不用问": ({**disabled("intellectual", "1"), "age": None}, YES),
        "二级肢体残疾，年龄不清楚": ({**disabled("physical", "2"), "age": None}, ASK),
        # ── 无生活来源、无人供养 ──
        "有生活来源": ({"no_income_source": False}, NO),
        "生活来源不清楚": ({"no_income_source": None}, ASK),
        "有子女赡养": ({"no_supporter": False}, NO),
        "义务人情况不清楚": ({"no_supporter": None}, ASK),
        "有生活来源，义务人不用问": ({"no_income_source": False, "no_supporter": None}, NO),
        "无依无靠的是别的成员": (
            {"no_income_source": False, "members": [{}, {"no_income_source": True, "no_supporter": True}]},
            NO,
        ),
        "残疾、年老的是别的成员": (
            {**ADULT, "members": [{}, {"age": 70}, *ONLY_ANOTHER_MEMBER["members"][1:]]},
            NO,
        ),
    },
)
