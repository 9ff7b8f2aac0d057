"""Thrift's compact protocol, as far as the footer of a Parquet file needs it: read, and written again.

A struct is its fields by their numbers, each with its type; a list is the type of its elements, and they.
"""

from typing import Any, Final, NamedTuple, TypeAlias

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_WHOLE: Final = (I16, I32, I64)
_LONG_LIST: Final = 15

Struct: TypeAlias = dict[int, "Field"]


class Field(NamedTuple):
    """A value with its type."""

    kind: int
    value: Any


class Elements(NamedTuple):
    """A list."""

    kind: int
    values: list[Any]


class Reader:
    """Reads a struct out of bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self) -> Struct:
        fields: Struct = {}
        number = 0
        while (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._whole()
            kind = head & 15
            fields[number] = Field(kind, kind == TRUE if kind in (TRUE, FALSE) else self._value(kind))
        return fields

    def _value(self, kind: int) -> Any:
        if kind in _WHOLE:
            return self._whole()
        if kind in (TRUE, FALSE, BYTE):  # in a list, a truth is a byte
            return self._byte()
        if kind == DOUBLE:
            return self._bytes(8)
        if kind == BINARY:
            return self._bytes(self._number())
        if kind == LIST:
            head = self._byte()
            size = self._number() if head >> 4 == _LONG_LIST else head >> 4
            return Elements(head & 15, [self._value(head & 15) for _ in range(size)])
        if kind == STRUCT:
            return self.struct()
        raise ValueError(f"a footer holds no values of type {kind}")

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def _number(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7

    def _whole(self) -> int:
        number = self._number()
        return number >> 1 ^ -(number & 1)


def written(fields: Struct) -> bytes:
    """Return a struct as bytes."""
    out = bytearray()
    _struct(out, fields)
    return bytes(out)


def _struct(out: bytearray, fields: Struct) -> None:
    before = 0
    for number, (declared, value) in sorted(fields.items()):
        kind = declared if declared not in (TRUE, FALSE) else TRUE if value else FALSE
        if 0 < number - before < 16:
            out.append((number - before) << 4 | kind)
        else:
            out.append(kind)
            _whole(out, number)
        before = number
        if kind not in (TRUE, FALSE):
            _value(out, kind, value)
    out.append(0)


def _value(out: bytearray, kind: int, value: Any) -> None:
    if kind in _WHOLE:
        _whole(out, value)
    elif kind in (TRUE, FALSE, BYTE):
        out.append(value)
    elif kind == DOUBLE:
        out += value
    elif kind == BINARY:
        _number(out, len(value))
        out += value
    elif kind == LIST:
        size = len(value.values)
        out.append(min(size, _LONG_LIST) << 4 | value.kind)
        if size >= _LONG_LIST:
            _number(out, size)
        for element in value.values:
            _value(out, value.kind, element)
    else:
        _struct(out, value)


def _number(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _whole(out: bytearray, number: int) -> None:
    _number(out, number << 1 if number >= 0 else (-number << 1) - 1)
