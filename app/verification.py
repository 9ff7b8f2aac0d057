"""Is this our answer, and would we answer the same today?"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.answering.answers import Answers, brief_of
from app.intake.door import RejectedError, Submission, read_household
from app.models import Screening
from app.policy_sets import LABELS, Documents, changed
from app.screening import Profile
from app.security import answer_receipts
from app.security.answer_receipts import FIELD, Receipt
from app.security.keyring import Keyring

MOST_NAMED: Final = 20


@dataclass(frozen=True)
class Verdict:
    """Whether what was presented is ours."""

    authentic: bool
    said: str
    differs: list[str] = field(default_factory=list)
    """The fields that are not as they were answered, by name."""


# ── authentic? ─────────────────────────────────────────────────────────────


def check_kept(keyring: Keyring, presented: Mapping[str, Any], stored: bytes, given: bytes) -> Verdict:
    """Return whether *presented* is the *stored* answer to *given*, whole or brief."""
    plain, receipt = answer_receipts.detached(stored)
    if receipt is not None and not _is_sound(keyring, receipt, plain, given):
        return Verdict(False, "保存的记录与它的核验码不符，请告知系统管理员。")
    full, brief = json.loads(stored), json.loads(brief_of(stored))
    told = min((list(_differences(ours, presented)) for ours in (full, brief)), key=len)
    if told:
        return Verdict(False, "与保存的答复不一致，不一致的项目见 differs。", told[:MOST_NAMED])
    return Verdict(True, "与保存的答复一致，未经改动。")


def check_by_receipt(keyring: Keyring, presented: Mapping[str, Any]) -> Verdict:
    """Return whether *presented*, of which nothing is stored any more, is what its receipt was made for."""
    receipt = answer_receipts.read(presented.get(FIELD))
    if receipt is None:
        return Verdict(False, "没有完整的核验码，记录也已不在或不在查看范围内，无法证明是本服务的答复。", [FIELD])
    if receipt.is_of(keyring, dict(presented)):
        return Verdict(True, "核验码相符，是本服务的答复，未经改动；当时的记录已不在，或不在查看范围内。")
    return Verdict(False, "核验码不符：内容或核验码被改动，或各项的顺序变了；记录已不在，说不出是哪一项。")


def check_written(keyring: Keyring, written: str, stored: bytes, given: bytes) -> Verdict:
    """Return whether *written*, a receipt or its short form, belongs to the *stored* answer to *given*."""
    plain, receipt = answer_receipts.detached(stored)
    if receipt is None:
        return Verdict(False, "这次筛查没有核验码：是用较早的版本保存的。", [FIELD])
    if not _is_sound(keyring, receipt, plain, given):
        return Verdict(False, "保存的记录与它的核验码不符，请告知系统管理员。")
    if not receipt.is_meant_by(written):
        return Verdict(False, "核验码与这次筛查不符，请核对编号和核验码。", [FIELD])
    return Verdict(True, "核验码相符。")


def _is_sound(keyring: Keyring, receipt: Receipt, plain: bytes, given: bytes) -> bool:
    return answer_receipts.make(keyring, given, plain, brief_of(plain)) == receipt


def _differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Yield the paths at which *theirs* is not as *ours*, named by our own keys only: theirs might be anything."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            yield from _differences(value, theirs[key], f"{path}.{key}") if key in theirs else [f"{path}.{key}"[1:]]
        if theirs.keys() - ours.keys():
            yield path[1:]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _differences(one, other, f"{path}.{place}")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield path[1:]


# ── the same today? ────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Kept:
    """A stored screening, opened."""

    row: Screening
    answer: dict[str, Any]
    given: dict[str, Any]
    policies: Documents | None
    """Those of then, if it is known which they were."""


def answered_today(answers: Answers, kept: Kept, present: Documents, home: str) -> dict[str, Any]:
    """Return how the *present* policies answer the facts of then for the day of then, beside the answer of then."""
    row = kept.row
    told = {"as_of": str(row.as_of), "release": answers.release, "policy_set": answers.policy_set}
    profile = _profile(kept.given, row.as_of, home)
    if profile is None:
        said = "当时的填报按现在的数据字典已不能读取，无法重新筛查。"
        return {**told, "same": None, "said": said, "results": [], "policies": []}
    only = None if row.policies is None else frozenset(row.policies.split(",")) & present.keys()
    submission = Submission(profile, row.as_of, only, True, (), kept.given)
    before, after = _by_subject(kept.answer), _by_subject(json.loads(answers.render(submission, id=row.id)))
    turned = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    results = [_turned(before.get(key), after.get(key)) for key in turned]
    same = "现在的政策对同样的情况作出同样的答复。"
    return {
        **told,
        "same": not turned,
        "said": f"对同样的情况，现在有{len(turned)}项结果不同，见 results 和 policies。" if turned else same,
        "results": results,
        "policies": [_change(code, kept, present) for code in dict.fromkeys(result["policy"] for result in results)],
    }


def _profile(given: Mapping[str, Any], day: date, home: str) -> Profile | None:
    try:
        return read_household(given, day=day, home=home)[0]
    except RejectedError:
        return None


def _by_subject(answer: Mapping[str, Any]) -> dict[tuple[str, int | None], dict[str, Any]]:
    return {(result["policy"], result["subject"].get("position")): result for result in answer["results"]}


def _turned(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    """Return that a result is not what it was: its verdicts, and the fields that differ."""
    one = after or before or {}
    fields = [key for key in one if (before or {}).get(key) != (after or {}).get(key)]
    return {
        "policy": one["policy"],
        "title": one["title"],
        "subject": one["subject"],
        "before": None if before is None else before["verdict"],
        "after": None if after is None else after["verdict"],
        "differs": fields,
    }


def _change(code: str, kept: Kept, present: Documents) -> dict[str, Any]:
    """Return what has changed of a policy whose results differ."""
    now, then = present.get(code), (kept.policies or {}).get(code)
    if now is None:
        return {"policy": code, "changed": [], "said": "这项政策已不在现在的政策目录中。"}
    if kept.policies is None:
        return {"policy": code, "changed": [], "said": "没有留下当时的政策全文，说不出改了什么。"}
    if then is None:
        return {"policy": code, "changed": [], "said": "这项政策当时还不在政策目录中。"}
    fields = changed(then, now)
    if not fields:
        return {"policy": code, "changed": [], "said": "政策没有变，是程序的版本不同，或相关的其他政策变了。"}
    words = dict.fromkeys(LABELS[name.partition(".")[0]] for name in fields)
    return {"policy": code, "changed": fields, "said": f"改了：{'、'.join(words)}。"}
