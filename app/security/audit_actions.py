"""What the audit trail can tell of: every action, its code and its name in Chinese.

Codes stay once they were recorded: trails hold them for years.
"""

from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """Something that is done or refused; the value is the code in the trail."""

    label: str

    def __new__(cls, code: str, label: str = "") -> "Action":
        """Make a row of the table; called with a code alone, the class returns the row that has it."""
        action = str.__new__(cls, code)
        action._value_ = code
        action.label = label
        return action

    ACCESS_REFUSED = "access.refused", "拒绝越权访问"
    SIGN_IN_REFUSED = "sign_in.refused", "拒绝无效的密钥或登录凭证"
    SIGNATURE_REFUSED = "signature.refused", "拒绝签名不符的平台消息"

    SCREENING_STORED = "screening.stored", "筛查并保存"
    SCREENING_VIEWED = "screening.viewed", "查看筛查结果"
    SCREENING_VERIFIED = "screening.verified", "核验筛查结果"
    HOUSEHOLD_VIEWED = "household.viewed", "查看家庭情况"
    NOTICE_VIEWED = "notice.viewed", "取得一次性告知单"

    BATCH_UPLOADED = "batch.uploaded", "上传名单"
    BATCH_CANCELLED = "batch.cancelled", "取消名单筛查"
    BATCH_DOWNLOADED = "batch.downloaded", "下载名单的结果或退回行"
    BATCH_DELETED = "batch.deleted", "删除名单"
    BATCH_EXPIRED = "batch.expired", "名单到期删除"

    HANDOFF_MADE = "handoff.made", "转交办理单位"
    HANDOFF_VIEWED = "handoff.viewed", "查看转交件"
    HANDOFFS_LISTED = "handoffs.listed", "查看一次筛查的转交件"
    HANDOFF_WITHDRAWN = "handoff.withdrawn", "撤回转交件"
    HANDOFF_RETRIED = "handoff.retried", "重新向平台发送"
    HANDOFF_DELIVERED = "handoff.delivered", "送达平台"
    HANDOFF_PARKED = "handoff.parked", "未能送达平台，需人工处理"
    HANDOFF_CANCELLED = "handoff.cancelled", "发往平台途中已取消"
    WORKLIST_VIEWED = "worklist.viewed", "查看单位的工作清单"

    RECEIPT_DELIVERED = "receipt.delivered", "登记回执：送达"
    RECEIPT_ACCEPTED = "receipt.accepted", "登记回执：受理"
    RECEIPT_RETURNED = "receipt.returned", "登记回执：退回"
    RECEIPT_TRANSFERRED = "receipt.transferred", "登记回执：转办"
    RECEIPT_CORRECTION = "receipt.correction", "登记回执：补正"
    RECEIPT_STEP = "receipt.step", "登记回执：办理环节"
    RECEIPT_PUBLICISED = "receipt.publicised", "登记回执：公示"
    RECEIPT_APPROVED = "receipt.approved", "登记回执：办结（同意）"
    RECEIPT_REFUSED = "receipt.refused", "登记回执：办结（不同意）"
    RECEIPT_WITHDRAWN = "receipt.withdrawn", "登记回执：撤销"

    SUBJECT_EXPORTED = "subject.exported", "应本人请求提供其全部资料"
    SUBJECT_DELETED = "subject.deleted", "应本人请求删除其资料"

    CLIENT_CREATED = "client.created", "建立密钥"
    CLIENT_ROTATED = "client.rotated", "更换密钥"
    CLIENT_QUOTA_CHANGED = "client.quota-changed", "调整密钥的调用限额"
    CLIENT_REVOKED = "client.revoked", "停用密钥"

    AUDIT_READ = "audit.read", "查看审计记录"
    AUDIT_EXPORTED = "audit.exported", "导出审计记录"
    AUDIT_VERIFIED = "audit.verified", "校验审计记录，完好"
    AUDIT_PURGED = "audit.purged", "审计记录到期清理"

    RETENTION_EXPIRED = "retention.expired", "资料到期删除"
    KEYRING_ROTATING = "keyring.rotating", "开始更换加密密钥"
    KEYRING_ROTATED = "keyring.rotated", "加密密钥更换完毕"
    BACKUP_MADE = "backup.made", "备份"
    BACKUP_RESTORED = "backup.restored", "从备份恢复"
    SERVICE_STARTED = "service.started", "服务启动"
    SERVICE_STOPPED = "service.stopped", "服务停止"


_LABELS: Final = {action.value: action.label for action in Action}


def label_of(code: str) -> str | None:
    """Return what the recorded *code* is called; None where another version of the program recorded it."""
    return _LABELS.get(code)
