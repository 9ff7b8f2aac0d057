"""`keyring`: the keys with which everything stored is sealed."""

from typing import Annotated

import typer

from app.cli.deployment import opened
from app.cli.usage import Command, Commands

commands = typer.Typer(
    cls=Commands,
    help="密钥环：保存的内容用它加密；查看、轮换。",
    no_args_is_help=True,
    subcommand_metavar="命令 …",
    options_metavar="",
)
SUITES = {"aes": "AES-256-GCM、SHA-256", "sm": "SM4-GCM、SM3"}


@commands.command("show", cls=Command, options_metavar="")
def show() -> None:
    """密钥环在哪里、有哪些密钥、各加密了多少内容；没有密钥本身。"""
    from sqlalchemy import select

    from app.cli.terminal import Words, listing, output
    from app.clock import SHANGHAI
    from app.models import SealingKey
    from app.rotation import former, in_use, prepared
    from app.security import ringfile
    from app.security.sealing import SEALING

    with opened() as (settings, database, _keyring):
        ring = ringfile.load(settings)
        used = database.read(in_use)
        marks = database.read(lambda session: session.scalars(select(SealingKey)).all())
    since = {mark.id: mark.since.astimezone(SHANGHAI) for mark in marks if mark.purpose == SEALING}
    states = {
        ring.sealing: "现用",
        **dict.fromkeys(former(ring), "以前的，轮换没有做完"),
        **dict.fromkeys(prepared(ring), "备好，下次轮换用"),
    }
    console = output()
    where = "环境变量 HUIMIN_KEYRING" if settings.keyring is not None else str(ringfile.path_of(settings))
    console.print(Words(f"密钥环：{where}"))
    console.print(Words(f"摘要密钥：{ring.digest.id}，{SUITES[ring.digest_suite.value]}，轮换时不变"))
    rows = [
        (
            id,
            states[id],
            f"{since[id]:%Y-%m-%d %H:%M}" if id in since else "",
            "，".join(
                f"{SUITES[suite.value].partition('、')[0]} {count}项"
                for (suite, key), count in sorted(used.items(), key=lambda item: item[0][0].value)
                if key == id
            )
            or "没有",
        )
        for id in ring.keys
    ]
    for part in listing(("密钥", "状态", "启用", "加密的内容"), rows, console.width, (8, 0, 16, 20)):
        console.print(part)


@commands.command("rotate", cls=Command, options_metavar="[选项]")
def rotate(
    prepare: Annotated[
        bool, typer.Option("--prepare", help="只备好新密钥，先不用它；有几台服务器时先把密钥环分发到各台，再轮换")
    ] = False,
) -> None:
    """换一把新的密钥，把全部内容重新加密，服务不必停；中断了再运行一次就接着做。"""
    from app import rotation

    with opened() as (settings, database, keyring):
        if prepare:
            id = rotation.prepare(settings)
            typer.echo(f"已备好密钥 {id}：请把密钥环分发到各台服务器，再运行 keyring rotate。")
            return
        count = rotation.rotate(settings, database, keyring, typer.echo)
    typer.echo(f"轮换完成：共重新加密{count}项。")
