"""控辍保学：核对过的例子。"""

from datetime import date

from tests.cases import ASK, NO, YES, Book, each
from tests.cases.groups import IN_REGISTERED, NOT_REGISTERED

BOOK = Book(
    base={"age": 12, "schooling": "none", "poverty_registration": "registered"},
    cases={
        "建档立卡家庭的失学孩子": ({}, YES, "文件未定金额"),
        **each(IN_REGISTERED, YES),
        "不是建档立卡家庭": (NOT_REGISTERED, NO),
        "建档立卡不清楚": ({"poverty_registration": None}, ASK),
        "正好6岁": ({"age": 6}, YES),
        "5岁还不到入学年龄": ({"age": 5}, NO),
        "7岁": ({"age": 7}, YES),
        "15岁": ({"age": 15}, YES),
        "16岁": ({"age": 16}, NO),
        "17岁": ({"age": 17}, NO),
        "当天满6岁": ({"age": None, "birth_date": date(2020, 11, 23)}, YES),
        "明天才满6岁": ({"age": None, "birth_date": date(2020, 11, 24)}, NO),
        "当天满16岁": ({"age": None, "birth_date": date(2010, 11, 23)}, NO),
        "明天才满16岁": ({"age": None, "birth_date": date(2010, 11, 24)}, YES),
        "年龄不清楚": ({"age": None}, ASK),
        "年龄不清楚但在读初中": ({"age": None, "schooling": "junior"}, NO),
        **each(
            {
                "在幼儿园": {"schooling": "preschool"},
                "在读小学": {"schooling": "primary"},
                "在读初中": {"schooling": "junior"},
                "在读高中": {"schooling": "senior_high"},
                "在读中职": {"schooling": "vocational"},
                "在读大学": {"schooling": "higher"},
            },
            NO,
        ),
        "不知道在不在校": ({"schooling": None}, ASK),
        "在校的是他，失学的是弟弟": ({"schooling": "junior", "members": [{}, {"schooling": "none"}]}, NO),
    },
)
