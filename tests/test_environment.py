"""`python3 -m app` on a bare machine, in throw-away projects: sets itself up, whatever interrupts it."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wheels import Index, pip_wheel, serving, sha256, wheel

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
CLI = "import sys\nimport probe\ndef main():\n    print(probe.WORD, *sys.argv[1:])\n"
# As on Debian without python3-venv.
BARE = "import runpy, sys; sys.modules['ensurepip'] = None; sys.path.insert(0, '')\n"


class Project:
    """A copy of the bootstrap with requirements and a command line of its own."""

    def __init__(self, folder: Path, index: Index, pip: tuple[str, bytes]) -> None:
        self.folder = folder
        self.index = index
        (folder / "app").mkdir(parents=True)
        (folder / "requirements").mkdir()
        for name in ("__init__.py", "__main__.py", "environment.py", "package_index.py"):
            shutil.copy(ROOT / "app" / name, folder / "app")
        (folder / "app" / "cli.py").write_text(CLI)
        environment = folder / "app" / "environment.py"
        name, content = pip
        index.files[name] = content
        source = re.sub('(?m)^PIP = ".*"', f'PIP = "{name}"', environment.read_text())
        environment.write_text(re.sub('(?m)^PIP_SHA256 = ".*"', f'PIP_SHA256 = "{sha256(content)}"', source))
        self.require("runtime", word="runtime", version="1.0")
        self.require("test", word="test", version="2.0")
        self.require("engines", word="engines", version="4.0")
        self.require("tracing", word="tracing", version="4.5")
        self.require("build", word="build", version="5.0")
        self.require("spark", word="spark", version="6.0")

    def require(self, requirements: str, *, word: str, version: str, hash_of: bytes | None = None) -> None:
        """Lock *requirements* to a package `probe` that says *word*."""
        content = wheel("probe", version, f"WORD = {word!r}\n")
        self.index.files[f"probe-{version}-py3-none-any.whl"] = content
        line = f"probe=={version} \\\n    --hash=sha256:{sha256(hash_of or content)}\n"
        (self.folder / "requirements" / f"{requirements}.txt").write_text(line)

    def start(self, *arguments: str, before: str = "", **variables: str) -> "subprocess.Popen[str]":
        """Start `python3 -m app` with *arguments*, after the Python statements *before*."""
        program = f"{BARE}{before}\nsys.argv[1:] = {list(arguments)!r}\n"
        program += "runpy.run_module('app', run_name='__main__', alter_sys=True)"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": self.index.url,
            "PIP_NO_COMPILE": "1",
            "PIP_RETRIES": "0",
            **variables,
        }
        return subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, *arguments: str, before: str = "", **variables: str) -> tuple[int, str, str]:
        """Run `python3 -m app` and return its exit code, output and messages."""
        with self.start(*arguments, before=before, **variables) as process:
            output, messages = process.communicate(timeout=120)
        assert "Traceback" not in messages, messages
        return process.returncode, output, messages


@pytest.fixture(scope="module")
def pip() -> tuple[str, bytes]:
    return pip_wheel()


@pytest.fixture
def project(tmp_path: Path, pip: tuple[str, bytes]) -> Iterator[Project]:
    with serving() as index:
        yield Project(tmp_path / "项目", index, pip)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, pip: tuple[str, bytes]) -> Path:
    """A project's folder after its first use."""
    with serving() as index:
        project = Project(tmp_path_factory.mktemp("made") / "project", index, pip)
        code, output, messages = project.run("start", "--port", "1")
    assert (code, output) == (0, "runtime start --port 1\n"), messages
    assert "正在创建运行环境" in messages
    return project.folder


@pytest.fixture
def ready(project: Project, made: Path) -> Project:
    """A project that was used before."""
    shutil.copytree(made / ".venv", project.folder / ".venv", symlinks=True)
    return project


def test_first_use_installs_and_says_so_in_chinese_on_standard_error(made: Path) -> None:
    assert (made / ".venv" / "bin" / "python").exists()


def test_a_prepared_environment_is_used_silently_and_without_network(ready: Project) -> None:
    assert ready.run("screen", "户.json") == (0, "runtime screen 户.json\n", "")
    assert ready.index.asked == []


def test_changed_requirements_are_installed(ready: Project) -> None:
    ready.require("runtime", word="newer", version="3.0")
    code, output, messages = ready.run("start")
    assert (code, output) == (0, "newer start\n")
    assert "正在安装 1 个软件包" in messages
    assert "正在创建" not in messages


def test_the_command_test_installs_the_test_requirements(ready: Project) -> None:
    assert ready.run("test")[:2] == (0, "test test\n")


@pytest.mark.parametrize(
    ("engine", "word"),
    [
        ("--engine=duckdb", "engines"),
        ("--engine duckdb", "engines"),
        ("--engine spark", "spark"),
        ("--engine polars", "runtime"),
    ],
)
def test_an_engine_is_installed_when_it_is_first_asked_for(ready: Project, engine: str, word: str) -> None:
    arguments = ("batch", "in.parquet", "out.parquet", *engine.split())
    assert ready.run(*arguments)[:2] == (0, f"{word} {' '.join(arguments)}\n")
    ready.index.asked.clear()
    assert ready.run("start")[:2] == (0, f"{word} start\n")
    assert ready.run(*arguments)[2] == ""
    assert ready.index.asked == []


def test_tracing_is_installed_when_it_is_asked_for(ready: Project) -> None:
    assert ready.run("start")[:2] == (0, "runtime start\n")
    assert ready.run("start", HUIMIN_TRACING="1")[:2] == (0, "tracing start\n")
    assert ready.run("policies", HUIMIN_TRACING="1")[:2] == (0, "tracing policies\n")


def test_spark_is_built_with_the_locked_tools(ready: Project) -> None:
    ready.run("batch", "in", "out", "--engine", "spark")
    fetched = [path for path in ready.index.asked if path.startswith("/files/probe")]
    assert fetched == ["/files/probe-5.0-py3-none-any.whl", "/files/probe-6.0-py3-none-any.whl"]


def test_an_engine_beside_the_tests_leaves_them_installed(ready: Project) -> None:
    ready.run("test")
    assert ready.run("test", "-m", "spark")[:2] == (0, "spark test -m spark\n")
    assert ready.run("test")[:2] == (0, "spark test\n")


def test_an_environment_for_another_python_is_made_anew(ready: Project) -> None:
    (ready.folder / ".venv" / "marks" / "python").write_text("/usr/bin/python3.10")
    code, output, messages = ready.run("start")
    assert (code, output) == (0, "runtime start\n")
    assert "正在创建运行环境" in messages


def test_a_foreign_folder_in_the_place_of_the_environment_is_replaced(project: Project) -> None:
    (project.folder / ".venv" / "bin").mkdir(parents=True)
    (project.folder / ".venv" / "bin" / "python").write_text("not a program")
    assert project.run("start")[:2] == (0, "runtime start\n")


def test_a_package_that_is_not_the_locked_one_is_refused(ready: Project) -> None:
    ready.require("runtime", word="evil", version="3.0", hash_of=b"what was locked")
    code, output, messages = ready.run("start")
    assert (code, output) == (1, "")
    assert "与锁定的校验值不符" in messages


def test_without_network_the_message_says_what_to_do_and_the_next_run_succeeds(project: Project) -> None:
    code, output, messages = project.run("start", PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert (code, output) == (1, "")
    assert "无法从 127.0.0.1 下载" in messages
    assert "请检查网络后重试" in messages
    assert project.run("start")[:2] == (0, "runtime start\n")


def test_a_package_the_index_lacks_is_explained(ready: Project) -> None:
    ready.require("runtime", word="newer", version="3.0")
    ready.index.files.clear()
    code, _, messages = ready.run("start")
    assert code == 1
    assert "软件源中没有所需的版本" in messages


def test_two_that_start_at_once_install_once(project: Project) -> None:
    project.index.stall = True
    with project.start("one") as first:
        assert project.index.stalled.wait(20)
        with project.start("two") as second:
            assert "另一个进程正在准备" in (second.stderr.readline() if second.stderr else "")
            project.index.stall = False
            assert first.communicate(timeout=120)[0] == "runtime one\n"
            assert second.communicate(timeout=120)[0] == "runtime two\n"
    assert [path for path in project.index.asked if "files/probe" in path] == ["/files/probe-1.0-py3-none-any.whl"]


def test_killed_half_way_the_next_run_starts_over(ready: Project) -> None:
    ready.require("runtime", word="newer", version="3.0")
    ready.index.stall = True
    with ready.start("start") as process:
        assert ready.index.stalled.wait(20)
        os.killpg(process.pid, signal.SIGKILL)
    ready.index.stall = False
    code, output, messages = ready.run("start")
    assert (code, output) == (0, "newer start\n")
    assert "正在创建运行环境" in messages


def test_an_installer_that_outlives_its_parent_is_waited_for(ready: Project) -> None:
    ready.require("runtime", word="newer", version="3.0")
    ready.index.stall = True
    with ready.start("one") as first:
        assert ready.index.stalled.wait(20)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        with ready.start("two") as second:
            assert "另一个进程正在准备" in (second.stderr.readline() if second.stderr else "")
            ready.index.stall = False
            assert second.communicate(timeout=120)[0] == "newer two\n"


def test_an_interrupt_ends_without_a_traceback(ready: Project) -> None:
    ready.require("runtime", word="newer", version="3.0")
    ready.index.stall = True
    with ready.start("start") as process:
        assert ready.index.stalled.wait(20)
        os.killpg(process.pid, signal.SIGINT)
        messages = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "已中断，下次运行会继续" in messages
    assert "Traceback" not in messages, messages


def test_an_environment_of_ones_own_is_left_alone(project: Project) -> None:
    (project.folder / "probe.py").write_text("WORD = 'own'\n")
    assert project.run("start", HUIMIN_NO_VENV="1") == (0, "own start\n", "")
    assert not (project.folder / ".venv").exists()


def test_an_environment_of_ones_own_that_lacks_a_package_is_told_how_to_get_it(project: Project) -> None:
    code, _, messages = project.run("start", HUIMIN_NO_VENV="1")
    assert code == 1
    assert "缺少依赖 probe" in messages


def test_an_older_python_is_told_what_is_needed(project: Project) -> None:
    code, _, messages = project.run("start", before="sys.version_info = (3, 9, 2)")
    assert code == 1
    assert "需要 Python 3.11 或更高版本，当前是 3.9.2" in messages


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_older_python_can_parse_what_tells_it_so(name: str) -> None:
    ast.parse((ROOT / "app" / name).read_text(), feature_version=(3, 8))
