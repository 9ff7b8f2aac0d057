"""The empty list that officials fill in, made from the data dictionary."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from app.batch.cells import column_letters, escape
from app.batch.spreadsheet import MOST_ROWS, Book, Column, Sheet
from app.batch.styles import Style
from app.rules.expressions import Amount, Choice, Entity, Fact, When, YesNo, vocabulary
from policies.facts import Assistance, DwellingGrade, Household, Person, PovertyRegistration, SelfCare

HOUSEHOLD: Final = "户编号"
MEMBER: Final = "人口编号"
REGION: Final = "户籍地区划代码"
ID_NUMBER: Final = "身份证号码"
CERTIFICATE: Final = "残疾人证号码"
LONGEST_LIST: Final = 255
"""Characters that a drop-down may hold, and a note."""
_SAME: Final = "同一户的每一行填同样的内容。"
_BLANK: Final = "不清楚就空着。"
_RULES: Final = (
    "一行一个人，同一户的人填同样的户编号；人口编号在一户之内不能重复。",
    "不清楚的空着，不要猜：空着按“未知”处理，筛查结果会列出还要问什么。",
    "“否”“无残疾人证”“不在校”等也是答案，知道的请填上，可以少问。",
    "编号和证件号码各列已设为文本格式；从别处粘贴时请选“只粘贴值”。",
    "列的顺序可以改，用不到的列可以删，也可以加自己的列（如姓名、村），结果里会原样带回。",
    "“示例”表中的人都是虚构的，筛查时只读“名单”表。",
)


class Entry(NamedTuple):
    """A column of the list."""

    key: str
    """The fact's key; where it is none, the title."""
    title: str
    note: str
    width: float
    blank: Style = Style.TEXT
    options: tuple[str, ...] = ()
    check: str = ""
    """What Excel makes sure of: a rule for numbers."""


def entries() -> list[Entry]:
    """Return the columns of the list."""
    known = [
        Entry(HOUSEHOLD, HOUSEHOLD, "必填。同一户的人填同样的编号，可以沿用建档立卡的户编号。", 16),
        Entry(MEMBER, MEMBER, "同一户内不重复；不填时按顺序编号。", 16),
        Entry(REGION, REGION, f"户籍所在的县、镇或村的行政区划代码，6、9或12位。{_SAME}", 16),
        Entry(ID_NUMBER, ID_NUMBER, "18位。填了就不用再填出生日期和性别。", 22),
        Entry(CERTIFICATE, CERTIFICATE, "20位或22位。填了就不用再填残疾类别和残疾等级。", 24),
    ]
    return known + [_entry(entity, fact) for entity in (Household, Person) for fact in vocabulary(entity)]


def _entry(entity: type[Entity], fact: Fact) -> Entry:
    title = f"{fact.label}({fact.unit})" if fact.unit else fact.label
    options = _options(fact)
    how = "从下拉列表中选。" if options else "按“年-月-日”填，如1943-05-01。" if isinstance(fact, When) else "填数字。"
    hint = f"{fact.hint}。" if fact.hint else ""
    note = f"{how}{hint}{_SAME if entity is Household else ''}{_BLANK}"
    width = max(10.0, min(2.0 * len(title) + 2, 24.0))
    if isinstance(fact, Amount):
        kind = "decimal" if fact.unit.startswith("元") else "whole"
        check = f'type="{kind}" operator="greaterThanOrEqual"'
        return Entry(fact.key, title, note, width, Style.PLAIN, check=check)
    return Entry(fact.key, title, note, width, options=options)


def _options(fact: Fact) -> tuple[str, ...]:
    match fact:
        case YesNo():
            return "是", "否"
        case Choice():
            return tuple(option.label for option in fact.options)
        case _:
            return ()


def template(path: Path) -> None:
    """Write the empty list, how to fill it in, and an example."""
    columns = entries()
    book = Book(path)
    try:
        heads = [
            Column(entry.title, entry.width, Style.OWN_HEAD if entry.key == entry.title else Style.HEAD, entry.blank)
            for entry in columns
        ]
        listed = book.sheet("名单", heads, frozen=2, filtered=0, height=60)
        validations = [text for place, entry in enumerate(columns) for text in _validations(place, entry)]
        listed.tail = f'<dataValidations count="{len(validations)}">{"".join(validations)}</dataValidations>'
        _explain(book, columns)
        _example(book.sheet("示例", heads, frozen=2, filtered=0, height=60), columns)
        book.save()
    finally:
        book.close()


def _validations(place: int, entry: Entry) -> Iterator[str]:
    """Yield what a column accepts, with the note that shows when a cell is chosen, its head included."""
    at = column_letters(place)
    said = (
        f'showInputMessage="1" promptTitle="{escape(entry.title[:32], quoted=True)}"'
        f' prompt="{escape(entry.note[:LONGEST_LIST], quoted=True)}"'
    )
    cells = f'sqref="{at}2:{at}{MOST_ROWS}"'
    yield f'<dataValidation allowBlank="1" {said} sqref="{at}1"/>'
    if entry.options:
        listed = ",".join(entry.options)
        if len(listed) > LONGEST_LIST or any("," in option or '"' in option for option in entry.options):
            raise ValueError(f"a drop-down cannot hold the options of {entry.title}")
        refusal = 'showErrorMessage="1" errorTitle="请重新填写" error="请从下拉列表中选；不清楚就空着。"'
        formula = f"<formula1>&quot;{escape(listed)}&quot;</formula1>"
        yield f'<dataValidation type="list" allowBlank="1" {refusal} {said} {cells}>{formula}</dataValidation>'
    elif entry.check:
        refusal = 'showErrorMessage="1" errorTitle="请重新填写" error="请填不小于0的数字；不清楚就空着。"'
        rule = f"<dataValidation {entry.check}"
        yield f'{rule} allowBlank="1" {refusal} {said} {cells}><formula1>0</formula1></dataValidation>'
    else:
        yield f'<dataValidation allowBlank="1" {said} {cells}/>'


def _explain(book: Book, columns: list[Entry]) -> None:
    sheet = book.sheet("填写说明", [Column("列", 34), Column("怎么填", 70), Column("可以填的内容", 60)], filtered=0)
    for text in _RULES:
        sheet.write(("通用", Style.WRAPPED), (text, Style.WRAPPED))
    for entry in columns:
        cells = (entry.title, entry.note, "、".join(entry.options) or None)
        sheet.write(*((cell, Style.WRAPPED) for cell in cells))


def _example(sheet: Sheet, columns: list[Entry]) -> None:
    for person in _people():
        unknown = set(person) - {entry.key for entry in columns}
        if unknown:
            raise ValueError(f"the example names columns that do not exist: {sorted(unknown)}")
        sheet.write(*((person.get(entry.key), entry.blank) for entry in columns))


def _people() -> list[dict[str, str | int | None]]:
    """Return an invented household: an old man, his daughter-in-law and his grandson."""
    home: dict[str, str | int | None] = {
        HOUSEHOLD: "示例户1",
        REGION: "341103100",
        "rural": "是",
        "assistance": Assistance.DIBAO.label,
        "poverty_registration": PovertyRegistration.LIFTED.label,
        "dwelling_grade": DwellingGrade.B.label,
        "income_per_capita": 7200,
    }
    return [
        {**home, MEMBER: "1", "birth_date": "1940-03-15", "sex": "男", "self_care": SelfCare.PARTIAL.label},
        {**home, MEMBER: "2", "birth_date": "1978-09-02", "sex": "女", "disability_grade": "无残疾人证"},
        {**home, MEMBER: "3", "birth_date": "2014-06-21", "sex": "男", "schooling": "小学", "boarding": "是"},
    ]
