"""`policies`: the list, one policy's card, and the plan sentence by sentence."""

import re
import sys
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.usage import WrongInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.rules import Policy

MOST_SUGGESTIONS = 8


def policies(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="政策的代码或名称，如 dibao；不填列出全部政策")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="按这一天的单位名称和数额显示，如 2026-11-23；不填为今天")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="输出 JSON（与接口的相同），不画表格")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", metavar="", help="方案第二部分逐句由哪些政策落实，或为什么没有")
    ] = False,
) -> None:
    """查政策：全部政策的目录，一项政策的卡片，或方案的逐句落实情况。"""
    day = read_day(as_of)
    if coverage and code is not None:
        raise WrongInputError("CODE 和 --coverage 只能用一个")

    from app.answering.cards import card, summary
    from app.screening import Screener
    from policies import POLICIES

    screener = Screener(POLICIES)
    if coverage:
        _coverage(POLICIES, as_json=as_json)
    elif code is None:
        listed = [summary(policy, day) for policy in POLICIES]
        if as_json:
            _print_json({"as_of": str(day), "policies": listed})
        else:
            from app.cli.cards import show_list
            from app.cli.terminal import output

            show_list(listed, output())
    else:
        found = card(find(code, POLICIES), day, screener)
        if as_json:
            _print_json(found)
        else:
            from app.cli.cards import show_card
            from app.cli.terminal import output

            show_card(found, output())


def read_day(text: str | None) -> date:
    """Return the day that *text* writes, or today."""
    from app.clock import today
    from app.intake.door import FIRST_DAY, YEARS_AHEAD, is_within_reach

    now = today()
    try:
        day = now if text is None else date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or (text is not None and len(text) != len("2026-11-23")):
        raise WrongInputError("--as-of 请按“年-月-日”填写一个存在的日期，如 2026-11-23")
    if not is_within_reach(day, now):
        raise WrongInputError(f"--as-of 应在{FIRST_DAY}至今后{YEARS_AHEAD}年之间")
    return day


def find(typed: str, policies: "Sequence[Policy]") -> "Policy":
    """Return the policy with that code or title."""
    code = typed.strip().lower().replace("_", "-")
    for policy in policies:
        if code == policy.code or typed == policy.title:
            return policy
    raise unknown(typed, policies)


def unknown(code: str, policies: "Sequence[Policy]") -> WrongInputError:
    """Return what to say of a code that no policy has: those that may be meant, by code or by title."""
    titles = {policy.code: policy.title for policy in policies}
    # 低保 is written 最低生活保障: the characters in their order, whatever stands between.
    abridged = re.compile(".*".join(map(re.escape, code)))
    near = [known for known, title in titles.items() if abridged.search(title)]
    near += get_close_matches(code, titles, 3, 0.5)
    near += [known for known in titles if code in known]
    rows = [(known, title) for known, title in titles.items() if known in near[:MOST_SUGGESTIONS]]
    said = "是不是这些" if rows else "全部代码见 python3 -m app policies"
    return WrongInputError(f"没有这个代码的政策：{said}", rows, ("代码", "名称"))


def _coverage(policies: "Sequence[Policy]", *, as_json: bool) -> None:
    from policies.coverage import coverage

    sentences = coverage(policies)
    if as_json:
        _print_json(
            [
                {
                    "place": covered.place,
                    "sentence": covered.sentence,
                    "policies": [policy.code for policy in covered.policies],
                    "reason": covered.reason,
                }
                for covered in sentences
            ]
        )
        return

    from app.cli.cards import show_coverage
    from app.cli.terminal import output

    show_coverage(sentences, output())


def _print_json(content: Any) -> None:
    import json

    sys.stdout.buffer.write(json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n")
