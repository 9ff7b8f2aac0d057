"""The same person found twice: in one household a mistake, in two a doubt."""

import polars as pl

from app.batch.reading.headers import CERTIFICATE, DOCUMENT, ID_NUMBER, label
from app.batch.reading.part import Part


class Persons:
    """Remembers the people who stand in the file more than once."""

    def __init__(self, twins: pl.Series) -> None:
        self._twins = twins
        self._seen: dict[str, tuple[int, str | None]] = {}

    def compare(self, part: Part, numbers: pl.Series) -> None:
        """Compare the rows of *part* with those before them and among themselves."""
        if self._twins.is_empty():
            return
        wanted = part.remarks.good & numbers.hash().is_in(self._twins.implode()) & numbers.is_not_null()
        at = wanted.arg_true()
        if at.is_empty():
            return
        meaning = next(m for m in (ID_NUMBER, DOCUMENT, CERTIFICATE) if m in part.sheet.places)
        within: dict[int, str] = {}
        elsewhere: dict[int, str] = {}
        rows = part.frame["row"].gather(at).to_list()
        homes = part.references.gather(at).to_list()
        for place, row, home, number in zip(at.to_list(), rows, homes, numbers.gather(at).to_list(), strict=True):
            first, where = self._seen.setdefault(number, (row, home))
            if first == row:
                continue
            if where == home:
                within[place] = f"{label(meaning)}与第{first}行的相同，请核对"
            else:
                elsewhere[place] = f"与第{first}行是同一个证件号码，可能重复登记，请核对"
        header = part.header(meaning)
        for told, found in ((part.remarks.fault, within), (part.remarks.doubt, elsewhere)):
            if found:
                told(*_spread(part.height, found, header))


def _spread(height: int, found: dict[int, str], header: str) -> tuple[pl.Series, str, pl.Series]:
    places = list(found)
    mask = pl.repeat(False, height, dtype=pl.Boolean, eager=True).scatter(places, [True] * len(places))
    said = pl.repeat(None, height, dtype=pl.String, eager=True).scatter(places, list(found.values()))
    return mask, header, said
