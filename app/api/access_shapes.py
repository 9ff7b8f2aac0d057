"""The shapes of keys, and of who asks, for the documentation only: nothing here runs for a request."""

from datetime import date, datetime
from typing import Literal

from pydantic import ConfigDict, Field

from app.api.schema import Shape as _Shape
from app.security.applications import DAYS, LONGEST_NAME, MOST_UNITS
from app.security.roles import Role


class ClientRequest(_Shape, title="要建立的密钥"):
    """给谁、什么角色、管哪里、用到哪一天。"""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(title="名称", min_length=1, max_length=LONGEST_NAME, examples=["乌衣镇民政办"])
    role: Role = Field(title="角色")
    region_code: str | None = Field(
        None,
        title="行政区划代码",
        description="只能筛查和查看这个代码之下的家庭；村干部和镇（街道）必填",
        examples=["341103100"],
    )
    unit: str | None = Field(
        None,
        title="单位代码",
        description="只看到交给这个单位的件；办理单位必填，见单位目录",
        examples=["civil-affairs"],
    )
    expires_on: date | None = Field(None, title="最后一天", description=f"不填为{DAYS}天后")
    quota: int | None = Field(
        None,
        ge=0,
        le=MOST_UNITS,
        title="每小时的额度",
        description="一次请求计1，名单每行计1；0 不限；不填按角色",
    )


class Client(_Shape, title="密钥"):
    """一个客户端和它的密钥；没有密钥本身。"""

    id: str = Field(title="编号")
    name: str = Field(title="名称", examples=["乌衣镇民政办"])
    role: Role = Field(title="角色")
    role_label: str = Field(title="角色的名称", examples=["镇（街道）"])
    region_code: str | None = Field(title="行政区划代码；不限范围时为空", examples=["341103100"])
    unit: str | None = Field(title="单位代码；不限单位时为空", examples=["civil-affairs"])
    prefix: str = Field(title="密钥的开头", examples=["huimin_7Kq2Zr0x"])
    quota: int | None = Field(title="每小时的额度，0 为不限；按角色的为空")
    state: Literal["active", "expired", "revoked"] = Field(title="状态：active 在用，expired 过期，revoked 停用")
    created_at: datetime = Field(title="建立的时间")
    rotated_at: datetime | None = Field(title="更换的时间；没有更换过为空")
    expires_at: datetime = Field(title="失效的时间")
    revoked_at: datetime | None = Field(title="停用的时间；没有停用为空")
    last_used_at: datetime | None = Field(title="最近一次使用，准确到一刻钟；没有用过为空")


class NewClient(Client, title="新密钥"):
    """一个客户端和它的密钥。"""

    key: str = Field(title="密钥，只显示这一次")


class RoleChoice(_Shape, title="可选的角色"):
    """一个角色，和它要不要写明行政区划代码。"""

    role: Role = Field(title="角色")
    label: str = Field(title="名称", examples=["村干部"])
    needs_region: bool = Field(title="是否必须绑定村（社区）或镇（街道）")
    needs_unit: bool = Field(title="是否必须绑定办理单位")
    may_have_unit: bool = Field(title="是否可以绑定办理单位")


class QuotaRequest(_Shape, title="要改成的额度"):
    """一个密钥自己的额度。"""

    model_config = ConfigDict(extra="forbid")

    quota: int | None = Field(
        ge=0,
        le=MOST_UNITS,
        title="每小时的额度",
        description="一次请求计1，名单每行计1；0 不限；null 按角色",
    )


class ClientList(_Shape, title="密钥清单"):
    """一页密钥，先建的在前。"""

    clients: list[Client] = Field(title="密钥")
    next: str | None = Field(title="下一页的 after；没有下一页时为空")
    roles: list[RoleChoice] = Field(title="新密钥可以有的角色")


class Me(_Shape, title="当前客户端"):
    """请求所用的密钥是谁的。"""

    id: str = Field(title="密钥编号")
    name: str = Field(title="名称", examples=["示例一村"])
    kind: str = Field(title="怎样证明身份：key 密钥，token 单点登录", examples=["key"])
    role: str = Field(title="角色", examples=["cadre"])
    role_label: str = Field(title="角色的名称", examples=["村干部"])
    region_code: str | None = Field(title="只限的地区；不限时为空")
    unit: str | None = Field(title="只限的办理单位；不限时为空")
    permissions: list[str] = Field(title="权限", examples=[["screenings.create"]])


class SignOn(_Shape, title="登录的方式"):
    """统一身份认证的登录地址；没有接、首页没有登记或暂时连不上时为空。"""

    offered: bool = Field(title="首页能否用统一身份认证登录")
    issuer: str | None = Field(title="签发者")
    client_id: str | None = Field(title="首页登记的客户端编号")
    scope: str | None = Field(title="请求的范围")
    authorization_endpoint: str | None = Field(title="登录的地址；签发者暂时连不上时为空")
    token_endpoint: str | None = Field(title="换取令牌的地址")
    end_session_endpoint: str | None = Field(title="退出登录的地址")


ACCESS_SHAPES = (ClientRequest, Client, NewClient, RoleChoice, QuotaRequest, ClientList, Me, SignOn)
