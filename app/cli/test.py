"""`test`: the whole suite, or the part that pytest's own options choose."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import typer

from app.cli.usage import WrongInputError

ROOT = Path(__file__).resolve().parents[2]


def test(context: typer.Context) -> None:
    """运行全部测试；其后的选项原样交给 pytest，如 -k longevity、-x、-m "not slow"。

    结束时列出跳过的部分和启用的办法。退出码是 pytest 的；pytest 自己的帮助用 -h 看。
    """
    if find_spec("pytest") is None:
        raise WrongInputError(
            "没有安装测试所需的软件包：去掉 HUIMIN_NO_VENV 后重试，会自动安装；或自行安装：\n"
            f"  {sys.executable} -m pip install --require-hashes -r requirements/test.txt"
        )
    arguments = context.args
    if not arguments and find_spec("xdist") is not None:
        # All of it, on all cores; a part is seen sooner in one process.
        arguments = ["-n", "auto", "--dist", "loadfile"]
    os.chdir(ROOT)
    sys.stdout.flush()
    # In its own process: what this one has imported would be missing from coverage, and from the tests of start-up.
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-rs", *arguments])
