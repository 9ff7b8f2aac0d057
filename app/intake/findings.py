"""What is found wrong or doubtful about one request, and how it is refused."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from app.errors import FieldError
from app.intake.messages import Fault, Location, path, word

MOST_ERRORS: Final = 50


class RejectedError(ValueError):
    """A request that cannot be right; *malformed* when it is no JSON at all.

    The field of an error is empty where it concerns the request as a whole.
    """

    def __init__(self, errors: Collection[FieldError], *, malformed: bool = False) -> None:
        super().__init__("；".join(error.message for error in errors))
        self.errors = tuple(errors)
        self.malformed = malformed


class Findings:
    """Gathers everything about a request before it is refused, so that one answer names it all."""

    def __init__(self, request: object, faults: list[Fault]) -> None:
        self.request = request
        self.faults = faults
        self.warnings: list[FieldError] = []

    def fault(self, location: Location, said: str) -> None:
        self.faults.append(Fault(location, said))

    def warn(self, location: Location, said: str | None) -> None:
        if said is not None:
            self.warnings.append(FieldError(path(location), said))

    def reject(self) -> None:
        """Refuse the request if anything is wrong with it, in the order in which it was written."""
        if self.faults:
            place = _Order(self.request)
            ordered = sorted(self.faults, key=lambda fault: place.of(fault.location))
            raise RejectedError([FieldError(*word(fault, self.request)) for fault in ordered[:MOST_ERRORS]])


class _Order:
    """Tells where a location stands in a request; what is absent stands last in its object."""

    def __init__(self, request: object) -> None:
        self.request = request
        self.places: dict[int, dict[Any, int]] = {}

    def of(self, location: Location) -> list[int]:
        found: list[int] = []
        node: Any = self.request
        for part in location:
            if isinstance(node, Mapping):
                places = self.places.get(id(node))
                if places is None:
                    places = self.places[id(node)] = {key: place for place, key in enumerate(node)}
                found.append(places.get(part, len(places)))
                node = node.get(part)
            elif isinstance(node, list) and isinstance(part, int):
                found.append(part)
                node = node[part] if part < len(node) else None
            else:
                found.append(0)
        return found
