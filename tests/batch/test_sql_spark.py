"""`batch --engine spark` against a cluster of processes: its master, and Spark Connect."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.batch import spark_session as connecting
from tests.batch.parity import differences, tidy
from tests.batch.test_agreement import households, screened, typed
from tests.command_line import ROOT, call, plain, process, refused
from tests.spark import Cluster, free_port, require, spark_cluster  # noqa: F401
from tests.sql_engines import households as random_households
from tests.sql_engines import write_facts
from tests.strategies import DAYS, random_profile
from tests.test_door import settled

pytestmark = pytest.mark.spark
DAY = DAYS[-1]
SECRET = "CANARY-7"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random register as a table of facts."""
    chance = random.Random(11)
    profiles = [settled(random_profile(chance, holes)) for holes in (0.05, 0.25, 0.6) for _ in range(12)]
    return typed(households(profiles), tmp_path_factory.mktemp("register") / "facts.parquet")


def on(cluster: Cluster, address: str, source: object, target: object) -> "subprocess.CompletedProcess[str]":
    """Run `batch` on *cluster* as whoever uses it does."""
    arguments = ("--engine", "spark", "--spark", address, "--as-of", str(DAY))
    return process("batch", str(source), str(target), *arguments, **cluster.submit)


@pytest.mark.parametrize("way", ["master", "connect"])
def test_a_cluster_gives_what_polars_gives(
    spark_cluster: Cluster,  # noqa: F811
    source: Path,
    tmp_path: Path,
    way: str,
) -> None:
    address, target = getattr(spark_cluster, way), tmp_path / "结果[1]"
    done = on(spark_cluster, address, source, target)
    assert (done.returncode, plain(done.stdout)) == (0, plain(f"已写入 {target}")), done.stderr
    said = {line.rstrip("…") for line in done.stderr.splitlines()}
    assert said <= {"核对数据", "筛查", "写出结果"}, "Spark has its own log"
    expected = tidy(screened(source, f"{way}.parquet", DAY))
    assert expected.height > 1000
    assert differences(tidy(target.rename(tmp_path / "result") / "*.parquet"), expected, ordered=False) == {}
    # The cluster wrote it, and says that it is whole.
    assert (tmp_path / "result" / "_SUCCESS").exists()
    target.mkdir()
    again = on(spark_cluster, spark_cluster.connect, source, target)
    assert (again.returncode, "Spark不覆盖" in plain(again.stderr)) == (1, True), again.stderr


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("none.parquet", "result", "集群上没有这份名单"),
        ("empty", "result", "名单的路径里没有Parquet文件"),
        ("damaged.parquet", "result", "请核对是否完整的Parquet文件"),
        ("s3a://register/facts", "result", "所需的组件"),
        ("hdfs://127.0.0.1:9/facts", "result", "集群连不上存放名单或结果的存储"),
    ],
)
def test_what_a_cluster_refuses_is_told_in_words(
    spark_cluster: Cluster,  # noqa: F811
    tmp_path: Path,
    source: str,
    target: str,
    said: str,
) -> None:
    folder = tmp_path / SECRET
    (folder / "empty").mkdir(parents=True)
    (folder / "damaged.parquet").write_text(SECRET)
    done = on(spark_cluster, spark_cluster.connect, source if "://" in source else folder / source, folder / target)
    assert (done.returncode, done.stdout, said in plain(done.stderr)) == (1, "", True), done.stderr
    for unwanted in (SECRET, "Traceback", "Exception", "\tat "):
        assert unwanted not in done.stderr
    assert not (folder / target).exists()


def test_of_a_driver_on_this_machine_only_the_words_are_seen(spark_cluster: Cluster, tmp_path: Path) -> None:  # noqa: F811
    done = on(spark_cluster, spark_cluster.master, tmp_path / f"{SECRET}.parquet", tmp_path / "result")
    assert (done.returncode, done.stdout) == (1, "")
    (said,) = [plain(done.stderr)]
    assert said.startswith("错误：集群上没有这份名单"), "the log of the process beside this one is not ours to show"
    assert SECRET not in said


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("spark://127.0.0.1:{}", "没有连上Spark的主节点"),
        ("spark://127.0.0.1", "主节点写作spark://主机:7077"),
        ("spark://127.0.0.1:99999", "主节点写作spark://主机:7077"),
        ("sc://127.0.0.1:{}", "1秒内没有连上SparkConnect"),
        ("sc://127.0.0.1:port", "SparkConnect写作sc://主机:15002"),
    ],
)
def test_a_cluster_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, said: str
) -> None:
    require()
    monkeypatch.setattr(connecting, "REACHED_WITHIN", 1)
    begun = time.monotonic()
    result = call("batch", "facts", tmp_path / "result", "--engine", "spark", "--spark", address.format(free_port()))
    assert time.monotonic() - begun < 30
    assert (result.exit_code, said in plain(result.stderr)) == (1, True), result.stderr


def test_without_java_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    result = call("batch", "facts", tmp_path / "result", "--engine", "spark", "--spark", "local[1]")
    assert (result.exit_code, "本机没有Java" in plain(result.stderr)) == (1, True), result.stderr


def test_without_what_connect_needs_the_package_is_named(tmp_path: Path) -> None:
    require()
    (tmp_path / "grpc.py").write_text("raise ImportError(__name__)")
    arguments = ("--engine", "spark", "--spark", "sc://127.0.0.1")
    done = process("batch", "facts", str(tmp_path / "result"), *arguments, PYTHONPATH=str(tmp_path))
    assert (done.returncode, "requirements/spark.txt" in plain(done.stderr)) == (1, True), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGINT])
def test_a_driver_that_ends_while_it_writes_leaves_no_result(
    spark_cluster: Cluster,  # noqa: F811
    source: Path,
    tmp_path: Path,
    ended_by: signal.Signals,
) -> None:
    many, target = tmp_path / "many.parquet", tmp_path / "result"
    more = "INSERT INTO facts SELECT facts.* REPLACE (household_reference || '-' || n AS household_reference) FROM facts, range(400) AS r(n)"
    write_facts(many, random_households(20), more)
    command = [
        sys.executable,
        "-m",
        "app",
        "batch",
        str(many),
        str(target),
        "--engine",
        "spark",
        "--spark",
        spark_cluster.master,
    ]
    environment = {**os.environ, "HUIMIN_NO_VENV": "1", **spark_cluster.submit}
    driver = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 300
    while not target.exists() and driver.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (driver.poll(), target.exists()) == (None, True)
    driver.send_signal(ended_by)
    stdout, stderr = driver.communicate(timeout=60)
    assert driver.returncode == (-signal.SIGKILL if ended_by is signal.SIGKILL else 130), stderr.decode()
    assert (stdout, b"Traceback" in stderr, b"ERROR" in stderr) == (b"", False, False), stderr.decode()
    assert not (target / "_SUCCESS").exists()
    # What it leaves is taken neither for a result nor for an empty place.
    if target.exists():
        assert "没有写完" in plain(refused("batch", source, tmp_path / "r.parquet", "--since", target))
