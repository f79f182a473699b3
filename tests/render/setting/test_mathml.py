"""MathML: every formula of every layer and gradient is shown, spaced as TeX does, or refused."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from symnet.notation import UnsupportedExpression
from symnet.render import PREAMBLE
from symnet.render.formulas.macros import expanded
from symnet.render.setting.mathml import DEEPEST, LONGEST, mathml
from symnet.render.setting.mathml_signs import SIGNS, TYPED, styled

GOLDEN = sorted(
    path
    for folder in ("layers", "render")
    for path in (Path(__file__).parents[1] / folder / "golden").glob("*.tex")
)
KNOWN = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mfrac", "msqrt", "mroot"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd"),
}


def tree(latex: str, block: bool = False) -> ET.Element:
    return ET.fromstring(mathml(latex, block).replace("&nbsp;", " "))


def inner(latex: str, block: bool = False) -> str:
    """What stands in the math element."""
    made = mathml(latex, block)
    return made[made.index(">") + 1 : -len("</math>")]


def blocks(path: Path) -> list[str]:
    """The groups of aligned rows of a golden file, without its comments."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("%")]
    return [b for b in "\n".join(lines).split("\n\n") if b.strip()]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_all_that_the_layers_and_their_gradients_print(path: Path) -> None:
    for block in blocks(path):
        made = tree(rf"\begin{{align*}}{block}\end{{align*}}", block=True)
        rows = [e for e in made.iter("mtr")]
        assert len(rows) >= block.count("\\\\\n") + 1
        for e in made.iter():
            assert e.tag in KNOWN
            assert not set(e.text or "") & set("\\\0$&"), ET.tostring(e)


def test_a_math_element_says_its_latex() -> None:
    made = tree(r"a < b", block=True)
    assert made.attrib == {"display": "block", "alttext": "a < b"}
    assert tree("x").get("display") == "inline"


def test_macros_are_expanded() -> None:
    assert r"\mean" in PREAMBLE
    assert (
        mathml(r"\mean_e \barhat x").split(">", 1)[1]
        == mathml(expanded(r"\mean_e \barhat x")).split(">", 1)[1]
    )


THIN = '<mspace width="0.167em"/>'
P = "<msub><mi>p</mi><mi>n</mi></msub>"


@pytest.mark.parametrize(
    ("latex", "wanted"),
    [
        (r"\log p_n", f"<mi>log</mi>{THIN}{P}"),
        (r"y\log p_n", f"<mi>y</mi>{THIN}<mi>log</mi>{THIN}{P}"),
        (r"\tanh(a)", '<mi>tanh</mi><mo stretchy="false">(</mo><mi>a</mi>'
                      '<mo stretchy="false">)</mo>'),
        (r"\operatorname{gelu}_{\tanh} x", f"<msub><mi>gelu</mi><mi>tanh</mi></msub>{THIN}"
                                           "<mi>x</mi>"),
        (r"\operatorname{d\_k} x", f"<mi>d_k</mi>{THIN}<mi>x</mi>"),
        ("a+b", "<mi>a</mi><mo>+</mo><mi>b</mi>"),
        ("-b", '<mo form="prefix" lspace="0" rspace="0">−</mo><mi>b</mi>'),
        ("a=-b", '<mi>a</mi><mo>=</mo><mo form="prefix" lspace="0" rspace="0">−</mo><mi>b</mi>'),
        ("a/b", "<mi>a</mi><mi>/</mi><mi>b</mi>"),
        (r"a\odot b", "<mi>a</mi><mo>⊙</mo><mi>b</mi>"),
        (r"x_{2u+p}", '<msub><mi>x</mi><mrow><mn>2</mn><mi>u</mi><mo lspace="0" rspace="0">+</mo>'
                      "<mi>p</mi></mrow></msub>"),
        (r"P^\top", "<msup><mi>P</mi><mi>⊤</mi></msup>"),
        (r"\mathbf 1\mathbf{W}", "<mn>𝟏</mn><mi>𝐖</mi>"),
        (r"\mathrm{loss}\mathrm d", '<mi>loss</mi><mi mathvariant="normal">d</mi>'),
        (r"\Gamma", '<mi mathvariant="normal">Γ</mi>'),
        (r"0.5\,x^12", '<mn>0.5</mn><mspace width="0.167em"/>'
                       "<msup><mi>x</mi><mn>1</mn></msup><mn>2</mn>"),
        (r"2in", "<mn>2</mn><mi>i</mi><mi>n</mi>"),
        (r"x'_i", "<msubsup><mi>x</mi><mi>i</mi><mo>′</mo></msubsup>"),
        (r"\text{if } x", "<mtext>if\u00a0</mtext><mi>x</mi>"),
        (r"\text{a\_b <\&$x$}", "<mrow><mtext>a_b\u00a0&lt;&amp;</mtext><mi>x</mi></mrow>"),
        (r"\lvert x\rvert", '<mo stretchy="false" form="prefix" lspace="0" rspace="0">|</mo>'
                            '<mi>x</mi>'
                            '<mo stretchy="false" form="postfix" lspace="0" rspace="0">|</mo>'),
        (r"\lfloor x\rfloor", '<mo stretchy="false">⌊</mo><mi>x</mi><mo stretchy="false">⌋</mo>'),
        (r"\bar x", '<mover accent="true"><mi>x</mi><mo stretchy="false">¯</mo></mover>'),
        (r"\overline{\mathrm{ab}}", '<mover accent="true"><mi>ab</mi>'
                                    '<mo stretchy="true">‾</mo></mover>'),
        (r"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"\frac{a}{b}c", f"<mfrac><mi>a</mi><mi>b</mi></mfrac>{THIN}<mi>c</mi>"),
        (r"\sqrt[3]{x}\sqrt d", "<mroot><mi>x</mi><mn>3</mn></mroot><msqrt><mi>d</mi></msqrt>"),
        (r"\overset{!}{=}", '<mover><mo lspace="0" rspace="0">=</mo>'
                            '<mo stretchy="false">!</mo></mover>'),
    ],
)  # fmt: skip
def test_before_and_after(latex: str, wanted: str) -> None:
    assert inner(latex) == wanted


def test_limits_stand_below_where_mathematics_is_displayed() -> None:
    assert inner(r"\sum_i x", block=True).startswith("<munder>")
    assert inner(r"\sum_i x").startswith("<msub>")
    assert inner(r"\max_k z", block=True).startswith("<munder>")
    assert inner(r"\operatorname{mean}_e x", block=True).startswith("<msub>")
    assert "<munder>" not in inner(r"\frac{\sum_i x}{2}", block=True)
    assert inner(r"\sum\limits_i x").startswith("<msub>")  # TeX sets it below; not in a line here


def test_tall_parentheses() -> None:
    made = tree(r"\Bigl(\frac{a}{b}\Bigr)^2 + \Bigl\lfloor x \Bigr\rfloor")
    sized = [e for e in made.iter("mo") if e.get("minsize")]
    assert [e.text for e in sized] == ["(", ")", "⌊", "⌋"]
    assert {e.get("minsize") for e in sized} == {"1.8em"}
    assert made.find("msup/mrow/mo").text == ")"


def test_cases() -> None:
    made = tree(r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}")
    assert [len(row) for row in made.iter("mtr")] == [2, 2]
    assert [e.text for e in made.findall("mrow/mo")] == ["{"]


def test_aligned_rows_keep_the_space_before_their_relation() -> None:
    made = tree(r"\begin{aligned} a &= b \\ &= c \end{aligned}", block=True)
    assert made.find("mrow/mtable").get("displaystyle") == "true"
    assert [e.text for e in made.iter("mo")] == ["=", "="]
    assert all(e.get("lspace") is None for e in made.iter("mo"))


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\href{javascript:alert(1)}{x}", r"no meaning for \\href"),
        (r"\style{color:red}{x}", r"no meaning for \\style"),
        (r"\foo", r"no meaning for \\foo, after 4 signs"),
        (r"\frac{a}", "expected an argument, found the end"),
        (r"{a", "unexpected end"),
        (r"a}", "unexpected }"),
        (r"x_i_j", "a second _"),
        (r"a & b", "unexpected &"),
        (r"\text{a", "a brace that is not closed"),
        (r"\mathrm{a_b}", "no meaning for _ in the word"),
        (r"\begin{foo}x\end{foo}", "no meaning for the environment foo"),
        (r"\left( x", "unexpected end"),
        ("x" * (LONGEST + 1), "a formula of 20001 signs"),
        ("{" * (DEEPEST + 2), "more than 60 groups"),
        (r"\text{$" * 2000, "not closed"),
    ],
)
def test_what_has_no_meaning_is_refused(latex: str, message: str) -> None:
    with pytest.raises(UnsupportedExpression, match=message):
        mathml(latex)


def test_no_markup_leaves_by_a_text() -> None:
    made = mathml(r"\text{<script>alert(1)</script>} < \mathrm{<b>} \% \& \#")
    assert "<script" not in made and "<b>" not in made
    ET.fromstring(made)


def test_every_sign_is_shown() -> None:
    for name, (shown, _) in SIGNS.items():
        assert shown in "".join(tree(f"\\{name}").itertext())
    for typed, (shown, _) in TYPED.items():
        assert shown in "".join(tree(typed).itertext())


def test_letters_of_an_alphabet() -> None:
    assert [styled(*pair) for pair in (("R", "DOUBLE-STRUCK"), ("L", "SCRIPT"), ("α", "BOLD"))] == [
        *"ℝℒ𝛂"
    ]
    assert styled("é", "BOLD") == "é"
