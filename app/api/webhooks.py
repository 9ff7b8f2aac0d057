"""What the service sends of its own accord, for the documentation: messages to the one-window platform."""

from typing import Any, Final

from app.api.schema import takes

_SIGNED: Final = (
    "用与平台约定的签名（`HUIMIN_PLATFORM_SCHEME`）：standard-webhooks 的 `webhook-id`、`webhook-timestamp`、"
    "`webhook-signature`，或 app-sm3 的 `x-app-id`、`x-timestamp`、`x-nonce`、`x-message-id`、`x-app-sign`。"
    "至少送达一次：同一 `Idempotency-Key` 再来仍是同一件，不要重复立案。"
)
_ANSWERS: Final[dict[str, dict[str, str]]] = {
    "2XX": {"description": "收下了；答复的内容作为平台的回执保存"},
    "4XX": {"description": "这一件不能接受：停止发送，请人处理（408、409、425、429 除外，稍后再发）"},
    "5XX": {"description": "暂时不行：隔一段时间再发，间隔逐次加长，最多七天；可用 Retry-After 指定秒数"},
}


def webhooks() -> dict[str, Any]:
    """Return the `webhooks` section of the OpenAPI document."""
    return {
        "handoff": _webhook("转交一件", "一项待遇、一个对象。", "HandoffMessage"),
        "withdrawal": _webhook("撤回一件", "已经发出的一件撤回了；总在那一件之后送达。", "WithdrawalMessage"),
    }


def _webhook(summary: str, description: str, model: str) -> dict[str, Any]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "消息的编号；转交消息的就是转交件编号",
        "schema": {"type": "string"},
    }
    return {
        "post": {
            "summary": summary,
            "description": f"{description}{_SIGNED}",
            "tags": ["handoffs"],
            "security": [],
            "parameters": [key],
            **takes(model),
            "responses": _ANSWERS,
        }
    }
