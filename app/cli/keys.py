"""`keys`: the clients' keys, on the machine that serves."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.cli.deployment import opened
from app.cli.usage import Command, Commands, WrongInputError
from app.security.audit_actions import Action

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from app.models import Client

T = TypeVar("T")

commands = typer.Typer(
    cls=Commands,
    help="密钥：谁能使用接口，是什么角色，管哪里。",
    no_args_is_help=True,
    subcommand_metavar="命令 …",
    options_metavar="",
)
Which = Annotated[str, typer.Argument(metavar="密钥", help="名称、编号，或密钥的开头（huimin_ 及其后8位）")]
ROLES = (
    "cadre 村干部，township 镇（街道），district 区级单位，unit 办理单位，platform 一门受理平台，"
    "officer 政策管理人员，auditor 审计人员，admin 系统管理员"
)
_OPTIONS = {
    "name": "名称",
    "role": "--role",
    "region_code": "--region",
    "unit": "--unit",
    "expires_on": "--expires 或 --days",
    "quota": "--quota",
}


@commands.command("create", cls=Command, options_metavar="[选项]")
def create(
    name: Annotated[str, typer.Argument(metavar="名称", help="给谁用，写单位或系统的名称，如 乌衣镇民政办")],
    role: Annotated[str, typer.Option(metavar="角色", help=ROLES)] = "district",
    region: Annotated[
        str | None,
        typer.Option(metavar="代码", help="只能筛查和查看这个行政区划代码之下的家庭；村干部和镇（街道）必填"),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(metavar="单位", help="只看到交给这个单位的件，如 civil-affairs；办理单位必填"),
    ] = None,
    expires: Annotated[str | None, typer.Option(metavar="日期", help="最后一天，如 2027-12-31；默认一年后")] = None,
    days: Annotated[int | None, typer.Option(metavar="天数", help="有效的天数，与 --expires 只填一个")] = None,
    quota: Annotated[
        int | None, typer.Option(metavar="次数", help="每小时的额度，一次请求计1，名单每行计1；0 不限；不填按角色")
    ] = None,
) -> None:
    """建立一个密钥；只显示这一次，在标准输出的最后一行。"""
    from app.archive import new_id
    from app.clock import today
    from app.errors import InvalidParameterError
    from app.security import clients
    from app.security.applications import read_application

    if expires is not None and days is not None:
        raise WrongInputError("--expires 和 --days 只能填一个")
    given = {
        "name": name,
        "role": role,
        "region_code": region,
        "unit": unit,
        "expires_on": _last_day(today(), expires, days),
        "quota": quota,
    }
    with opened() as (settings, database, keyring):
        said: list[tuple[str, str]] = []
        try:
            application = read_application(given, home=settings.region, today=today())
        except InvalidParameterError as error:
            said = [(_OPTIONS[field], message) for field, message in error.errors]
        if said:
            raise WrongInputError("没有建立密钥，请改正后重试", said, ("哪一项", "怎么改"))

        def work(session: "Session") -> tuple[dict[str, Any], str]:
            made = _told(clients.create(session, keyring, application, id=new_id(), by=None))
            _record(session, Action.CLIENT_CREATED, made[0]["id"], "keys create")
            return made

        client, key = database.write(work)
    _show_key(client, key)


def _last_day(now: "date", expires: str | None, days: int | None) -> "str | date | None":
    from datetime import timedelta

    if days is None:
        return expires
    try:
        return now + timedelta(days=days)
    except OverflowError:
        raise WrongInputError("--days 填得太大") from None


@commands.command("list", cls=Command, options_metavar="[选项]")
def list_(
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="输出 JSON，不画表格")] = False,
) -> None:
    """列出全部密钥：角色、范围、期限、最近使用；没有密钥本身。"""
    from app.security import clients

    with opened() as (_, database, _keyring):
        found = database.read(lambda session: _all(lambda after: clients.listed(session, after=after)))
    if as_json:
        import json
        import sys

        sys.stdout.buffer.write(json.dumps({"clients": found}, ensure_ascii=False, indent=2).encode() + b"\n")
        return
    from app.cli.terminal import Words, listing, output

    console = output()
    if not found:
        console.print(Words("还没有密钥。建立一个：python3 -m app keys create 名称 --role 角色"))
        return
    headings = ("名称", "角色", "范围", "密钥开头", "状态", "到期", "最近使用")
    rows = [
        (
            each["name"],
            each["role_label"],
            _reach(each),
            each["prefix"],
            _STATES[each["state"]],
            each["expires_at"][:10],
            (each["last_used_at"] or "没有用过")[:16].replace("T", " "),
        )
        for each in found
    ]
    for part in listing(headings, rows, console.width, (0, 13, 12, 15, 4, 10, 16)):
        console.print(part)


def _reach(client: dict[str, Any]) -> str:
    return "，".join(part for part in (client["region_code"] or "全区", client["unit"]) if part)


_STATES = {"active": "在用", "expired": "过期", "revoked": "停用"}


@commands.command("revoke", cls=Command, options_metavar="")
def revoke(which: Which) -> None:
    """停用一个密钥：几秒内在各处失效，不能恢复。"""
    from app.security import clients

    def work(session: "Session") -> dict[str, Any]:
        client = clients.find_named(session, which)
        clients.revoke(client)
        _record(session, Action.CLIENT_REVOKED, client.id, "keys revoke")
        return clients.described(client)

    with opened() as (_, database, _keyring):
        client = database.write(work)
    typer.echo(f"已停用：{client['name']}（{client['prefix']}…）")


@commands.command("rotate", cls=Command, options_metavar="")
def rotate(which: Which) -> None:
    """更换一个密钥：显示新的，原来的几秒内失效。"""
    from app.security import clients

    with opened() as (_, database, keyring):

        def work(session: "Session") -> tuple[dict[str, Any], str]:
            client = clients.find_named(session, which)
            key = clients.rotate(keyring, client)
            _record(session, Action.CLIENT_ROTATED, client.id, "keys rotate")
            return _told((client, key))

        client, key = database.write(work)
    _show_key(client, key)


@commands.command("quota", cls=Command, options_metavar="")
def quota(
    which: Which,
    units: Annotated[str, typer.Argument(metavar="次数", help="每小时的额度；0 不限；role 按角色")],
) -> None:
    """改变一个密钥每小时的额度；几秒内在各处生效。"""
    from app.security import clients
    from app.security.applications import MOST_UNITS, is_quota

    given = None if units == "role" else int(units) if units.isdecimal() and len(units) < 12 else -1
    if not is_quota(given):
        raise WrongInputError(f"次数应为0至{MOST_UNITS}的整数（0 为不限），或 role（按角色）")

    def work(session: "Session") -> dict[str, Any]:
        client = clients.find_named(session, which)
        client.quota = given
        _record(session, Action.CLIENT_QUOTA_CHANGED, client.id, "keys quota")
        return clients.described(client)

    with opened() as (_, database, _keyring):
        client = database.write(work)
    said = "按角色" if given is None else f"每小时 {given}" if given else "不限"
    typer.echo(f"已改变额度：{client['name']}（{client['prefix']}…），{said}")


def _record(session: "Session", action: Action, id: str, command: str) -> None:
    from app.security import audit

    audit.record(session, audit.Event(action, route=command, object=id, purpose="operation"))


def _told(made: "tuple[Client, str]") -> tuple[dict[str, Any], str]:
    from app.security import clients

    client, key = made
    return clients.described(client), key


def _show_key(client: dict[str, Any], key: str) -> None:
    """Print what the key is for, and on a line of its own, the last one, the key."""
    import sys

    typer.echo(
        f"{client['name']}：{client['role_label']}，{_reach(client)}，"
        f"{client['expires_at'][:10]}零时失效。\n"
        "密钥只显示这一次，请立即交给使用者妥善保管；遗失的用 keys rotate 更换。",
        err=not sys.stdout.isatty(),
    )
    typer.echo(key)


def _all(page: "Callable[[str], Any]") -> list[dict[str, Any]]:
    from app.security import clients

    found: list[dict[str, Any]] = []
    while True:
        more = [clients.described(client) for client in page(found[-1]["id"] if found else "")]
        found += more
        if len(more) < clients.MOST_LISTED:
            return found
