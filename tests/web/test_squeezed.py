"""What is taken out of the page's files changes nothing of what they do."""

import pytest

from app.api.squeezed import script, sheet


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("const a = 1; // why\nlet b;\n", "const a=1;let b;"),
        ("/** Say\n * so. */\nexport const f = (x) => x + 1;\n", "export const f=(x)=>x+1;"),
        ("f()\n  .then((x) => {\n    g(x);\n  })\n", "f().then((x)=>{g(x);})"),
        ("return a in b ? typeof c : [d, e];", "return a in b?typeof c:[d,e];"),
        ("a + +b - -c;", "a+ +b- -c;"),
        ("f(a, [b, c,], { d, },);", "f(a,[b,c],{d});"),
        ("a / b;  c = d / e;", "a / b;c=d / e;"),
        ("if (a) { b = c; return d; }", "if(a){b=c;return d}"),
        ("let a = b\nlet c = d\n[e, f] = g", "let a=b\nlet c=d\n[e,f]=g"),
    ],
)
def test_spaces_and_comments_go_and_statements_stay(written, served):
    assert script(written) == served


@pytest.mark.parametrize(
    "kept",
    [
        '"a  b // c /* d */ ; e"',
        "'it { is } , so'",
        '"a \\" b  c"',
        "`a  b ${c} // d  ${e}`",
        '`a ${b?`c  ${d} , e`:" f  "}  g`',
        "`a ${({b:1}).b}  } {  c`",
        "text.replace(/[\\s,]  \\/\\/ [/ ] ;/g,x)",
        "return /  x/.test(y)",
        "a/b;c=d / e/2",
        "[a,,]=[,]",
        "if(a){for(b of c());}",
        "for(;;){}",
    ],
)
def test_texts_and_patterns_are_left_as_they_are(kept):
    assert script(kept) == kept


def test_a_style_sheet_loses_only_spaces_and_comments():
    written = '/* why */\na > b { color: red; margin: 0 -1px; }\n@media print { a::before { content: "▸"; } }\n'
    assert sheet(written) == 'a > b{color:red;margin:0 -1px}@media print{a::before{content:"▸"}}'
