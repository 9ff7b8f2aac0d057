"""What a notice says: of a full answer, all that qualifies, all that is missing, where to go, by which clause.

It is complete: what may still be asked for is everything that any open result lacks, so that for
unchanged facts no later request can name a new item.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from app.security.answer_receipts import FIELD, read

TITLE: Final = "惠民政策一次性告知单"
NOBODY: Final = "无"

AMOUNT_OPEN: Final = "金额待核实"
"""How an amount begins that waits for facts."""

Result: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A part of the notice: a heading, and a row for each benefit."""

    heading: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    """Shares of the line."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Notice:
    """A notice, ready to be laid out."""

    household: str
    day: str
    tables: tuple[Table, ...]
    foot: tuple[str, ...]


def notice_of(answer: Mapping[str, Any]) -> Notice:
    """Return the notice of *answer*, a full answer of a screening."""
    eligible, open_ = ([r for r in answer["results"] if r["verdict"] == verdict] for verdict in _SHOWN)
    reference = answer["household"]["reference"]
    documents = _Documents()
    return Notice(
        f"户编号 {reference}" if reference else "未填户编号",
        answer["as_of"],
        (_qualifies(eligible, documents), _missing(open_, answer["questions"]), _materials(eligible)),
        (
            *documents.listed(),
            answer["notice"],
            "“还要核实的”已列全：情况不变的，不会再要求补充别的内容。",
            f"政策版本 {answer['policy_set'][:23]}，程序版本 {answer['release']}"
            + (f"，筛查编号 {answer['id']}" if answer["id"] else "")
            # With the id, it proves on paper that the answer is ours.
            + (f"，核验码 {receipt.short}" if (receipt := read(answer.get(FIELD))) is not None else ""),
        ),
    )


_SHOWN: Final = ("eligible", "undetermined")


class _Documents:
    """The documents that are cited, numbered, so that each is named in full only once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, citation: Result) -> str:
        number = self._numbers.setdefault(citation["document"], len(self._numbers) + 1)
        return f"[{number}]{citation['clause'] or ''}"

    def listed(self) -> tuple[str, ...]:
        named = "；".join(f"[{number}]《{title}》" for title, number in self._numbers.items())
        return (f"依据文件：{named}",) if named else ()


def _qualifies(results: list[Result], documents: _Documents) -> Table:
    rows = tuple(
        (
            group[0]["title"],
            _together(group, lambda result: result["amount"]["text"]),
            group[0]["handling_unit"]["name"],
            group[0]["next"]["where"],
            _clauses(group, documents),
        )
        for group in _by_policy(results)
    )
    columns = ("项目", "对象和标准", "办理单位", "到哪里办", "依据")
    return Table(f"一、符合条件的（{len(results)}项次）", columns, (0.22, 0.28, 0.11, 0.22, 0.17), rows)


def _missing(results: list[Result], questions: list[Result]) -> Table:
    rows = tuple(
        (group[0]["title"], _together(group, _open), group[0]["handling_unit"]["name"]) for group in _by_policy(results)
    )
    heading = f"二、还要核实的（{len(results)}项次，共问{len(questions)}项情况）"
    return Table(heading, ("项目", "还要了解或明确的", "办理单位"), (0.22, 0.64, 0.14), rows)


def _materials(results: list[Result]) -> Table:
    needed: dict[str, list[str]] = {}
    for group in _by_policy(results):
        for material in group[0]["next"]["materials"]:
            needed.setdefault(material, []).append(group[0]["title"])
    rows = tuple((material, "、".join(titles)) for material, titles in needed.items())
    return Table("三、要带的材料", ("材料", "用于"), (0.3, 0.7), rows)


def _open(result: Result) -> str:
    own = result["subject"].get("reference")
    facts = [
        item["label"] if item["member"] in (None, own) else f"成员{item['member']}的{item['label']}"
        for item in result["missing_facts"]
    ]
    figures = [f"{item['label']}（待区里明确）" for item in result["missing_figures"]]
    said = "、".join([*facts, *figures])
    # What only the amount depends on would be asked for later, once the verdict is settled: it is told now.
    amount = result["amount"]["text"]
    return f"{said}；{amount}" if amount.startswith(AMOUNT_OPEN) else said


def _clauses(group: list[Result], documents: _Documents) -> str:
    cited = (reason["citation"] for result in group for reason in result["reasons"])
    return "；".join(dict.fromkeys(map(documents.cite, cited)))


def _by_policy(results: Iterable[Result]) -> list[list[Result]]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result["policy"], []).append(result)
    return list(groups.values())


def _together(group: list[Result], say: Callable[[Result], str]) -> str:
    """Return what is said of each subject, once for all of whom the same is said."""
    said: dict[str, list[str]] = {}
    for result in group:
        subject = result["subject"]
        who = "全家" if subject["kind"] == "household" else f"成员{subject['reference']}"
        said.setdefault(say(result), []).append(who)
    return "；".join(f"{'、'.join(names)}：{words}" for words, names in said.items())
