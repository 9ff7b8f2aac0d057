"""The server that runs the application: where it listens, what it says, how it ends."""

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import threading

import uvicorn

from app.api.service import Service
from app.connections import Connection, check_all
from app.database import upgrade
from app.errors import ProblemError, StartError
from app.main import create_app
from app.security.audit import Event, record
from app.security.audit_actions import Action
from app.security.clients import has_any
from app.security.sealing import ready
from app.settings import Settings
from app.telemetry import logs

log = logging.getLogger("huimin")

GRACE = 15
"""Seconds that requests have to finish once the server is told to stop."""
KEEP_ALIVE = 20
UNSENT = 128 * 1024
"""Bytes of answers that may wait in the system's buffer of a connection."""
TICKS = 10
"""The server ticks ten times a second."""
FIRST_KEY = (
    "还没有密钥，除首页、接口文档和运行状态外，一律不答复。请在本机另开一个窗口建立第一个：\n"
    "  python3 -m app keys create 名称 --role district\n"
    "请求时带上：Authorization: Bearer 密钥"
)
NO_KEY = (
    "还没有密钥，只认统一身份认证的令牌（用 python3 -m app sign-on 检查）。要密钥的，请在本机另开一个窗口建立：\n"
    "  python3 -m app keys create 名称 --role district"
)


def serve(host: str, port: int, settings: Settings | None = None) -> None:
    """Serve until told to stop; raise StartError, which says why, when that cannot begin."""
    settings = settings or Settings.load()
    logs.set_up(settings.log_format)
    with listen(host, port) as listener:
        upgrade(settings)
        ready(settings)
        app = create_app(settings)
        config = uvicorn.Config(
            app,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            # Which addresses are believed is ours to say: see app/api/addresses.py.
            proxy_headers=False,
            ws="none",
            http=type("Limited", (Connection,), {"most": settings.connections}),
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
        )
        # What was made so far stays: sparing it every later collection saves time, and shares memory after a fork.
        gc.collect()
        gc.freeze()
        _note(app.state.service, Action.SERVICE_STARTED)
        try:
            _Server(config, host, advice=first_key(app.state.service)).run(sockets=[listener])
        finally:
            _note(app.state.service, Action.SERVICE_STOPPED)


def first_key(service: Service) -> str:
    """Return how the first key is made; nothing where there is one."""
    if service.database.read(has_any):
        return ""
    return FIRST_KEY if service.sign_on is None else NO_KEY


def _note(service: Service, action: Action) -> None:
    """Record that the service starts or stops; a database that is away stops neither."""
    try:
        service.database.write(lambda session: record(session, Event(action, purpose="operation")))
    except ProblemError as error:
        log.error("not in the audit trail: %s: %s", action, type(error).__name__)


class _Server(uvicorn.Server):
    """Says in Chinese when it is ready, and ends with code 0 when it was told to."""

    def __init__(self, config: uvicorn.Config, host: str, *, advice: str) -> None:
        super().__init__(config)
        self.advice = advice
        self.host = host

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        main = threading.current_thread() is threading.main_thread()
        for number in (signal.SIGINT, signal.SIGTERM) if main else ():
            # The server raises the signal again when it is done, for whoever handled it before.
            signal.signal(number, lambda *_: None)
        super().run(sockets)
        print("已停止。", flush=True)

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            check_all(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Whoever follows a batch is let go: the server waits for every connection.
        self.config.app.state.service.batches.let_go()  # type: ignore[union-attr]
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = sockets[0].getsockname()[1] if sockets else self.config.port
        everywhere = self.host in ("0.0.0.0", "::", "")
        shown = "127.0.0.1" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        print(f"惠民筛查已启动：http://{shown}:{port}/", flush=True)
        print(f"接口文档：http://{shown}:{port}/docs", flush=True)
        if everywhere:
            print("其他电脑和手机可用本机的网络地址访问。", flush=True)
        if self.advice:
            print(self.advice, flush=True)
        print("按 Ctrl+C 停止。", flush=True)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raise StartError."""
    if not 0 <= port < 2**16:
        raise StartError("端口应在0至65535之间：请检查 --port。")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
        # Its connections inherit it. With megabytes in the system's buffer, a client that takes a long answer slowly
        # but steadily could not be told from one that takes nothing.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        return listener
    except socket.gaierror:
        said = f"找不到主机 {host}：请检查 --host，例如 127.0.0.1（只限本机）或 0.0.0.0（所有网卡）。"
    except OSError as error:
        said = _LISTENING.get(error.errno or 0, f"不能监听 {host} 的端口 {port}（{os.strerror(error.errno or 0)}）。")
        said = said.format(host=host, port=port, other=port + 1)
    raise StartError(said)


_LISTENING = {
    errno.EADDRINUSE: "端口 {port} 已被占用：可能服务已在运行；否则请换一个端口，例如 --port {other}。",
    errno.EACCES: "没有权限使用端口 {port}：请换用1024以上的端口，例如 --port 8000。",
    errno.EADDRNOTAVAIL: "本机没有地址 {host}：请检查 --host，例如 127.0.0.1（只限本机）或 0.0.0.0（所有网卡）。",
}
