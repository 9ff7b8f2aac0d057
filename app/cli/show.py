"""A screening on the terminal: as wide a table as there is room for, or none."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding

from app.cli.results import Row, Wording, people
from app.cli.terminal import NAMES, NARROW, WIDE, Words, listing, section, table
from app.cli.usage import PROGRAM
from app.intake.door import Submission
from app.rules.policy import Policy, Verdict

STYLES = {Verdict.ELIGIBLE: "green", Verdict.UNDETERMINED: "yellow", Verdict.INELIGIBLE: "red"}


def show(answer: Mapping[str, Any], submission: Submission, policies: Sequence[Policy], console: Console) -> None:
    """Print all of *answer* that people read."""
    width = console.width
    wording = Wording(answer, policies, len(submission.profile.members))
    counts = {verdict: wording.count(verdict) for verdict in STYLES}
    reference = answer["household"]["reference"]
    console.print(Words(f"惠民筛查　{f'家庭 {reference}　' if reference else ''}筛查日期 {answer['as_of']}", "bold"))
    console.print(Words("　".join(people(submission.profile, submission.day))))
    console.print(Words("　".join(f"{verdict.label} {count}" for verdict, count in counts.items())))
    for verdict in (Verdict.ELIGIBLE, Verdict.UNDETERMINED):
        rows = wording.rows(verdict)
        section(
            console, f"{verdict.label}（{counts[verdict]}）", STYLES[verdict], results(rows, width, STYLES[verdict])
        )
    if denied := wording.denials():
        title = f"{Verdict.INELIGIBLE.label}（{counts[Verdict.INELIGIBLE]}）"
        section(console, title, STYLES[Verdict.INELIGIBLE], listing(("待遇", "谁 — 为什么"), denied, width, (0.4, 0)))
    if asked := wording.questions():
        numbered = [(str(number), *question) for number, question in enumerate(asked, 1)]
        headings = ("序", "问什么：怎么答", "问谁", "可定下")
        section(console, "需要核实的问题，先问能定下最多的", "cyan", listing(headings, numbered, width, (2,)))
    if answer["warnings"]:
        warned = [(warning["field"], warning["message"]) for warning in answer["warnings"]]
        section(console, "请核对", "red", listing(("位置", "提醒"), warned, width))
    if conflicts := wording.conflicts():
        section(console, "不能简单相加", "magenta", [Words(f"· {conflict}") for conflict in conflicts])
    if changes := wording.changes():
        headings = ("自何日起", "对象", "待遇", "变化")
        section(console, "24个月内会自行变化", "blue", listing(headings, changes, width, (10, 0, 0, 16)))
    console.print()
    console.print(Words(answer["notice"], "dim"))
    console.print(Words(f"一项政策的条件、材料和步骤：{PROGRAM} policies 名称", "dim"))


def results(rows: Sequence[Row], width: int, style: str) -> list[RenderableType]:
    """Return the rows of one verdict, with as many columns as there is room for."""
    if not rows:
        return [Words("没有", "dim")]
    if width < NARROW:
        return [_paragraph(row, style) for row in rows]
    subject = min(12, max(cell_len(part) for row in rows for part in row.subjects.split("、")) + 2)
    if width < WIDE:
        stacked = [(Words(row.subjects, pieces=NAMES), _stacked(row, style), Words(row.reason)) for row in rows]
        return [table(("对象", "待遇、金额、单位", "理由"), stacked, (subject, 0.4), lines=True)]
    cells = [
        (
            Words(row.subjects, pieces=NAMES),
            Words(row.title, style),
            Words(row.amount),
            Words(row.unit),
            Words(row.reason),
        )
        for row in rows
    ]
    return [table(("对象", "待遇", "金额", "办理单位", "理由"), cells, (subject, 0.35, 14, 14), lines=True)]


def _stacked(row: Row, style: str) -> RenderableType:
    return Group(Words(row.title, style), *(Words(part) for part in (row.amount, row.unit) if part))


def _paragraph(row: Row, style: str) -> RenderableType:
    about = "，".join(filter(None, (row.amount, *row.unit.split("\n"))))
    lines = [Words(part) for part in (row.subjects, about, row.reason) if part]
    return Group(Words(f"· {row.title.replace(chr(10), '')}", style), Padding(Group(*lines), (0, 0, 0, 2)))
