"""`screen`: one household from a file to the screen; nothing is kept."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.usage import WrongInputError

if TYPE_CHECKING:
    from app.intake.door import Submission
    from app.rules.policy import Policy


def screen(
    file: Annotated[
        str, typer.Argument(metavar="HOUSEHOLD.json", help="家庭的 JSON 文件（UTF-8）；写 - 从标准输入读取")
    ],
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="筛查日期，如 2026-11-23；不填用文件里的 as_of，也没有就用今天"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="原样输出接口的 JSON，不画表格")] = False,
) -> None:
    """筛查一户家庭：符合哪些待遇，为什么，还缺什么，多少钱，找谁办。

    文件可以是接口的完整请求（{"household": …}），也可以只是一户家庭（{"members": […], …}）。不保存任何内容。
    """
    body = read(file)

    from app import __version__
    from app.answering.answers import Answers
    from app.screening import Screener
    from policies import POLICIES

    submission = submit(body, as_of, POLICIES)
    answer = Answers(Screener(POLICIES), __version__).render(submission, id=None)
    if as_json:
        sys.stdout.buffer.write(answer + b"\n")
        return

    import json

    from app.cli.show import show
    from app.cli.terminal import output

    show(json.loads(answer), submission, POLICIES, output())


def read(file: str) -> bytes:
    """Return the content of *file*, but no more of it than a household can have."""
    from app.intake.door import LARGEST_BODY

    try:
        if file == "-":
            body = sys.stdin.buffer.read(LARGEST_BODY + 1)
        else:
            with Path(file).open("rb") as stream:
                body = stream.read(LARGEST_BODY + 1)
    except FileNotFoundError:
        raise WrongInputError(f"没有这个文件：{file}") from None
    except IsADirectoryError:
        raise WrongInputError(f"这是目录，不是文件：{file}") from None
    except PermissionError:
        raise WrongInputError(f"没有读取这个文件的权限：{file}") from None
    except (OSError, ValueError):
        raise WrongInputError(f"文件打不开：{file}") from None
    if len(body) > LARGEST_BODY or is_text(body, "utf-8"):
        return body
    utf_16 = body[:2] in (b"\xff\xfe", b"\xfe\xff")
    kind = "UTF-16" if utf_16 else "GBK" if is_text(body, "gb18030") else "无法识别的"
    raise WrongInputError(f"文件是{kind}编码：请在编辑器里“另存为”，编码选 UTF-8，然后重试")


def is_text(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def submit(body: bytes, as_of: str | None, policies: "Iterable[Policy]") -> "Submission":
    """Take a request, or a bare household, through the door of the API."""
    from app.clock import today
    from app.intake.door import RejectedError, parse, read_document
    from app.settings import Settings

    codes = [policy.code for policy in policies]
    settings: Mapping[str, Any] = {"today": today(), "home": Settings.load().region, "codes": codes}
    bare = False
    try:
        data = parse(body)
        if isinstance(data, dict):
            bare = "household" not in data and "members" in data
            data = {"household": data} if bare else data
            data |= {} if as_of is None else {"as_of": as_of}
        return read_document(data, **settings)
    except RejectedError as error:
        errors = error.errors
    # Raised outside, so that nothing leads from it to what was read.
    places = [(field.removeprefix("household.") if bare else field, message) for field, message in errors]
    raise WrongInputError(
        f"填报内容有误，共{len(places)}处，请改正后重试",
        [(place or "整个文件", message) for place, message in places],
        ("位置", "怎么改"),
    )
