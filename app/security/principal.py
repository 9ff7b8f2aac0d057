"""On whose behalf a request is served."""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import ForbiddenError
from app.regions import lies_in
from app.security.roles import Permission, Role


class PrincipalKind(StrEnum):
    """How a principal proved who it is."""

    KEY = "key"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Principal:
    """A client that has proved who it is."""

    id: str
    """The client's id; of a person behind a sign-on, a keyed digest of who they are there."""
    name: str
    kind: PrincipalKind
    role: Role
    permissions: frozenset[Permission]
    region_code: str | None
    """The village, township or other area to which it is bound; None for the whole deployment."""
    quota: int | None = None
    """Units an hour, in place of its role's; 0 is without limit."""
    unit: str | None = None
    """The handling unit to which it is bound."""

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError without *permission*."""
        if permission not in self.permissions:
            raise ForbiddenError(
                f"{self.role.label}（{self.role}）没有这项权限：{permission.label}（{permission.value}）。",
                about=permission.value,
            )

    def sees(self, region_code: str | None) -> bool:
        """Tell whether what belongs to *region_code* is within its area; what has no region is the district's."""
        if self.region_code is None:
            return True
        return region_code is not None and lies_in(region_code, self.region_code)

    def place(self, region_code: str | None) -> str | None:
        """Return where something new belongs: *region_code*, or its own area; raise ForbiddenError for another's."""
        if region_code is None:
            return self.region_code
        if not self.sees(region_code):
            raise ForbiddenError(
                "行政区划代码（region_code）不在这个密钥的范围内：请核对代码，或换用那个村（社区）、镇（街道）的密钥。",
                about="region",
            )
        return region_code
