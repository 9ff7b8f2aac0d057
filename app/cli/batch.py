"""`batch`: a list of people from a file, screened into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.batch.run import Summary


def batch(
    source: Annotated[
        str,
        typer.Argument(metavar="名单", help="CSV、Excel（.xlsx）或 Parquet 文件，一行一人；写 template 则生成填报模板"),
    ],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="结果", help="结果文件：.xlsx 含花名册和汇总，.csv 为原表加各项结论，.parquet 供程序使用"
        ),
    ],
    as_of: Annotated[
        str | None, typer.Option(metavar="日期", help="按哪一天的政策筛查，如 2026-11-23；默认今天")
    ] = None,
) -> None:
    """筛查一份名单：逐行得出结论，有问题的行单独列出。"""
    if source == "template":
        from app.batch.template import template

        template(target)
        typer.echo(f"已生成填报模板：{target}")
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from app import __version__
    from app.answers import NOTICE
    from app.batch.run import check, run
    from app.batch.screened import About
    from app.cli.policies import read_day
    from app.cli.usage import WrongInputError
    from app.rules.document import fingerprint
    from app.screening import Screener
    from app.settings import Settings
    from policies import POLICIES

    check(target)
    if not Path(source).is_file():
        raise WrongInputError("找不到名单文件，请核对路径和文件名")
    if not target.parent.is_dir():
        raise WrongInputError("结果文件所在的文件夹不存在，请先建好，或换一个位置")
    day = read_day(as_of)
    screener = Screener(POLICIES)
    about = About(day, fingerprint(POLICIES), __version__, NOTICE)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("筛查", total=None)
        summary = run(
            Path(source),
            target,
            screener=screener,
            about=about,
            home=Settings.load().region,
            progress=lambda done, rows: bar.update(task, completed=done, total=rows),
        )
    _report(summary, target)


def _report(summary: "Summary", target: Path) -> None:
    """Say what became of the list, and what could be known if it said more."""
    from app.cli.terminal import Words, output
    from app.rules.policy import Verdict

    console = output()
    counts = "，".join(f"{verdict.label} {summary.verdicts[verdict.value]} 项次" for verdict in Verdict)
    lines = [
        f"已写入 {target}",
        f"名单 {summary.rows} 行，筛查 {summary.households} 户 {summary.people} 人：{counts}",
    ]
    if summary.rejected:
        lines.append(f"退回 {summary.rejected} 行，没有筛查：原因见结果（Excel 的“退回行”、CSV 的“筛查情况”）")
    if summary.warnings:
        lines.append(f"提示 {summary.warnings} 处，请核对")
    if summary.sheet.unknown:
        lines.append(f"没有用到的列：{'、'.join(summary.sheet.unknown)}")
    if summary.sheet.missing:
        lines.append(f"缺少的列（补上后待核实的会少）：{'、'.join(summary.sheet.missing)}")
    for line in lines:
        console.print(Words(line))
