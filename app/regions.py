"""Administrative region codes: is a household the deployment's own?"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from app.identity import normalise

NANQIAO: Final = "341103"

_LEVELS: Final = (12, 9, 6, 4, 2)
_CODE: Final = re.compile(r"[1-9][0-9]+")
# The statistics bureau gives development zones county codes of their own, 71 to 79; their residents are registered
# in one of the real counties around them.
_DEVELOPMENT_ZONE: Final = re.compile(r"7[1-9]")

# The townships of Nanqiao. Streets were split off and units renamed since 2018, so a code missing here may simply
# be newer than this table.
TOWNSHIPS: Final[Mapping[str, str]] = {
    "341103003": "龙蟠街道",  # before it was a street: 龙蟠社管中心
    "341103004": "银花街道",
    "341103005": "同乐街道",
    "341103100": "乌衣镇",
    "341103101": "沙河镇",
    "341103102": "章广镇",
    "341103103": "黄泥岗镇",
    "341103104": "珠龙镇",
    "341103105": "大柳镇",
    "341103106": "腰铺镇",
    "341103107": "施集镇",
    "341103400": "南谯工业园区",
    "341103401": "滁州高教科创城管委会",
}


class RegionError(ValueError):
    """A text that is no region code; the message says what to do."""


def read_region_code(text: str) -> str:
    """Check a code of a province, city, county, township or village."""
    code = normalise(text)
    if len(code) not in _LEVELS or not _CODE.fullmatch(code):
        raise RegionError("行政区划代码应为2、4、6、9或12位数字，且不以0开头，请核对后重新填写")
    return code


def is_local(region_code: str, home: str = NANQIAO) -> bool | None:
    """Say whether a code lies in the home region; None when it does not tell.

    A code of the city or province around home does not tell, nor does that of a development zone in the same city.
    Trailing zero groups stand for "all of it".
    """
    code, home = significant(region_code), significant(home)
    if code.startswith(home):
        return True
    if home.startswith(code):
        return None
    if code[:4] == home[:4] and _DEVELOPMENT_ZONE.fullmatch(code[4:6]):
        return None
    return False


def township_warning(region_code: str) -> str | None:
    """Warn of a code in Nanqiao whose township is not a known one."""
    code = significant(region_code)
    if len(code) < 9 or not code.startswith(NANQIAO) or code[:9] in TOWNSHIPS:
        return None
    return "行政区划代码中的乡镇（街道）不在已知名单内，请核对"


def lies_in(region_code: str, area: str) -> bool:
    """Tell whether a code lies in *area*, a code as well; the empty area is everywhere."""
    return significant(region_code).startswith(significant(area))


def significant(code: str) -> str:
    """Return *code* without the trailing zero groups that stand for "all of it"."""
    for longer, shorter in pairwise(_LEVELS):
        if len(code) == longer and not code[shorter:].strip("0"):
            code = code[:shorter]
    return code
