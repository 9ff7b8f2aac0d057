"""Spark as an engine that screens a table: the paths are the cluster's, and so is the work."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from sqlglot import exp

from app.batch.sql_engine import EngineError
from app.batch.sql_plan import Table
from app.batch.sql_source import HOUSEHOLD_REFERENCE
from app.rules import sql_words as sql

_TAKEN: Final = "结果路径上已有文件，Spark 不覆盖：请换一个路径；其中没有 _SUCCESS 的是没写完的，删除后可以重试"
_FORBIDDEN: Final = "集群没有权限读名单或写结果：请核对运行 Spark 的用户对路径的权限，或换一个位置"
_SCHEME: Final = "集群没有读写这种路径所需的组件：请核对路径的开头（hdfs://、s3a://、file://），或由管理员装上组件"
_TOKEN: Final = "Spark Connect 没有接受身份：请核对 --spark 里的 token（sc://主机:端口/;token=…）"
_SAID: Final = {
    "[PATH_NOT_FOUND]": "集群上没有这份名单：请核对路径，按集群看到的写（如 hdfs://…、s3a://…）；本机上的文件，集群不一定看得到",
    "[PATH_ALREADY_EXISTS]": _TAKEN,
    "[UNABLE_TO_INFER_SCHEMA]": "名单的路径里没有 Parquet 文件：请核对路径",
    "[FAILED_READ_FILE.": "集群读不了名单：请核对是否完整的 Parquet 文件，每台机器是否都能读到它（要有共用的存储）",
    "the facts changed": "筛查期间数据表有改动，没有完成：请在不改动时重试",
    "ClassNotFoundException": _SCHEME,
    "No FileSystem for scheme": _SCHEME,
    "Mkdirs failed": _FORBIDDEN,
    "Permission denied": _FORBIDDEN,
    "AccessControlException": _FORBIDDEN,
    "java.net.ConnectException": "集群连不上存放名单或结果的存储：请核对路径里的主机和端口",
    "java.net.UnknownHostException": "集群找不到存放名单或结果的主机：请核对路径里的主机",
    "StatusCode.UNAUTHENTICATED": _TOKEN,
    "StatusCode.PERMISSION_DENIED": _TOKEN,
    "StatusCode.UNAVAILABLE": "与 Spark Connect 的连接中断了，没有完成：请核对服务是否还在，"
    "删除没写完的结果（没有 _SUCCESS）后重试",
}
"""What Spark's words come to for whoever gave the command; first match wins.  The words themselves may quote a row."""


class Spark:
    """A table on the Spark of *session*; *source* is a path as the cluster sees it."""

    dialect: str = "spark"

    def __init__(self, session: Any, source: str) -> None:
        self.session = session
        self._prefix = f"huimin_{uuid4().hex}_"
        self._views: list[str] = []
        frame = session.read.parquet(source)
        self.facts = sql.table(self._view(frame, "facts"))
        self.columns: Mapping[str, exp.DataType] = {
            field.name: exp.DataType.build(field.dataType.simpleString(), dialect="spark") for field in frame.schema
        }

    def require_vacant(self, target: str) -> None:
        """Raise EngineError if there is anything at *target*: to find that out when all is computed would be late."""
        try:
            self.session.read.text(_literal(target)).schema  # noqa: B018 (over Connect, nothing is looked for before)
        except Exception as error:
            if "[PATH_NOT_FOUND]" not in str(error):
                raise
        else:
            raise EngineError(_TAKEN)

    def rows(self, statement: exp.Query) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(statement.sql("spark")).collect()]

    def take(self, name: str, table: Table, rows: str) -> str:
        fields = ", ".join(f"{column}: {exp.DataType.build(kind).sql('spark')}" for column, kind in table.items())
        # As one parameter, rows need neither pandas nor Arrow on this side, nor Python on the cluster's.
        statement = f"SELECT INLINE(FROM_JSON(:rows, 'ARRAY<STRUCT<{fields}>>'))"
        return self._view(self.session.sql(statement, args={"rows": rows}), name)

    def write(self, statement: exp.Query, target: str) -> None:
        self.session.sql(statement.sql("spark")).write.parquet(target)

    def height(self, target: str) -> int:
        # With a schema, a folder without a file is no error but empty.
        return int(self.session.read.schema(f"{HOUSEHOLD_REFERENCE} STRING").parquet(_literal(target)).count())

    def close(self) -> None:
        """Leave the session as it was found."""
        for view in self._views:
            self.session.catalog.dropTempView(view)

    def _view(self, frame: Any, name: str) -> str:
        view = self._prefix + name
        frame.createOrReplaceTempView(view)
        self._views.append(view)
        return view


def _literal(path: str) -> str:
    """Return *path* so that Spark, which reads patterns and writes none, reads this one."""
    return re.sub(r"[\[\]{}*?\\]", r"\\\g<0>", path)


def explained(error: Exception) -> EngineError | None:
    """Return in words what Spark raised, if it is something that whoever gave the command can mend."""
    # The rest is the stack, where every name occurs.
    words = "\n".join(str(error).splitlines()[:3])
    return next((EngineError(said) for sign, said in _SAID.items() if sign in words), None)
