"""公共体育场馆免费或低收费开放：核对过的例子。"""

from tests.cases import YES, Book

BOOK = Book(
    base={},
    cases={
        "人人可用，什么都不用问": ({}, YES, "文件未定金额"),
        "外区户籍": ({"local": False}, YES),
        "儿童": ({"age": 6}, YES),
        "老人": ({"age": 90}, YES),
    },
)
