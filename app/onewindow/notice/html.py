"""A notice as one HTML page with a style for paper; it runs nothing and loads nothing."""

import hashlib
from base64 import b64encode
from html import escape
from typing import Final

from app.onewindow.notice.content import NOBODY, TITLE, Notice, Table

_STYLE: Final = """
body { font: 1rem/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #111; background: #fff;
  max-width: 52rem; margin: 1rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; text-align: center; margin: .3rem 0 }
h2 { font-size: 1.05rem; margin: 1.1rem 0 .3rem; break-after: avoid }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: .9rem }
th, td { border: 1px solid #666; padding: .3rem .4rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
tr { break-inside: avoid }
footer { font-size: .85rem; margin-top: 1rem }
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block; width: auto }
  colgroup { display: none }
  thead { position: absolute; left: -99rem }
  tr { border: 1px solid #666; margin: .4rem 0 }
  td { border: 0 }
  td:first-child { font-weight: 700 }
  td:not(:first-child)::before { content: attr(data-column) "：" }
}
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 9.5pt } th, td { padding: .1rem .3rem } }
@page { size: A4; margin: 14mm }
"""
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page's Content-Security-Policy."""


def html(notice: Notice) -> bytes:
    """Return the page, UTF-8."""
    tables = "".join(_table(table) for table in notice.tables)
    foot = "".join(f"<p>{escape(line)}</p>" for line in notice.foot)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{_STYLE}</style></head><body><main><h1>{TITLE}</h1>"
        f"<p>{escape(notice.household)}　筛查日期：{escape(notice.day)}</p>{tables}</main>"
        f"<footer>{foot}</footer></body></html>"
    ).encode()


def _table(table: Table) -> str:
    heading = f"<h2>{escape(table.heading)}</h2>"
    if not table.rows:
        return f"{heading}<p>{NOBODY}</p>"
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td data-column="{escape(c)}">{escape(cell)}</td>' for c, cell in zip(table.columns, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    # Attributes: the page's policy lets no style but its own sheet's in.
    columns = "".join(f'<col width="{share:.0%}">' for share in table.widths)
    return f"{heading}<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
