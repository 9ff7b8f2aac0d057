"""`deliver`: the worker that sends hand-offs to the platform, as a process of its own."""

import signal
from datetime import UTC, datetime
from typing import Annotated

import typer


def deliver(
    retry_parked: Annotated[
        bool, typer.Option("--retry-parked", metavar="", help="只让平台拒收、转为人工处理的全部重新排队，然后结束")
    ] = False,
) -> None:
    """向一门受理平台发送转交件，直到被停止；可以同时开几个，也可以与服务进程同时发送，不会重复立案。"""
    from app.cli.deployment import opened
    from app.errors import StartError
    from app.onewindow.delivery import Worker
    from app.onewindow.outbox import retry_all
    from app.onewindow.platform import platform_of

    with opened() as (settings, database, keyring):
        if retry_parked:
            count = database.write(lambda session: retry_all(session, datetime.now(UTC)))
            typer.echo(f"重新排队：{count}条。")
            return
        platform = platform_of(settings)
        if platform is None or not platform.url:
            raise StartError("没有接入平台：请设置 HUIMIN_PLATFORM_URL 和 HUIMIN_PLATFORM_SECRET。")
        worker = Worker(database, keyring, platform)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worker.stop())
        typer.echo("正在发送；按 Ctrl+C 停止。")
        worker.run()
        typer.echo("已停止。")
