"""家庭医生签约服务：核对过的例子。"""

from tests.cases import YES, Book

BOOK = Book(
    base={},
    cases={
        "人人可签，什么都不用问": ({}, YES, "文件未定金额"),
        "外区户籍的常住人口": ({"local": False}, YES),
        "婴儿": ({"age": 0}, YES),
        "百岁老人": ({"age": 100}, YES),
    },
)
