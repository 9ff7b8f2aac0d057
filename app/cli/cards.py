"""Policies on the terminal: the list, a card, the plan sentence by sentence."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding

from app.cli.results import names
from app.cli.terminal import Words, listing, section
from app.cli.usage import PROGRAM
from app.rules.law import Grade
from policies.coverage import Covered

SPACIOUS: Final = 130
ABOUT: Final = ("力度", "形式", "对象", "办理单位")
WIDTHS: Final = (8, 14, 6, 14)
FIGURE: Final = ("标准", "自何日起", "数额", "来源")
SUBJECTS: Final = {"household": "按家庭", "person": "按人"}


def show_list(policies: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Print the list of policies, under the plan's sections."""
    sections: dict[str, list[Mapping[str, Any]]] = {}
    for policy in policies:
        sections.setdefault(f"{policy['section']['number']} {policy['section']['title']}", []).append(policy)
    for title, listed in sections.items():
        if console.width < SPACIOUS:
            headings: tuple[str, ...] = ("名称、代码", *ABOUT)
            rows = [(f"{policy['title']}\n{policy['code']}", *_about(policy)) for policy in listed]
            shown = listing(headings, rows, console.width, (0, *WIDTHS), lines=True)
        else:
            rows = [(policy["code"], policy["title"], *_about(policy)) for policy in listed]
            shown = listing(("代码", "名称", *ABOUT), rows, console.width, (40, 0, *WIDTHS))
        section(console, title, "cyan", shown)
    waiting = sum(bool(policy["pending_figures"]) for policy in policies)
    console.print()
    console.print(Words(f"共{len(policies)}项，其中{waiting}项的标准还有待有关单位提供。", "dim"))
    console.print(Words(f"一项政策的卡片：{PROGRAM} policies 代码或名称", "dim"))


def _about(policy: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        policy["force_label"],
        policy["kind_label"],
        SUBJECTS[policy["subject"]],
        "\n方案称".join(names(policy["handling_unit"])),
    )


def show_card(card: Mapping[str, Any], console: Console) -> None:
    """Print everything about a policy."""
    width = console.width
    console.print(Words(f"{card['title']}　{card['code']}", "bold green"))
    period = card["in_force"]
    end = f"，{period['end']}前" if period["end"] else ""
    about = [SUBJECTS[card["subject"]], card["kind_label"], card["force_label"], f"{period['start']}起{end}施行"]
    console.print(Words(f"{'，'.join(about)}　（按{card['as_of']}）"))
    section(console, "依据", "cyan", _cited(card["clause"]))
    # The last one is that of being in force, which the line above has said.
    rows = [(_condition(part), "\n".join(_citation(part["citation"]))) for part in card["conditions"][:-1]]
    conditions = listing(("条件", "依据"), rows, width, lines=True) if rows else [Words("不设条件")]
    section(console, "条件（须同时满足；＝之后由规则直接译出）", "cyan", conditions)
    section(console, "待遇", "cyan", _amount(card))
    if values := [row for figure in card["figures"] for row in _figure(figure)]:
        section(console, "标准", "cyan", listing(FIGURE, values, width, (0.3, 10, 14), lines=True))
    section(console, "单位", "cyan", _units(card))
    step = [f"{number}. {text}" for number, text in enumerate(card["next"]["steps"], 1)]
    section(console, "步骤", "cyan", map(Words, step))
    section(console, "材料", "cyan", [Words("、".join(card["next"]["materials"]))])
    section(console, "去哪里办", "cyan", [Words(card["next"]["where"])])
    if found := card["conflicts"]:
        told = [f"· {conflict['title']}（{conflict['policy']}）：{conflict['text']}" for conflict in found]
        section(console, "不能简单相加", "magenta", map(Words, told))
    if card["one_identity"]:
        section(console, "多重身份", "cyan", [Words("同时属于几类人的，只按一种身份享受，金额只计一次")])
    if found := [group for group in card["groups"] if group["aliases"]]:
        told = [f"· {group['label']}：又称{'、'.join(group['aliases'])}" for group in found]
        section(console, "别称", "cyan", map(Words, told))
    if card["notes"]:
        section(console, "说明", "cyan", [Words(f"· {note}") for note in card["notes"]])
    section(console, "要了解的情况", "cyan", [Words("、".join(fact["label"] for fact in card["facts"]))])


def _condition(condition: Mapping[str, Any]) -> str:
    """Return a condition in the words of the law, with what the rule says beside it."""
    label, paraphrase = condition["label"], condition["paraphrase"]
    return str(label) if paraphrase == label else f"{label}\n＝{paraphrase}"


def _citation(cited: Mapping[str, Any]) -> list[str]:
    """Return where a clause stands, and what it says: word for word where it is the plan's."""
    number = f"（{cited['number']}）" if cited["number"] else ""
    said = f"「{cited['quote']}」" if cited["quote"] else cited["gist"]
    return [f"《{cited['document']}》{number}{cited['clause']}", *([said] if said else [])]


def _cited(cited: Mapping[str, Any]) -> Iterable[RenderableType]:
    where, *said = _citation(cited)
    return [*(Words(line) for line in said), Words(where, "dim")]


def _amount(card: Mapping[str, Any]) -> list[RenderableType]:
    amount = card["amount"]
    return [
        Words(amount["form"]),
        Words(f"金额：{amount['text']}" + (f"（{amount['unit']}）" if amount["unit"] else "")),
    ]


def _figure(figure: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return a row for each value of a figure; one that says who must supply it where there is none."""
    called = f"{figure['label']}\n{figure['figure']}"
    rows = [
        (
            called,
            value["start"],
            value["text"] + ("\n（现行）" if value == figure["current"] else ""),
            "\n".join((*_citation(value["citation"]), f"来源等级{value['grade']}（{GRADES[Grade(value['grade'])]}）")),
        )
        for value in figure["values"]
    ]
    if figure["pending"]:
        rows.append((called, "", "待定", f"待{_unit(figure['supplied_by'])}提供（单位：{figure['unit']}）"))
    return rows


GRADES = {Grade.OFFICIAL: "见到官方原文", Grade.COPIED: "见到转载全文", Grade.REPORTED: "仅见于转述"}


def _units(card: Mapping[str, Any]) -> list[RenderableType]:
    told = [("办理", [card["handling_unit"]]), ("牵头", card["lead_units"]), ("配合", card["cooperating_units"])]
    return [Words(f"{role}：{'、'.join(map(_unit, units))}") for role, units in told if units]


def _unit(unit: Mapping[str, str]) -> str:
    return "（方案称".join(names(unit)) + ("）" if len(names(unit)) > 1 else "")


def show_coverage(sentences: Sequence[Covered], console: Console) -> None:
    """Print every sentence of the plan's section 二, and what becomes of it."""
    place = ""
    for covered in sentences:
        if covered.place != place:
            place = covered.place
            console.print()
            console.print(Words(f"■ {place}", "bold cyan"))
        console.print(Words(f"· {covered.sentence}"))
        said: list[RenderableType] = []
        if covered.policies:
            listed = "、".join(f"{policy.title}（{policy.code}）" for policy in covered.policies)
            said.append(Words(f"→ 落实：{listed}", "green"))
        if covered.reason:
            said.append(Words(f"→ {covered.reason}", "dim"))
        if covered.left_over:
            said.append(Words("→ 没有着落", "bold red"))
        console.print(Padding(Group(*said), (0, 0, 0, 2)))
    done = sum(bool(covered.policies) for covered in sentences)
    left = sum(covered.left_over for covered in sentences)
    console.print()
    console.print(
        Words(
            f"共{len(sentences)}句：由政策落实的{done}句，其余说明了为什么不是居民的待遇；没有着落的{left}句。", "bold"
        )
    )
