"""`batch`: a list of people from a file, screened into a file."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from app.batch.run import Summary

_MOST_NAMED: Final = 50
"""Columns that are named; of more, how many there are."""


def batch(
    source: Annotated[
        str,
        typer.Argument(metavar="名单", help="CSV、Excel（.xlsx）或 Parquet 文件，一行一人；写 template 则生成填报模板"),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="结果", help="结果文件：.xlsx 含花名册和汇总，.csv 为原表加各项结论，.parquet 供程序使用"
        ),
    ],
    as_of: Annotated[
        str | None, typer.Option(metavar="日期", help="按哪一天的政策筛查，如 2026-11-23；默认今天")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="上次结果", help="上次筛查保存的 .parquet 结果：列出谁新增符合、不再符合、有变化，因为什么"
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="引擎", help="polars（默认）；duckdb 或 spark 直接筛查 Parquet 数据表，数据在哪里就在哪里算"
        ),
    ] = "polars",
    spark: Annotated[
        str | None,
        typer.Option(metavar="地址", help="Spark 在哪里：local[*]、spark://…、yarn，或 sc://…（Spark Connect）"),
    ] = None,
) -> None:
    """筛查一份名单：逐行得出结论，有问题的行单独列出。"""
    if source == "template":
        from app.batch.template import template
        from app.cli.writing import writing

        with writing(Path(target)):
            template(Path(target))
        typer.echo(f"已生成填报模板：{target}")
        return

    from app.cli.interruption import interruptible
    from app.cli.policies import read_day
    from app.cli.usage import WrongInputError

    if engine not in ("polars", "duckdb", "spark"):
        raise WrongInputError("--engine 请填 polars、duckdb 或 spark")
    if spark is not None and engine != "spark":
        raise WrongInputError("--spark 要和 --engine spark 一起用")
    if since is not None and engine != "polars":
        raise WrongInputError("--since 目前请用默认的引擎：去掉 --engine 后重试")
    if engine != "spark":
        _check_paths(source, Path(target), since)
    day = read_day(as_of)
    with interruptible():
        if engine == "polars":
            _screen_file(Path(source), Path(target), day, since)
        else:
            from app.cli.engines import screen_on_engine

            screen_on_engine(engine, source, target, day, spark)


def _check_paths(source: str, target: Path, since: Path | None) -> None:
    from app.batch.reading.source import identity
    from app.batch.reading.unreadable import UnreadableFileError
    from app.cli.usage import WrongInputError

    try:
        before = identity(Path(source))
    except UnreadableFileError as error:
        raise WrongInputError(str(error)) from error
    if not target.parent.is_dir():
        raise WrongInputError("结果文件所在的文件夹不存在，请先建好，或换一个位置")
    if target.is_dir():
        raise WrongInputError("结果的位置上已有一个同名的文件夹：请换一个文件名")
    if target.exists() and identity(target)[:2] == before[:2]:
        raise WrongInputError("结果不能写在名单文件上，否则名单会丢失：请给结果另取一个文件名")
    if since is not None and not since.exists():
        raise WrongInputError("找不到上次的结果，请核对 --since 的路径和文件名")


def _screen_file(source: Path, target: Path, day: date, since: Path | None) -> None:
    from app import __version__
    from app.answering.answers import NOTICE
    from app.batch.reading.unreadable import UnreadableFileError
    from app.batch.run import UnknownFormatError, check, run
    from app.batch.screened import About
    from app.cli.progress import Waiting
    from app.cli.usage import WrongInputError
    from app.cli.writing import writing
    from app.rules.document import fingerprint
    from app.screening import Screener
    from app.settings import Settings
    from policies import POLICIES

    try:
        check(target)
        with writing(target), Waiting() as waiting:
            summary = run(
                source,
                target,
                screener=Screener(POLICIES),
                about=About(day, fingerprint(POLICIES), __version__, NOTICE),
                home=Settings.load().region,
                since=since,
                steps=waiting.steps,
                progress=waiting.rows,
                on_phase=waiting.phase,
            )
    except (UnknownFormatError, UnreadableFileError) as error:
        raise WrongInputError(str(error)) from error
    _report(summary, target)


def _some(names: Sequence[str]) -> str:
    more = f"等{len(names)}列" if len(names) > _MOST_NAMED else ""
    return "、".join(names[:_MOST_NAMED]) + more


def _report(summary: "Summary", target: Path) -> None:
    """Say what became of the list, and what could be known if it said more."""
    from app.batch.comparison import changes_path
    from app.cli.terminal import Words, output
    from app.rules.policy import Verdict

    console = output()
    counts = "，".join(f"{verdict.label} {summary.verdicts[verdict.value]} 项次" for verdict in Verdict)
    lines = [
        f"已写入 {target}",
        f"名单 {summary.rows} 行，筛查 {summary.households} 户 {summary.people} 人：{counts}",
    ]
    if summary.changes is not None:
        lines.append(summary.changes.summary())
        lines.append(f"变化清单：{changes_path(target) or '见工作簿里的“变化”表'}")
    if summary.rejected:
        lines.append(f"退回 {summary.rejected} 行，没有筛查：原因见结果（Excel 的“退回行”、CSV 的“筛查情况”）")
    if summary.warnings:
        lines.append(f"提示 {summary.warnings} 处，请核对")
    if summary.sheet.unknown:
        lines.append(f"没有用到的列：{_some(summary.sheet.unknown)}")
    lines += summary.sheet.notes
    if summary.sheet.missing:
        lines.append(f"缺少的列（补上后待核实的会少）：{'、'.join(summary.sheet.missing)}")
    for line in lines:
        console.print(Words(line))
