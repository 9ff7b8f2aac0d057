"""Who may do what: every permission, and the roles as sets of them."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Final


class Permission(Enum):
    """Something that a client may be allowed to do; the value is its name in documents, the label its explanation."""

    LOOKUPS_READ = "lookups.read", "查阅政策、数据字典、单位目录和政策包"
    SCREENINGS_TRY = "screenings.try", "筛查一户，不保存"
    SCREENINGS_CREATE = "screenings.create", "筛查一户并保存"
    SCREENINGS_READ = "screenings.read", "再次查看保存的筛查"
    BATCHES_CREATE = "batches.create", "上传名单批量筛查"
    BATCHES_READ = "batches.read", "查看批量筛查的进度，下载结果和退回行"
    BATCHES_DELETE = "batches.delete", "取消、删除批量筛查"
    BATCHES_HAND_OVER = "batches.hand-over", "把名单中符合的结果成批转交办理单位"
    HANDOFFS_CREATE = "handoffs.create", "把筛查结果转交办理单位，撤回、重新发送"
    HANDOFFS_READ = "handoffs.read", "查看转交件、办理进度和工作清单"
    RECEIPTS_CREATE = "receipts.create", "登记办理回执"
    SUBJECTS_EXPORT = "subjects.export", "按编号查询一户、一人的全部保存内容"
    SUBJECTS_DELETE = "subjects.delete", "按编号删除一户、一人的全部保存内容"
    CLIENTS_MANAGE = "clients.manage", "建立、查看、更换、停用密钥"
    AUDIT_READ = "audit.read", "查看和导出审计记录"

    label: str

    def __new__(cls, value: str, label: str) -> "Permission":
        made = object.__new__(cls)
        made._value_, made.label = value, label
        return made


class Role(StrEnum):
    """What a client is; the value is its name on the wire and on the command line."""

    CADRE = "cadre"
    TOWNSHIP = "township"
    DISTRICT = "district"
    UNIT = "unit"
    PLATFORM = "platform"
    OFFICER = "officer"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLES[self]

    @property
    def is_local(self) -> bool:
        """Whether a client of this role belongs to a village or township, and must say which."""
        return self in (Role.CADRE, Role.TOWNSHIP)

    @property
    def may_have_unit(self) -> bool:
        """Whether a client of this role may be bound to a handling unit; one of `unit` must be."""
        return self in (Role.DISTRICT, Role.UNIT, Role.PLATFORM)


_LABELS: Final[Mapping[Role, str]] = {
    Role.CADRE: "村干部",
    Role.TOWNSHIP: "镇（街道）",
    Role.DISTRICT: "区级单位",
    Role.UNIT: "办理单位",
    Role.PLATFORM: "一门受理平台",
    Role.OFFICER: "政策管理人员",
    Role.AUDITOR: "审计人员",
    Role.ADMIN: "系统管理员",
}

_SCREENING: Final = frozenset(
    {
        Permission.LOOKUPS_READ,
        Permission.SCREENINGS_TRY,
        Permission.SCREENINGS_CREATE,
        Permission.SCREENINGS_READ,
    }
)
_BATCHES: Final = frozenset(
    {Permission.BATCHES_CREATE, Permission.BATCHES_READ, Permission.BATCHES_DELETE, Permission.BATCHES_HAND_OVER}
)
_SUBJECTS: Final = frozenset({Permission.SUBJECTS_EXPORT, Permission.SUBJECTS_DELETE})
_HANDING_OVER: Final = frozenset({Permission.HANDOFFS_CREATE, Permission.HANDOFFS_READ})

ROLES: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.CADRE: _SCREENING | _BATCHES | _HANDING_OVER,
    Role.TOWNSHIP: _SCREENING | _BATCHES | _HANDING_OVER,
    Role.DISTRICT: _SCREENING | _BATCHES | _HANDING_OVER | _SUBJECTS | {Permission.RECEIPTS_CREATE},
    # Works on what is handed to it, and screens nobody.
    Role.UNIT: frozenset({Permission.LOOKUPS_READ, Permission.HANDOFFS_READ, Permission.RECEIPTS_CREATE}),
    # One household at a time, as it comes to the window: no lists.
    Role.PLATFORM: _SCREENING | _HANDING_OVER | {Permission.RECEIPTS_CREATE},
    # Tries what a policy says of an invented household; keeps and sees nobody's.
    Role.OFFICER: frozenset({Permission.LOOKUPS_READ, Permission.SCREENINGS_TRY}),
    # Neither of these two sees a household: who hands out keys, and who watches, is not who screens.
    Role.AUDITOR: frozenset({Permission.LOOKUPS_READ, Permission.AUDIT_READ}),
    # What is deleted it does not see either.
    Role.ADMIN: frozenset({Permission.LOOKUPS_READ, Permission.CLIENTS_MANAGE, Permission.SUBJECTS_DELETE}),
}
"""The one table of roles; docs/clients.md shows it."""
