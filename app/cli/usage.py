"""typer in Chinese: its help pages, what it says of a wrong call, and how every command ends."""

import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from app.errors import HuiminError, place_of

PROGRAM: Final = "python3 -m app"
FAILED, WRONG, INTERRUPTED = 1, 2, 130


class WrongInputError(HuiminError):
    """What the person at the terminal gave cannot be used; message and table say what to do."""

    def __init__(self, message: str, rows: Sequence[tuple[str, ...]] = (), headings: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.rows = rows
        self.headings = headings


class Command(TyperCommand):
    """A command whose help is Chinese."""

    def get_usage(self, ctx: Any) -> str:
        return _chinese_usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _chinese_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _translate()
        super().format_help(ctx, formatter)


class Commands(TyperGroup):
    """The commands together; every one of them ends here."""

    def get_usage(self, ctx: Any) -> str:
        return _chinese_usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _chinese_option(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _translate()
        super().format_help(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], self.commands, 1)
            asked = f"，是不是 {near[0]}？" if near else "。"
            raise WrongInputError(f"没有这个命令{asked}可用的命令：{'、'.join(self.commands)}")
        return super().resolve_command(ctx, args)

    def main(self, *arguments: Any, **settings: Any) -> NoReturn:
        """Run a command and end the process; whatever goes wrong is said in one place and one way."""
        for stream in (sys.stdout, sys.stderr):
            # A terminal that cannot show a character shows a question mark; it is no reason to fail.
            getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
        try:
            code = super().main(*arguments, **{**settings, "prog_name": PROGRAM, "standalone_mode": False})
        except WrongInputError as error:
            code = _complain(str(error), WRONG, error.rows, error.headings)
        except HuiminError as error:
            code = _complain(str(error), FAILED)
        except TyperException as error:
            code = _complain(_words(error), error.exit_code)
        except KeyboardInterrupt:
            code = INTERRUPTED
        except Exception as error:
            code = _unforeseen(error)
        sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, code: int, rows: Sequence[tuple[str, ...]] = (), headings: Sequence[str] = ()) -> int:
    if message:
        from app.cli.terminal import complain

        complain(message, rows, headings)
    return code


def _unforeseen(error: Exception) -> int:
    """Say where it happened, and nothing of what was being read: messages of exceptions may quote a household."""
    _complain(f"程序出错，没有完成。请把这一行告诉系统维护人员（不要附上家庭资料）：{place_of(error)}", FAILED)
    if os.environ.get("HUIMIN_DEBUG", "") not in ("", "0"):
        told: BaseException | None = error
        while told is not None:
            sys.stderr.write("".join(traceback.format_tb(told.__traceback__)))
            sys.stderr.write(f"{type(told).__module__}.{type(told).__qualname__}\n")
            told = told.__cause__ or told.__context__
    return FAILED


# ── typer's own words ──────────────────────────────────────────────────────


def _translate() -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.REQUIRED_LONG_STRING = "〔必填〕"
    rich_utils.DEFAULT_STRING = "〔默认 {}〕"


def _chinese_usage(usage: str) -> str:
    return usage.replace("Usage: ", "用法：", 1).replace("{", "").replace("}", "")


def _chinese_option(option: Any) -> Any:
    if option is not None:
        option.help, option.metavar = "显示这一页", ""
    return option


def _words(error: Any) -> str:
    """Return what is wrong with the call, and how it is made."""
    parameter, context = getattr(error, "param", None), getattr(error, "ctx", None)
    about = "" if parameter is None else f"{_called(parameter)}（{parameter.help}）"
    match type(error).__name__:
        case "NoArgsIsHelpError":
            return ""
        case "NoSuchOption":
            said = f"没有选项 {error.option_name}"
        case "BadOptionUsage":
            said = f"选项 {error.option_name} 的用法不对"
        case "MissingParameter":
            said = f"缺少 {about}"
        case "BadParameter":
            said = f"填写有误：{about}"
        case _:
            said = "参数太多或用法不对"
    return said if context is None else f"{said}。\n{context.get_usage()}\n详见 {context.command_path} --help"


def _called(parameter: Any) -> str:
    return str(parameter.metavar if parameter.param_type_name == "argument" else parameter.opts[0])
