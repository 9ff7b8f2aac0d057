"""The shapes of lists that are screened in the background, for the documentation only."""

from datetime import date, datetime
from typing import Final, Literal

from pydantic import Field

from app.api.schema import Shape


class BatchUpload(Shape, title="上传名单"):
    """上传的表单。"""

    file: str = Field(
        title="名单文件：CSV（UTF-8 或 GB18030）、.xlsx 或 Parquet，一行一人", json_schema_extra={"format": "binary"}
    )
    as_of: date | None = Field(None, title="按哪一天筛查；不填为今天", examples=["2026-11-23"])
    since: str | None = Field(None, title="与哪一次比较：填那次批量筛查的 id，或上传那次的 .parquet 结果；不填不比较")


class BatchProgress(Shape, title="进度"):
    """筛查到哪一行。"""

    done: int = Field(title="已筛查的行数")
    rows: int | None = Field(title="名单的行数；还没有读完时为空", examples=[1200])


class BatchVerdicts(Shape, title="各结论的数量"):
    """一人或一户的一项政策算一次。"""

    eligible: int = Field(title="符合")
    undetermined: int = Field(title="待核实")
    ineligible: int = Field(title="不符合")


class BatchChanges(Shape, title="与以前那次相比"):
    """有多少变化。"""

    count: int = Field(title="变化的数量")
    text: str = Field(title="变化的概要", examples=["与上次相比没有变化。"])


class NotMade(Shape, title="没有的格式"):
    """没有生成的结果格式。"""

    format: Literal["xlsx", "csv", "parquet"] = Field(title="格式")
    message: str = Field(title="原因和办法")


class BatchSummary(Shape, title="结果概要"):
    """名单筛查后的情况。"""

    rows: int = Field(title="名单的行数", examples=[1200])
    households: int = Field(title="筛查的户数")
    people: int = Field(title="筛查的人数")
    rejected: int = Field(title="退回的行数")
    warnings: int = Field(title="提示的处数")
    qualifying: int | None = Field(title="有符合的结果、可以转交的户数；以前的版本筛查的名单为空，不能转交")
    verdicts: BatchVerdicts = Field(title="各结论的数量")
    unknown_columns: list[str] = Field(title="没有用到的列")
    missing_columns: list[str] = Field(title="缺少的列，补上后待核实的会少")
    notes: list[str] = Field(title="文件里没有读的内容：同一工作簿里的其他名单、含义重复的列")
    changes: BatchChanges | None = Field(title="与以前那次相比；没有比较时为空")
    not_made: list[NotMade] = Field(title="没有生成的格式")
    policy_set: str = Field(title="政策版本", examples=["sha256:…"])
    release: str = Field(title="程序版本")


class BatchFormats(Shape, title="各格式的地址"):
    """有哪种格式，就有哪种的地址。"""

    xlsx: str | None = Field(None, title="Excel 结果的地址")
    csv: str | None = Field(None, title="CSV 结果的地址")
    parquet: str | None = Field(None, title="Parquet 结果的地址")


class BatchLinks(Shape, title="有关的地址"):
    """可以接着取什么。"""

    self: str = Field(title="查看进度")
    events: str = Field(title="实时进度")
    result: BatchFormats | None = Field(title="筛查结果；没有完成时为空")
    changes: BatchFormats | None = Field(title="变化清单；没有比较时为空")
    rejects: str | None = Field(title="退回的行；没有完成时为空")
    counts: str | None = Field(title="各村各项政策的数量；没有完成时为空")


class Batch(Shape, title="批量筛查"):
    """一份名单的筛查。"""

    id: str = Field(title="批量筛查编号")
    state: Literal["waiting", "running", "done", "failed", "cancelled"] = Field(title="状态")
    state_label: str = Field(title="状态的名称", examples=["已完成"])
    phase: Literal["reading", "checking", "screening", "comparing", "writing"] | None = Field(
        title="正在做什么；不在筛查时为空"
    )
    phase_label: str | None = Field(title="正在做什么的名称", examples=["筛查"])
    as_of: date = Field(title="筛查日期")
    since: str | None = Field(title="与哪一次比较；不比较、或与上传的结果比较时为空")
    compares: bool = Field(title="是否与以前的结果比较")
    created_at: datetime = Field(title="上传的时间")
    started_at: datetime | None = Field(title="开始的时间")
    ended_at: datetime | None = Field(title="结束的时间")
    expires_at: datetime | None = Field(title="到期清理的时间；没有结束时为空")
    progress: BatchProgress = Field(title="进度")
    cancelling: bool = Field(title="是否正在停下")
    attempts: int = Field(title="第几次尝试", examples=[1])
    error: str | None = Field(title="没有完成的原因和办法")
    summary: BatchSummary | None = Field(title="结果概要；没有完成时为空")
    links: BatchLinks = Field(title="有关的地址")


class BatchList(Shape, title="批量筛查列表"):
    """一页批量筛查，新的在前。"""

    batches: list[Batch] = Field(title="批量筛查")
    next: str | None = Field(title="下一页的地址；没有时为空")


class Place(Shape, title="地方"):
    """一个村（社区）；村太多时是一个镇（街道），最小的合在一起。"""

    township: str | None = Field(title="镇（街道）；名单没有写明的为空", examples=["乌衣镇"])
    village: str | None = Field(title="村（社区）；名单没有写明的、合在一起的为空")
    households: int = Field(title="户数")
    members: int = Field(title="人数")


class PolicyCounts(Shape, title="一项政策的数量"):
    """各地方有多少户或人；次序与 places 相同。"""

    policy: str = Field(title="政策代码", examples=["longevity-allowance"])
    title: str = Field(title="政策名称")
    subject: Literal["household", "person"] = Field(title="数的是户还是人")
    eligible: list[int] = Field(title="符合")
    undetermined: list[int] = Field(title="待核实")
    ineligible: list[int] = Field(title="不符合")


class BatchCounts(Shape, title="各村各项政策的数量"):
    """供作图；只有数量。"""

    places: list[Place] = Field(title="地方")
    policies: list[PolicyCounts] = Field(title="政策")


class Reject(Shape, title="退回的行"):
    """一处不能筛查的原因；一行可以有几处。"""

    number: int = Field(title="第几条", examples=[1])
    row: int = Field(title="文件中的行号", examples=[17])
    column: str | None = Field(title="列", examples=["出生日期"])
    message: str = Field(title="原因和办法")


class RejectList(Shape, title="退回的行列表"):
    """一页退回的行，按行号。"""

    rejects: list[Reject] = Field(title="退回的行")
    next: str | None = Field(title="下一页的地址；没有时为空")


BATCH_SHAPES: Final = (BatchUpload, Batch, BatchList, BatchCounts, RejectList)
