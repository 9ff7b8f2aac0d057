"""The shapes of the audit trail, for the documentation only."""

from datetime import datetime
from typing import Final

from pydantic import Field

from app.api.schema import Shape


class AuditEntry(Shape, title="审计记录"):
    """一件事。"""

    seq: int = Field(title="编号，连续不断")
    at: datetime = Field(title="时间")
    action: str = Field(title="做了什么：代码", examples=["screening.viewed"])
    action_label: str | None = Field(title="做了什么；别的版本的程序记下的为空", examples=["查看筛查结果"])
    outcome: str = Field(title="结果：done 完成，refused 拒绝；refused:7 同样的又有7次", examples=["done"])
    client: str | None = Field(title="客户端的编号；命令行和服务自身为空")
    client_name: str | None = Field(title="客户端的名称", examples=["乌衣镇民政办"])
    role: str | None = Field(title="角色", examples=["cadre"])
    role_label: str | None = Field(title="角色的名称", examples=["村干部"])
    region: str | None = Field(title="客户端的地区", examples=["341103100201"])
    address: str | None = Field(title="来自哪个网络地址")
    route: str | None = Field(title="接口，或命令", examples=["GET /v1/screenings/{id}"])
    object: str | None = Field(title="对什么：编号、权限等，没有填报的内容")
    purpose: str | None = Field(title="为什么", examples=["review"])


class AuditPage(Shape, title="一页审计记录"):
    """一页审计记录，新的在前。"""

    events: list[AuditEntry] = Field(title="记录")
    next: int | None = Field(title="下一页的 before；没有下一页时为空")


class AuditAction(Shape, title="一种事项"):
    """审计记录中的一种事项。"""

    action: str = Field(title="代码", examples=["screening.viewed"])
    label: str = Field(title="名称", examples=["查看筛查结果"])


class AuditActions(Shape, title="各种事项"):
    """审计记录中的各种事项。"""

    actions: list[AuditAction] = Field(title="各种事项")


AUDIT_SHAPES: Final = (AuditPage, AuditActions)
