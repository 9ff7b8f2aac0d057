"""`audit`: verify the trail of what was done, and export it."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.deployment import opened
from app.cli.usage import Command, Commands, WrongInputError
from app.errors import HuiminError
from app.security.audit_actions import Action

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

commands = typer.Typer(
    cls=Commands,
    help="审计记录：校验是否被改动，导出给审计人员。",
    no_args_is_help=True,
    subcommand_metavar="命令 …",
    options_metavar="",
)
MOST_SHOWN = 50


class TamperedError(HuiminError):
    """The trail is not as it was written."""


@commands.command("verify", cls=Command, options_metavar="[选项]")
def verify(
    expect: Annotated[
        list[str] | None,
        typer.Option(metavar="锚点", help="以前 audit verify 打印并另行保存的锚点；用来发现末尾被截去。可以写多次"),
    ] = None,
) -> None:
    """校验审计记录：被改动、删除、插入或调换时说明在第几号、哪一天；完好时打印锚点。"""
    from app.security.audit import Anchor, Event, anchor, record
    from app.security.audit import verify as find_trouble

    try:
        expected = [Anchor.parse(text) for text in expect or ()]
    except ValueError:
        raise WrongInputError("--expect 应为 audit verify 打印的锚点：编号、冒号、64位十六进制数") from None
    with opened() as (_, database, _keyring):
        troubles = database.read(lambda session: list(find_trouble(session, expected)))
        if not troubles:
            database.write(
                lambda session: record(session, Event(Action.AUDIT_VERIFIED, route="audit verify", purpose="audit"))
            )
            sys.stdout.write(f"审计记录完好。\n锚点（请抄录或另存到别处）：{database.read(anchor)}\n")
            return
    said = [f"第{seq}号（{day or '日期不详'}）：{words}" for seq, day, words in troubles[:MOST_SHOWN]]
    if len(troubles) > MOST_SHOWN:
        said.append(f"……共{len(troubles)}处")
    raise TamperedError("审计记录被改动：\n" + "\n".join(said))


@commands.command("export", cls=Command, options_metavar="[选项]")
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="要写的文件：以 .csv 或 .jsonl 结尾；已有的不覆盖")],
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="从这一天起，如 2026-11-01")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="到这一天为止（含）")] = None,
) -> None:
    """导出审计记录，一行一件事，按编号排列。"""
    from app.security.audit import Event, Wanted, events, record
    from app.security.audit_lines import FORMATS, lines

    form = out.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise WrongInputError("OUT 应以 .csv 或 .jsonl 结尾")
    since, until = _start_of(first, "--from"), _start_of(last, "--to")
    if until is not None:
        until += timedelta(days=1)
    with opened() as (_, database, _keyring):
        try:
            file = out.open("x", encoding="utf-8", newline="")
        except FileExistsError:
            raise WrongInputError("OUT 已经存在，请换一个名字") from None
        except OSError as error:
            raise WrongInputError(f"OUT 写不了（{error.strerror}）") from None
        with file:
            out.chmod(0o600)

            def write(session: "Session") -> int:
                count = 0
                for line in lines(events(session, Wanted(since=since, until=until)), form):
                    file.write(line)
                    count += 1
                return count - (form == "csv")

            count = database.read(write)
        database.write(
            lambda session: record(session, Event(Action.AUDIT_EXPORTED, route="audit export", purpose="audit"))
        )
    sys.stdout.write(f"已导出{count}条审计记录。\n")


def _start_of(text: str | None, option: str) -> datetime | None:
    from app.clock import SHANGHAI

    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongInputError(f"{option} 请按“年-月-日”填写一个存在的日期，如 2026-11-23") from None
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
