"""What is being done with a list, for whoever waits."""

from enum import StrEnum


class Phase(StrEnum):
    READING = "读取名单"
    CHECKING = "核对数据"
    SCREENING = "筛查"
    COMPARING = "与上次比较"
    WRITING = "写出结果"
