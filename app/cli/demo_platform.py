"""`demo-platform`: a platform on this machine to try the service with."""

from pathlib import Path
from typing import Annotated

import typer

SHARE = {"min": 0.0, "max": 1.0}


def demo_platform(
    host: Annotated[str, typer.Option(metavar="地址", help="监听的地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="端口", help="监听的端口；0 表示任选一个空闲的")] = 8100,
    service: Annotated[str, typer.Option(metavar="网址", help="本服务的网址，回执发到这里")] = "http://127.0.0.1:8000",
    file: Annotated[Path | None, typer.Option(metavar="文件", help="收到的件存在这里；不填则结束时丢弃")] = None,
    new_secret: Annotated[
        bool, typer.Option("--new-secret", metavar="", help="只生成一个签名密钥，印出后结束")
    ] = False,
    silent: Annotated[bool, typer.Option("--silent", metavar="", help="只收件，不发回执")] = False,
    fails: Annotated[float, typer.Option(metavar="比例", help="答复500的比例，0至1", **SHARE)] = 0,
    loses: Annotated[float, typer.Option(metavar="比例", help="收下却断开连接的比例，0至1", **SHARE)] = 0,
    slow: Annotated[float, typer.Option(metavar="秒", help="每件先等几秒", min=0.0, max=60.0)] = 0,
    twice: Annotated[bool, typer.Option("--twice", metavar="", help="每条回执发两遍")] = False,
    backwards: Annotated[bool, typer.Option("--backwards", metavar="", help="回执从后往前发")] = False,
    clock: Annotated[int, typer.Option(metavar="秒", help="时钟快多少秒，负数为慢")] = 0,
    certificate: Annotated[Path | None, typer.Option(metavar="文件", help="PEM 证书，与 --key 一起用 https")] = None,
    key: Annotated[Path | None, typer.Option(metavar="文件", help="PEM 私钥")] = None,
) -> None:
    """在本机开一个演示用的一门受理平台：验签、收件、依次回执；签名方式和密钥取自 HUIMIN_PLATFORM_… 环境变量。"""
    from datetime import timedelta
    from tempfile import TemporaryDirectory

    from app.errors import StartError
    from app.onewindow.demo_platform import Manners, Platform, run
    from app.onewindow.platform import scheme_of
    from app.onewindow.signatures import new_secret as make_secret
    from app.server import listen
    from app.settings import Settings

    if new_secret:
        typer.echo(make_secret())
        return
    scheme = scheme_of(Settings.load())
    if scheme is None:
        raise StartError(
            "请先设置 HUIMIN_PLATFORM_SECRET，与服务用的相同；可用 python3 -m app demo-platform --new-secret 生成。"
        )
    manners = Manners(fails, loses, slow, twice, backwards, timedelta(seconds=clock))
    with TemporaryDirectory(prefix="huimin-platform-") as folder, listen(host, port) as listener:
        kept = file or Path(folder) / "platform.db"
        callback = None if silent else f"{service.rstrip('/')}/v1/platform/receipts"
        kind = "http" if certificate is None else "https"
        typer.echo(f"演示平台已启动：{kind}://{host}:{listener.getsockname()[1]}/cases")
        run(Platform(kept, scheme, callback, manners), listener, certificate, key)
    typer.echo("已停止。")
