"""One policy's results as JSON: what all results with a verdict say alike, and the blanks that the facts fill."""

import json
import re
from datetime import date
from typing import Any, Final, TypeAlias

from app.answering.results import BLANKS, SUBJECT, brief_reason, brief_result, framed, reason
from app.kept import keep
from app.ranking import Result
from app.rules.expressions import Condition
from app.rules.policy import Policy, Verdict
from app.rules.reliance import Reliance
from app.screening import Screening

KEPT_REASONS: Final = 300
"""The most wordings kept of one condition on one day: about 50 MB for all policies, if ever reached."""

Text: TypeAlias = tuple[bytes, ...]
"""JSON in parts: the reference of the member that it is about goes between them."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> bytes:
    """Return *value* as compact JSON."""
    return _ENCODER.encode(value).encode()


OWN_NAME: Final = dumps(SUBJECT)
OTHERS_NAME: Final = OWN_NAME[:-1]
"""How the name of a member begins who is not the subject, until it is known."""

_BLANK: Final = "\x02"
_BLANKS: Final = re.compile(rb'"\\u0002([a-z_]+)"')
_CHANGES: Final = "changes_on"
_REASONS: Final = "reasons"
_UNCHANGED: Final = b"null}"


class Phrases:
    """The words of one policy on one day."""

    def __init__(self, policy: Policy, day: date) -> None:
        self._policy, self._day = policy, day
        self._frames: dict[Verdict, tuple[_Frame, _Frame]] = {}
        # By identity: a condition is a tree, and comparing trees costs more than wording them.
        self._reasons = {id(part): _Reason(part) for part in policy.eligible.parts if isinstance(part, Condition)}

    def words(self, screening: Screening, result: Result) -> tuple[Text, Text]:
        """Return *result* from behind its subject on, as if it never changed; in full and brief."""
        frames = self._frames.get(result.verdict)
        if frames is None:
            frames = self._frames[result.verdict] = self._framed(result.verdict)
        full, brief = frames
        said = {name: _said(fill(screening, result)) for name, fill in _FILLED.items()}
        told = [self._reasons[id(part)].words(screening, result) for part in result.decision.conditions]
        said[_REASONS] = b"[%b]" % b",".join([words for words, _ in told])
        in_full = full.filled(said)
        said[_REASONS] = b"[%b]" % b",".join([words for _, words in told])
        return in_full, brief.filled(said)

    def _framed(self, verdict: Verdict) -> tuple["_Frame", "_Frame"]:
        frame = framed(self._policy, verdict, self._day)
        del frame["subject"]
        frame |= {name: _BLANK + name for name in (*_FILLED, _REASONS)}
        brief = brief_result({**frame, _REASONS: []}) | {_REASONS: _BLANK + _REASONS}
        return _Frame(frame), _Frame(brief)


_FILLED: Final = {name: fill for name, fill in BLANKS.items() if name not in (_REASONS, _CHANGES)}


class _Frame:
    """A result's JSON around its blanks."""

    def __init__(self, form: dict[str, Any]) -> None:
        self._parts = _BLANKS.split(b"," + dumps(form)[1:])
        self._names = [name.decode() for name in self._parts[1::2]]

    def filled(self, said: dict[str, bytes]) -> Text:
        parts = list(self._parts)
        parts[1::2] = [said[name] for name in self._names]
        return tuple(b"".join(parts).split(OWN_NAME))


def _said(value: Any) -> bytes:
    # Mostly there is nothing to say, and the encoder takes its time for it.
    if value or isinstance(value, dict):
        return dumps(value)
    return b"null" if value is None else b"false" if value is False else b"[]"


def changing(text: Text, change: dict[str, Any]) -> Text:
    """Return *text* with the day on which it will no longer be so."""
    return *text[:-1], text[-1].removesuffix(_UNCHANGED) + dumps(change) + b"}"


class _Reason:
    """The wordings of one condition."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition
        self._reliance = Reliance([condition.test])
        self._words: dict[Any, tuple[bytes, bytes]] = {}

    def words(self, screening: Screening, result: Result) -> tuple[bytes, bytes]:
        key = result.verdict, screening.relied_on(self._reliance, result.position)
        words = self._words.get(key)
        if words is None:
            told = reason(self._condition, result.verdict, screening.scope(result.position))
            words = dumps(told), dumps(brief_reason(told))
            keep(self._words, key, words, KEPT_REASONS)
        return words
