"""Sparks of the tests' own, on this machine: one in this process, and a cluster of processes with Spark Connect."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

# Short tests end before the optimising compiler has paid off.
QUICK = "-XX:TieredStopAtLevel=1"
SMALL = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.cores.max": "1",
    "spark.executor.memory": "480m",
    "spark.executor.extraJavaOptions": QUICK,
    "spark.driver.extraJavaOptions": QUICK,
}


def require() -> None:
    """Skip whatever asks, without Java or pyspark."""
    if shutil.which("java") is None:
        pytest.skip("no Java: install a JRE of version 17 or 21, for example apt install openjdk-17-jre-headless")
    if find_spec("pyspark") is None:
        pytest.skip("no Spark: python3 -m app test -m spark installs it (460 MB) and runs what needs it")


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A small local Spark. Without Java or pyspark its tests are skipped."""
    require()
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


class Cluster:
    """A master and a worker of Spark's own kind, and Spark Connect on them: five processes when both are used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        master, connect = free_port(), free_port()
        self.master = f"spark://127.0.0.1:{master}"
        self.connect = f"sc://127.0.0.1:{connect}"
        self._connect_port = connect
        daemon = "org.apache.spark.deploy"
        self._start(
            "spark-class", f"{daemon}.master.Master", "--host", "127.0.0.1", "--port", str(master), "--webui-port", "0"
        )
        self._await(master)
        worker = (
            "--host",
            "127.0.0.1",
            "--webui-port",
            "0",
            "--cores",
            "2",
            "--memory",
            "1g",
            "--work-dir",
            str(folder / "work"),
        )
        self._start("spark-class", f"{daemon}.worker.Worker", *worker, self.master)

    @property
    def submit(self) -> dict[str, str]:
        """Return what a driver on this machine is told by its environment."""
        return {"PYSPARK_SUBMIT_ARGS": f"{options()} pyspark-shell", "SPARK_LOCAL_IP": "127.0.0.1"}

    def serve(self) -> None:
        """Start Spark Connect."""
        binding = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": str(self._connect_port),
        }
        server = "org.apache.spark.sql.connect.service.SparkConnectServer"
        self._start(
            "spark-submit", "--class", server, "--master", self.master, *options(binding).split(), "spark-internal"
        )
        self._await(self._connect_port)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
            process.wait(30)

    def _start(self, program: str, *arguments: str) -> None:
        import pyspark

        home = Path(str(pyspark.__file__)).parent
        environment = {
            **os.environ,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_CONNECT_MODE": "0",
            "SPARK_DAEMON_MEMORY": "1g",
            "SPARK_DAEMON_JAVA_OPTS": f"{QUICK} -Dspark.master.rest.enabled=false",
        }
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            command = [str(home / "bin" / program), *arguments]
            self.processes.append(
                subprocess.Popen(
                    command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            )

    def _await(self, port: int) -> None:
        deadline = time.monotonic() + 90
        while self.processes[-1].poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        log = self.folder / f"{len(self.processes) - 1}.log"
        pytest.fail(f"Spark did not start: {log.read_text(errors='replace')[-2000:]}")


def options(more: dict[str, str] | None = None) -> str:
    """Return the settings of a small Spark for spark-submit."""
    return " ".join(f"--conf {name}={value}" for name, value in {**SMALL, **(more or {})}.items())


def free_port() -> int:
    with socket.socket() as unbound:
        unbound.bind(("127.0.0.1", 0))
        port: int = unbound.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster on this machine. Without Java or pyspark its tests are skipped."""
    require()
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.serve()
        yield cluster
    finally:
        cluster.stop()
