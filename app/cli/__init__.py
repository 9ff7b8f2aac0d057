"""The command line: `python3 -m app COMMAND`.

Exit codes: 0 done; 1 could not be done; 2 wrong usage, or input that cannot be right;
130 interrupted; `test` ends with pytest's own.
"""

import typer

from app.cli import (
    audit,
    backup,
    batch,
    deliver,
    demo_platform,
    keyring,
    keys,
    policies,
    screen,
    sign_on,
    start,
    subject,
    test,
)
from app.cli.usage import Command, Commands

ABOUT = """惠民筛查：录入一户家庭，得出每名成员和全家符合哪些惠民政策、为什么、还缺什么、能得多少、找哪个单位。

筛查不是审批：没有人提供过的情况一律按“未知”处理，并列出要问的问题。

退出码：0 完成；1 没有完成；2 用法不对或填报内容有误；130 被中断；test 用 pytest 的退出码。"""

commands = typer.Typer(
    cls=Commands,
    help=ABOUT,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    subcommand_metavar="命令 …",
    options_metavar="",
)
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

commands.command("start", cls=Command, options_metavar="[选项]")(start.start)
commands.command("screen", cls=Command, options_metavar="[选项]")(screen.screen)
commands.command("batch", cls=Command, options_metavar="[选项]")(batch.batch)
commands.command("deliver", cls=Command, options_metavar="[选项]")(deliver.deliver)
commands.command("demo-platform", cls=Command, options_metavar="[选项]")(demo_platform.demo_platform)
commands.command("backup", cls=Command, options_metavar="[选项]")(backup.backup)
commands.command("restore", cls=Command, options_metavar="[选项]")(backup.restore)
commands.add_typer(keys.commands, name="keys")
commands.add_typer(keyring.commands, name="keyring")
commands.add_typer(audit.commands, name="audit")
commands.command("sign-on", cls=Command, options_metavar="[选项]")(sign_on.sign_on)
commands.add_typer(subject.commands, name="subject")
commands.command("policies", cls=Command, options_metavar="[选项]")(policies.policies)
commands.command("test", cls=Command, options_metavar="[pytest 的选项]", context_settings=PASS_ON)(test.test)


def main() -> None:
    """Run the command that the arguments name."""
    commands()
