"""The command line: how it is called, and how it ends."""

import os
import re
import socket
import subprocess
import sys

import pytest
from rich.cells import cell_len

from tests.command_line import EXAMPLE, ROOT, WRONG_ID, call, plain, process, refused, shown

NAME = "张三"


@pytest.mark.parametrize("command", ["", "start", "screen", "keys", "policies", "test"])
@pytest.mark.parametrize("width", [80, 120])
def test_help_is_chinese(command, width):
    page = shown(*filter(None, [command]), "--help", width=width)
    assert "用法：python3 -m app" in page
    assert max(map(cell_len, page.splitlines())) <= width
    assert not re.search(r"Usage|Options|Arguments|Commands|Show this|default|required|<bool>| … *│", page)


def test_without_a_command_the_help_is_shown():
    result = call()
    assert result.exit_code == 2
    assert "screen" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scren", "x"], "没有这个命令，是不是 screen？"),
        (["frobnicate"], "可用的命令：start、screen、batch"),
        (["screen"], "缺少 HOUSEHOLD.json"),
        (["screen", "a", "b"], "参数太多"),
        (["screen", "a", "--asof", "x"], "没有选项 --asof"),
        (["screen", "a", "--as-of"], "选项 --as-of 的用法不对"),
        (["start", "--port", "abc"], "填写有误：--port"),
        (["policies", "dibao", "--coverage"], "只能用一个"),
    ],
)
def test_a_wrong_call_is_explained_in_chinese(arguments, said):
    message = refused(*arguments)
    assert said in message
    assert not re.search(r"[A-Za-z]{3,} [a-z]{3,} [a-z]{3,}", message)


def test_calling_for_help_loads_nothing_heavy():
    heavy = ("fastapi", "pydantic", "polars", "policies", "sqlalchemy", "rich", "uvicorn", "app.rules")
    program = f"import sys, app.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ── start and test ────────────────────────────────────────────────────────────


def test_start_serves_where_it_is_told_to(monkeypatch):
    served: list[tuple[str, int]] = []
    monkeypatch.setattr("app.server.serve", lambda host, port: served.append((host, port)))
    assert call("start").exit_code == 0
    assert call("start", "--host", "0.0.0.0", "--port", "9000").exit_code == 0
    assert served == [("127.0.0.1", 8000), ("0.0.0.0", 9000)]


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_in_chinese(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = process("start", "--port", str(taken.getsockname()[1]), HUIMIN_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "已被占用" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_data_folder_that_cannot_be_made_is_said_in_chinese(tmp_path):
    (tmp_path / "file").write_text("")
    done = process("start", "--port", "0", HUIMIN_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "HUIMIN_DATA_DIR" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_command_test_passes_options_on_and_ends_as_pytest_does(tmp_path):
    suite = tmp_path / "test_two.py"
    suite.write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert False\n"
        "@pytest.mark.skip(reason='needs a printer: plug one in')\n"
        "def test_skipped(): pass\n"
    )
    folder = ("--rootdir", str(tmp_path), "-c", os.devnull)
    passed = process("test", str(suite), *folder, "-k", "good or skipped")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "1 passed, 1 skipped" in passed.stdout
    assert "needs a printer: plug one in" in passed.stdout
    assert process("test", str(suite), *folder, "-k", "bad").returncode == 1
    assert process("test", str(suite), *folder, "-k", "nothing").returncode == 5


def test_without_pytest_the_command_test_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("app.cli.test.find_spec", lambda name: None)
    assert "requirements/test.txt" in refused("test")


# ── how a command ends ────────────────────────────────────────────────────────


def fail(*_: object) -> None:
    try:
        raise KeyError(WRONG_ID)
    except KeyError as error:
        raise ValueError(NAME + WRONG_ID) from error


def test_an_unforeseen_error_is_one_line_that_holds_nothing_personal(monkeypatch):
    monkeypatch.setattr("app.cli.screen.read", fail)
    result = call("screen", EXAMPLE)
    assert result.exit_code == 1
    assert "程序出错" in result.stderr
    assert "builtins.ValueError @ tests.test_cli:fail:" in plain(result.stderr).replace("@", " @ ")
    assert WRONG_ID not in result.stderr
    assert "Traceback" not in result.stderr


def test_the_way_to_an_unforeseen_error_is_shown_on_demand_and_holds_nothing_personal(monkeypatch):
    monkeypatch.setattr("app.cli.screen.read", fail)
    result = call("screen", EXAMPLE, HUIMIN_DEBUG="1")
    assert 'test_cli.py", line' in result.stderr
    assert "builtins.KeyError" in result.stderr
    assert WRONG_ID not in result.stderr
    assert NAME not in result.stderr


def test_an_interrupt_ends_with_130(monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.cli.screen.read", interrupt)
    assert call("screen", EXAMPLE).exit_code == 130


@pytest.mark.slow
@pytest.mark.parametrize("options", ["", "--json"])
def test_a_reader_that_leaves_early_causes_no_traceback(options):
    command = f"{sys.executable} -m app screen {EXAMPLE} {options} | head -c 100"
    environment = {**os.environ, "HUIMIN_NO_VENV": "1"}
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stderr == b""


@pytest.mark.slow
def test_as_a_process_it_reads_a_pipe_and_writes_no_colours():
    done = subprocess.run(
        [sys.executable, "-m", "app", "screen", "-"],
        cwd=ROOT,
        env={**os.environ, "HUIMIN_NO_VENV": "1"},
        input=EXAMPLE.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert "80周岁以上高龄津贴" in plain(done.stdout.decode())
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


@pytest.mark.slow
def test_a_terminal_that_knows_no_chinese_is_no_reason_to_fail():
    done = process("policies", "dibao", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "dibao" in done.stdout
