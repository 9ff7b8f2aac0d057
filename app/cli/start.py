"""`start`: the service, with its database brought up to date."""

from typing import Annotated

import typer


def start(
    host: Annotated[
        str, typer.Option(metavar="地址", help="监听的地址；127.0.0.1 只限本机，0.0.0.0 供其他电脑和手机访问")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="端口", help="监听的端口，0至65535；0 表示任选一个空闲的")] = 8000,
) -> None:
    """启动服务：先升级数据库，再提供页面和接口；按 Ctrl+C 停止。"""
    from app.server import serve

    serve(host, port)
