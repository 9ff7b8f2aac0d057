"""A screening on the terminal: as wide a table as there is room for, or none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding

from app.cli.results import Row, Wording, people
from app.cli.terminal import NARROW, WIDE, Words, table
from app.cli.usage import PROGRAM
from app.door import Submission
from app.rules.policy import Policy, Verdict

STYLES = {Verdict.ELIGIBLE: "green", Verdict.UNDETERMINED: "yellow", Verdict.INELIGIBLE: "dim"}


def show(answer: Mapping[str, Any], submission: Submission, policies: Sequence[Policy], console: Console) -> None:
    """Print all of *answer* that people read."""
    wording = Wording(answer, policies)
    reference = answer["household"]["reference"]
    console.print(Words(f"惠民筛查　{f'家庭 {reference}　' if reference else ''}筛查日期 {answer['as_of']}", "bold"))
    console.print(Words("　".join(people(submission.profile, submission.day))))
    console.print(Words("　".join(f"{verdict.label} {wording.count(verdict)}" for verdict in STYLES)))
    for verdict, style in STYLES.items():
        rows = wording.rows(verdict)
        section(console, f"{verdict.label}（{wording.count(verdict)}）", style, results(rows, console.width, style))
    if found := wording.questions():
        numbered = [(str(number), *question) for number, question in enumerate(found, 1)]
        headings = ("序", "要核实的问题：怎么答", "问谁", "可定下")
        section(console, "需要核实的问题，先问能定下最多的", "cyan", listing(headings, numbered, console.width, (3,)))
    if found := answer["warnings"]:
        rows_ = [(warning["field"], warning["message"]) for warning in found]
        section(console, "请核对", "red", listing(("位置", "提醒"), rows_, console.width))
    if found := wording.conflicts():
        section(console, "不能简单相加", "magenta", [Words(f"· {conflict}") for conflict in found])
    if found := wording.changes():
        headings = ("自何日起", "对象", "待遇", "变化")
        section(console, "24个月内会自行变化", "blue", listing(headings, found, console.width, (10,)))
    console.print()
    console.print(Words(answer["notice"], "dim"))
    console.print(Words(f"条件、材料和办理步骤：{PROGRAM} policies 政策代码", "dim"))


def section(console: Console, title: str, style: str, content: Iterable[RenderableType]) -> None:
    console.print()
    console.print(Words(f"■ {title}", f"bold {style}"))
    for part in content:
        console.print(part)


def results(rows: Sequence[Row], width: int, style: str) -> list[RenderableType]:
    """Return the rows of one verdict, with as many columns as there is room for."""
    if not rows:
        return [Words("没有", "dim")]
    if width < NARROW:
        return [_paragraph(row, style) for row in rows]
    subject = min(12, max(cell_len(part) for row in rows for part in row.subjects.split("、")) + 2)
    if width < WIDE:
        cells = [(Words(row.subjects), _stacked(row, style), Words(row.reason)) for row in rows]
        return [table(("对象", "待遇、金额、单位", "理由"), cells, widths=(subject, width * 2 // 5))]
    cells_ = [
        (Words(row.subjects), Words(row.title, style), Words(row.amount), Words(row.unit), Words(row.reason))
        for row in rows
    ]
    return [table(("对象", "待遇", "金额", "办理单位", "理由"), cells_, widths=(subject, width // 4, 14, 12))]


def _stacked(row: Row, style: str) -> RenderableType:
    return Group(Words(row.title, style), *(Words(part) for part in (row.amount, row.unit) if part))


def _paragraph(row: Row, style: str) -> RenderableType:
    about = "，".join(filter(None, (row.amount, row.unit)))
    lines = [Words(part) for part in (row.subjects, about, row.reason) if part]
    return Group(Words(f"· {row.title}", style), Padding(Group(*lines), (0, 0, 0, 2)))


def listing(
    headings: Sequence[str], rows: Iterable[Sequence[str]], width: int, widths: Sequence[int] = ()
) -> list[RenderableType]:
    """Return a plain table, or paragraphs where there is no room for one."""
    if width < NARROW:
        return [Words("· " + "　".join(filter(None, row))) for row in rows]
    return [table(headings, [[Words(cell) for cell in row] for row in rows], widths=widths)]
