"""`subject`: what is stored about a household or a person, handed over or deleted."""

import json
import sys
from typing import Annotated, Any

import typer

from app.cli.deployment import Deployment, opened
from app.cli.usage import Command, Commands, WrongInputError
from app.security.audit_actions import Action

commands = typer.Typer(
    cls=Commands,
    help="个人信息：按户编号查询、删除保存的全部内容。",
    no_args_is_help=True,
    subcommand_metavar="命令 …",
    options_metavar="",
)
Reference = Annotated[str, typer.Argument(metavar="户编号", help="保存时填报的户编号")]
Member = Annotated[str | None, typer.Option(metavar="人口编号", help="只涉及有这名成员的筛查和结果")]
Region = Annotated[str | None, typer.Option(metavar="代码", help="只涉及这个行政区划代码之下的；各村的户编号可能相同")]


@commands.command("export", cls=Command, options_metavar="[选项]")
def export(reference: Reference, member: Member = None, region: Region = None) -> None:
    """把保存的全部内容以 JSON 写到标准输出：筛查、转交、名单中的结果。"""
    from app import subjects

    subject = _subject(reference, member, region)
    with opened() as deployment:
        held, under_way = _in_lists(deployment, subject)

        def work(session: Any) -> dict[str, Any]:
            found = subjects.export(session, deployment.keyring, subject, None)
            found["batches"] = [each.document() for each in held]
            _record(session, Action.SUBJECT_EXPORTED, subject.index(deployment.keyring), "subject export")
            return found

        found = deployment.database.write(work)
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False, indent=2, default=str).encode() + b"\n")
    _warn(under_way)


@commands.command("delete", cls=Command, options_metavar="[选项]")
def delete(
    reference: Reference,
    member: Member = None,
    region: Region = None,
    keep_lists: Annotated[bool, typer.Option("--keep-lists", metavar="", help="结果中有这一户的名单不删除")] = False,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="不再询问")] = False,
) -> None:
    """删除保存的全部内容，不能恢复：筛查、转交，以及结果中有这一户的整份名单。"""
    from app import subjects

    subject = _subject(reference, member, region)
    with opened() as deployment:
        held, under_way = ([], []) if keep_lists else _in_lists(deployment, subject)
        gone = [each.batch.id for each in held]
        if not yes and not typer.confirm(f"删除后不能恢复，其中名单{len(gone)}份将整份删除。确定删除？", err=True):
            raise typer.Exit(1)

        def work(session: Any) -> dict[str, int]:
            counts = subjects.forget(session, deployment.keyring, subject, None)
            subjects.forget_lists(session, gone)
            _record(session, Action.SUBJECT_DELETED, subject.index(deployment.keyring), "subject delete")
            return counts

        counts = deployment.database.write(work)
        for id in gone:
            _files(deployment).remove(id)
    typer.echo(f"已删除：筛查{counts['screenings']}次，转交{counts['handoffs']}件，名单{len(gone)}份。")
    _warn(under_way)


def _subject(reference: str, member: str | None, region: str | None) -> Any:
    from app.errors import InvalidParameterError
    from app.subjects import read_subject

    try:
        return read_subject({"reference": reference, "member": member, "region_code": region})[0]
    except InvalidParameterError as error:
        said = [(_OPTIONS[field], message) for field, message in error.errors]
    raise WrongInputError("请改正后重试", said, ("哪一项", "怎么改"))


_OPTIONS = {"reference": "户编号", "member": "--member", "region_code": "--region"}


def _in_lists(deployment: Deployment, subject: Any) -> Any:
    from app.subjects import in_lists

    return in_lists(deployment.database, _files(deployment), deployment.keyring, subject, None)


def _files(deployment: Deployment) -> Any:
    from app.batch.jobs.files import BatchFiles

    return BatchFiles(deployment.settings.data_dir, deployment.keyring.suite)


def _record(session: Any, action: Action, object: str, command: str) -> None:
    from app.security import audit

    audit.record(session, audit.Event(action, route=command, object=object, purpose="subject-rights"))


def _warn(under_way: list[str]) -> None:
    if under_way:
        typer.echo(f"还有{len(under_way)}份名单没有筛查完，没有查：请待其结束后再执行一次。", err=True)
