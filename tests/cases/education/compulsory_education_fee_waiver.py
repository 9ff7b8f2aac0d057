"""义务教育免学杂费和教科书费(两免)：核对过的例子。"""

from tests.cases import ASK, NO, YES, Book, each

BOOK = Book(
    base={"schooling": "primary"},
    cases={
        "小学生": ({}, YES, "文件未定金额"),
        "初中生": ({"schooling": "junior"}, YES),
        **each(
            {
                "不在校": {"schooling": "none"},
                "幼儿园有另外的资助": {"schooling": "preschool"},
                "普通高中有另外的减免": {"schooling": "senior_high"},
                "中职有另外的减免": {"schooling": "vocational"},
                "大学生": {"schooling": "higher"},
            },
            NO,
        ),
        "不知道读几年级": ({"schooling": None}, ASK),
        "只有兄弟在读小学": ({"schooling": "none", "members": [{}, {"schooling": "primary"}]}, NO),
        "外区户籍在本区就读": ({"local": False}, YES),
    },
)
