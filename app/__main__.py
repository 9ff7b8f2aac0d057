"""`python3 -m app …`: set up `.venv` on first use, then run the command line in it.

Standard library only, because it runs before anything is installed, and nothing
heavy, because every command passes through here twice: once under the system's
Python, once under that of `.venv`. This file must parse on older Pythons, to
tell their users what is needed.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main() -> None:
    """Run the command line, inside an environment that has what the command needs."""
    if sys.version_info < (3, 11):  # noqa: UP036 (the system's Python is not the project's to choose)
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"惠民筛查需要 Python 3.11 或更高版本，当前是 {found}（{sys.executable}）。\n"
            "请安装新版本后重试，例如：python3.11 -m app start"
        )
    if os.environ.get("HUIMIN_NO_VENV", "") not in ("", "0"):
        run()
        return

    from app.environment import Environment

    environment = Environment(ROOT)
    missing = [requirements for requirements in wanted(sys.argv[1:]) if not environment.has(requirements)]
    for requirements in missing:
        environment.prepare(requirements)
    if not missing and environment.is_running:
        run()
        return
    os.execv(environment.python, [environment.python, "-m", "app", *sys.argv[1:]])


def wanted(arguments: "list[str]") -> "list[str]":
    """Return the requirements that the command needs."""
    command, options = arguments[:1], arguments[1:]
    if command == ["test"]:
        return ["test", "spark"] if "spark" in options else ["test"]
    if command == ["batch"]:
        for place, option in enumerate(options):
            engine = option[9:] if option.startswith("--engine=") else "".join(options[place + 1 : place + 2])
            if option.startswith("--engine") and engine in ("duckdb", "spark"):
                return ["engines" if engine == "duckdb" else "spark"]
    if command == ["start"] and os.environ.get("HUIMIN_TRACING", "").strip().lower() in ("1", "true", "yes", "on"):
        return ["tracing"]
    return ["runtime"]


def run() -> None:
    """Hand over to the command line, in this very process."""
    try:
        from app.cli import main as command_line
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("app", "policies"):
            raise
        sys.exit(
            f"缺少依赖 {error.name}。设置了 HUIMIN_NO_VENV 时不会自动安装，请先执行：\n"
            f"  {sys.executable} -m pip install --require-hashes -r requirements/runtime.txt\n"
            "或去掉 HUIMIN_NO_VENV 后重试。"
        )
    command_line()


if __name__ == "__main__":
    main()
