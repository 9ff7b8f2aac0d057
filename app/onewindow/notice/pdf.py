"""A notice as PDF, A4.  Its font is declared and not embedded: every reader of PDF brings a Chinese one."""

from html import escape
from io import BytesIO
from typing import Any, Final

from app.onewindow.notice.content import NOBODY, TITLE, Notice, Table

FONT: Final = "STSong-Light"
_MARGIN: Final = 42.0
_HEADING: Final = 90.0
"""Room that a heading needs below it: its own line, the table's head and a row."""


def pdf(notice: Notice) -> bytes:
    """Return the notice as PDF."""
    # Who never prints one never pays for the import.
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import CondPageBreak, Paragraph, SimpleDocTemplate, Spacer

    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    # CJK wrapping: a line may break between any two characters.
    plain = ParagraphStyle("plain", fontName=FONT, fontSize=9, leading=12.5, wordWrap="CJK")
    title = ParagraphStyle("title", plain, fontSize=15, leading=22, alignment=1)
    heading = ParagraphStyle("heading", plain, fontSize=11, leading=16, spaceBefore=8, spaceAfter=3)
    width = A4[0] - 2 * _MARGIN
    story: list[Any] = [
        Paragraph(TITLE, title),
        Paragraph(escape(f"{notice.household}　筛查日期：{notice.day}"), plain),
    ]
    for table in notice.tables:
        # A heading is never left alone at the foot; to keep it with its table would keep the table whole.
        story.append(CondPageBreak(_HEADING))
        story.append(Paragraph(escape(table.heading), heading))
        story.append(_table(table, width, plain) if table.rows else Paragraph(NOBODY, plain))
    story.append(Spacer(1, 8))
    story += [Paragraph(escape(line), plain) for line in notice.foot]
    file = BytesIO()
    # Invariant: the same notice is the same file, with no time of making in it.
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        title=TITLE,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=36,
        bottomMargin=40,
        invariant=1,
    )
    document.build(story, onFirstPage=_number, onLaterPages=_number)
    return file.getvalue()


def _table(table: Table, width: float, style: Any) -> Any:
    from reportlab.lib.colors import Color
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    cells = [[Paragraph(escape(cell), style) for cell in row] for row in (table.columns, *table.rows)]
    made = LongTable(cells, colWidths=[share * width for share in table.widths], repeatRows=1)
    grey = Color(0.4, 0.4, 0.4)
    whole = ((0, 0), (-1, -1))
    made.setStyle(
        TableStyle(
            [
                ("GRID", *whole, 0.5, grey),
                ("VALIGN", *whole, "TOP"),
                ("TOPPADDING", *whole, 1.5),
                ("BOTTOMPADDING", *whole, 2.5),
            ]
        )
    )
    return made


def _number(canvas: Any, document: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawCentredString(document.pagesize[0] / 2, 22, f"第{document.page}页")
