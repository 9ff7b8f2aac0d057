"""A session with a Spark that is there already: on this machine, a cluster's, or over Spark Connect."""

import logging
import os
import shutil
import signal
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, Final

from app.batch.sql_engine import EngineError, module

REACHED_WITHIN: Final = 20
"""Seconds in which a cluster must answer: Spark by itself tries for a minute, and over Connect for ten."""
RETRIES: Final = 8
"""How often a request over Connect that was cut off is sent again, which takes some three minutes in all."""
_CONNECT: Final = "sc://"
_STANDALONE: Final = "spark://"


@contextmanager
def spark_session(address: str | None = None) -> Iterator[Any]:
    """Give the Spark session at *address*, or the one that runs, as under spark-submit; raise EngineError.

    An address is `local[*]`, a cluster's master such as `spark://…` or `yarn`, or `sc://…` for Spark Connect.
    A session that was running stays as it is, one begun here is ended.
    """
    sessions = module("pyspark.sql", "Spark", "spark").SparkSession
    address = address or os.environ.get("SPARK_REMOTE")
    running = sessions.getActiveSession() if address is None else None
    if running is not None:
        yield running
        return
    begin = _connected(address) if address is not None and address.startswith(_CONNECT) else _begun(sessions, address)
    # Of calls that are cut short py4j tells the root logger, which without a handler tells the terminal.
    silent = logging.NullHandler()
    logging.getLogger().addHandler(silent)
    try:
        with warnings.catch_warnings():
            # What Spark warns of is either said in words or not for whoever gave the command.
            warnings.simplefilter("ignore")
            yield from begin
    finally:
        logging.getLogger().removeHandler(silent)


def _connected(address: str) -> Iterator[Any]:
    """Give a session of a Spark Connect server."""
    # What gRPC itself has to say of a lost connection is said in words.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    needed = "Spark Connect 所需的软件包（grpcio、pandas、pyarrow 等）"
    sessions = module("pyspark.sql.connect.session", needed, "spark").SparkSession
    client = module("pyspark.sql.connect.client", needed, "spark")
    grpc = module("grpc", needed, "spark")
    try:
        builder = client.DefaultChannelBuilder(address)
    except ValueError as error:
        raise EngineError("--spark 的地址写法不对：Spark Connect 写作 sc://主机:15002") from error
    with closing(builder.toChannel()) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=REACHED_WITHIN)
        except grpc.FutureTimeoutError as error:
            raise EngineError(
                f"{REACHED_WITHIN}秒内没有连上 Spark Connect：请核对 --spark 的主机、端口（默认15002）、是否要加密"
                "（sc://主机:端口/;use_ssl=true），以及服务是否已启动"
            ) from error
    session = sessions.builder.channelBuilder(builder).create()
    session.client.set_retry_policies([client.retries.DefaultPolicy(max_retries=RETRIES)])
    try:
        _check_version(session)
        yield session
    finally:
        # If the server is gone there is nothing left to say to it.
        session.client.set_retry_policies([])
        session.stop()


def _begun(sessions: Any, address: str | None) -> Iterator[Any]:
    """Give a session of a driver in a process beside this one."""
    pyspark = module("pyspark", "Spark", "spark")
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    if not submitted and not _has_java():
        raise EngineError(
            "本机没有 Java，Spark 要用 17 或 21：请先安装，例如 apt install openjdk-17-jre-headless；"
            "或用 Spark Connect（--spark sc://主机:15002），本机就不需要 Java"
        )
    if address is not None and address.startswith(_STANDALONE):
        _reach(address)
    conf = pyspark.SparkConf(loadDefaults=False).setAppName("huimin")
    if address is not None:
        conf.setMaster(address)
    try:
        # Its log names paths and may quote rows: whoever wants it gives it a file, with a log4j2.properties.
        gateway = module("pyspark.java_gateway", "Spark", "spark").launch_gateway(conf, {"stderr": DEVNULL})
    except pyspark.errors.PySparkException as error:
        raise EngineError(
            "Spark 没有启动：请核对 --spark 的地址、Java 的版本（17 或 21）、PYSPARK_SUBMIT_ARGS 和 SPARK_HOME 的内容"
        ) from error
    at_interrupt = signal.getsignal(signal.SIGINT)
    try:
        session = sessions(pyspark.SparkContext(conf=conf, gateway=gateway))
    except Exception as error:  # of py4j, of pyspark, or a TypeError: where versions differ, whatever is not there
        raise EngineError(
            "Spark 没有接受连接：请核对 --spark 的地址（主节点的端口默认7077）、PYSPARK_SUBMIT_ARGS 的内容"
            f"（如内存不少于 450m），以及集群的 Spark 与这里的（{pyspark.__version__}）是否同一版本"
        ) from error
    # Spark's handler would call the driver from within a call to it.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, at_interrupt)
    try:
        _check_version(session)
        yield session
    finally:
        session.stop()


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java") is not None if home is None else (Path(home) / "bin" / "java").exists()


def _reach(address: str) -> None:
    """Raise EngineError unless one of the masters of *address* takes connections."""
    for master in address.removeprefix(_STANDALONE).split(","):
        host, _, port = master.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise EngineError("--spark 的地址写法不对：主节点写作 spark://主机:7077，几个之间用逗号分开")
        with suppress(OSError):
            socket.create_connection((host.strip("[]"), int(port)), timeout=REACHED_WITHIN).close()
            return
    raise EngineError("没有连上 Spark 的主节点：请核对 --spark 的主机和端口（默认7077）、主节点是否已启动，以及防火墙")


def _check_version(session: Any) -> None:
    """Refuse a Spark of another major version, which may understand statements otherwise."""
    theirs, ours = str(session.version), str(module("pyspark", "Spark", "spark").__version__)
    if theirs.partition(".")[0] != ours.partition(".")[0]:
        raise EngineError(f"集群的 Spark 是 {theirs}，这里的是 {ours}，大版本要相同：请用 {ours[0]}.x 的集群")
