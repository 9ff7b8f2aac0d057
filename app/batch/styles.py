"""What the cells of our workbooks look like."""

from enum import IntEnum
from typing import Final


class Style(IntEnum):
    """The number by which a cell names its format."""

    PLAIN = 0
    TEXT = 1
    """Text that stays text when it is edited: numbers of people, and whatever the official's file holds."""
    HEAD = 2
    ELIGIBLE = 3
    UNDETERMINED = 4
    INELIGIBLE = 5
    SET_ASIDE = 6
    WRAPPED = 7
    TITLE = 8
    OWN_HEAD = 9
    """The head of a column that was in the official's file."""
    COUNT = 10


_AS_TEXT: Final = 49
"""Excel's built-in number of the format `@`."""

_FONTS: Final = (
    '<font><sz val="11"/><name val="宋体"/></font>',
    '<font><b/><sz val="11"/><name val="宋体"/></font>',
    '<font><sz val="11"/><color rgb="FF006100"/><name val="宋体"/></font>',
    '<font><sz val="11"/><color rgb="FF7F6000"/><name val="宋体"/></font>',
    '<font><sz val="11"/><color rgb="FF767676"/><name val="宋体"/></font>',
    '<font><sz val="11"/><color rgb="FF9C0006"/><name val="宋体"/></font>',
    '<font><b/><sz val="14"/><name val="宋体"/></font>',
)
_FILLS: Final = ("FFDDEBF7", "FFC6EFCE", "FFFFEB9C", "FFFFC7CE", "FFF2F2F2")
"""Of heads, eligible, undetermined, set aside, and the official's own heads; 2 to 6 in the file."""
_CENTRED: Final = '<alignment horizontal="center" vertical="center" wrapText="1"/>'
_WRAPPED: Final = '<alignment vertical="top" wrapText="1"/>'
_TOP: Final = '<alignment vertical="top"/>'
_COUNT: Final = '<alignment horizontal="center" vertical="top"/>'

# font, fill, border, number format, alignment
_FORMATS: Final[dict[Style, tuple[int, int, int, int, str]]] = {
    Style.PLAIN: (0, 0, 0, 0, _TOP),
    Style.TEXT: (0, 0, 0, _AS_TEXT, _TOP),
    Style.HEAD: (1, 2, 1, _AS_TEXT, _CENTRED),
    Style.ELIGIBLE: (2, 3, 0, 0, _TOP),
    Style.UNDETERMINED: (3, 4, 0, 0, _TOP),
    Style.INELIGIBLE: (4, 0, 0, 0, _TOP),
    Style.SET_ASIDE: (5, 5, 0, 0, _TOP),
    Style.WRAPPED: (0, 0, 0, 0, _WRAPPED),
    Style.TITLE: (6, 0, 0, 0, ""),
    Style.OWN_HEAD: (1, 6, 1, _AS_TEXT, _CENTRED),
    Style.COUNT: (0, 0, 0, 0, _COUNT),
}


def style_sheet() -> str:
    """Return the part `xl/styles.xml`."""
    fills = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    fills += "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>' for colour in _FILLS
    )
    side = '<{0} style="thin"><color rgb="FFBFBFBF"/></{0}>'
    box = "".join(side.format(name) for name in ("left", "right", "top", "bottom"))
    formats = "".join(_format(*_FORMATS[style]) for style in Style)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<fonts count="{len(_FONTS)}">{"".join(_FONTS)}</fonts>'
        f'<fills count="{len(_FILLS) + 2}">{fills}</fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{box}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(Style)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def _format(font: int, fill: int, border: int, number: int, alignment: str) -> str:
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1"'
        f' applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{alignment}</xf>'
    )
