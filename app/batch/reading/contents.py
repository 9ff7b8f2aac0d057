"""What a workbook says of itself: its sheets, where they are kept, and from when it counts days."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple
from xml.parsers import expat

from app.batch.reading.spoilt import Place

SERIALS_SINCE: Final = date(1899, 12, 30)
"""The day 0 of spreadsheets, which count 1900-02-29 although there was none."""
SERIALS_SINCE_1904: Final = date(1904, 1, 1)
"""The day 0 of a workbook that counts as a Macintosh did."""

WORKBOOK: Final = "xl/workbook.xml"
RELATIONS: Final = "xl/_rels/workbook.xml.rels"
STRINGS: Final = "xl/sharedStrings.xml"

Attributes = dict[str, str]


class MalformedXmlError(Exception):
    """A part is no XML, or more than that."""


class Listed(NamedTuple):
    """A sheet by its tab."""

    name: str
    part: str
    visible: bool


class Contents(NamedTuple):
    """What a workbook holds."""

    sheets: tuple[Listed, ...]
    since: date
    spoilt: Mapping[str, Mapping[Place, str]] = MappingProxyType({})
    """Of each part, in small letters, the cells that show an error or a formula that was not worked out."""
    is_seen: bool = True
    """Whether somebody looked at the cells of every sheet, for these and for cells that stand too far out."""


def read_contents(workbook: Iterable[bytes], relations: Iterable[bytes]) -> Contents:
    """Read what the two parts of these names say."""
    targets = {
        about["Id"]: posixpath.normpath(posixpath.join("/xl", about["Target"])).lstrip("/")
        for tag, about in elements(relations)
        if tag == "Relationship" and about.keys() >= {"Id", "Target"}
    }
    sheets, since = [], SERIALS_SINCE
    for tag, about in elements(workbook):
        if tag == "workbookPr" and about.get("date1904") in ("1", "true", "on"):
            since = SERIALS_SINCE_1904
        elif tag == "sheet":
            link = next((value for name, value in about.items() if name.rpartition(":")[2] == "id"), "")
            visible = about.get("state", "visible") == "visible"
            sheets.append(Listed(about.get("name", ""), targets.get(link, ""), visible))
    return Contents(tuple(sheets), since)


def claimed_strings(strings: Iterable[bytes]) -> int:
    """Return how many shared strings the first element of *strings* says that there are."""
    for _, about in elements(strings):
        said = (about.get("count", ""), about.get("uniqueCount", ""))
        return max((int(number) for number in said if number.strip().isdecimal()), default=0)
    return 0


def elements(blocks: Iterable[bytes]) -> Iterator[tuple[str, Attributes]]:
    """Yield every element with its attributes, its name without a prefix; raise MalformedXmlError."""
    found: list[tuple[str, Attributes]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, about: found.append((name.rpartition(":")[2], about))
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for block in blocks:
            parser.Parse(block)
            yield from found
            found.clear()
        parser.Parse(b"", True)
    except expat.ExpatError:
        broken = True
    else:
        broken = False
    if broken:
        raise MalformedXmlError
    yield from found


def _refuse(*_: object) -> None:
    """Refuse a part that defines words of its own, as no program does that writes workbooks."""
    raise MalformedXmlError
