"""Which unit has a case on a day: offices are renamed and merged, and their cases go with them."""

from collections.abc import Iterable, Iterator
from datetime import date

from app.answering.results import unit_answer
from app.rules.policy import Unit


class Directory:
    """The units by code."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.by_code = {unit.code: unit for unit in units}

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.by_code.values())

    def holder(self, code: str, day: date) -> Unit:
        """Return the unit that on *day* has what was handed to *code*."""
        unit = self.by_code[code]
        while unit.merged is not None and unit.merged.start <= day:
            unit = self.by_code[unit.merged.into]
        return unit

    def family(self, code: str, day: date) -> tuple[str, ...]:
        """Return the codes whose cases *code* has on *day*: its own first, and those of the units merged into it."""
        merged = sorted(each for each in self.by_code if each != code and self.holder(each, day).code == code)
        return (code, *merged)

    def described(self, code: str, day: date) -> dict[str, str]:
        """Return the unit that has on *day* what was handed to *code*, as on the wire.

        A code that no release of the policies knows any more is its own name.
        """
        if code not in self.by_code:
            return {"code": code, "name": code, "name_in_source": code}
        return unit_answer(self.holder(code, day), day)
