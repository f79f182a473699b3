"""Words for LaTeX: every sign is only a sign, letters stay, what no font has is a box."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symnet.render.setting.engine import Document
from symnet.render.setting.tex_words import bookmark, code, comment, mathematics, words
from tests.render import tex
from tests.render.films import AWKWARD

MEANT = re.compile(
    r"\\(text(backslash|asciicircum|asciitilde|less|greater|bar|quotedbl|quotesingle|asciigrave)\{\}|[{}$&#%_])"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 % of x_1 & #2 for $3", r"50 \% of x\_1 \& \#2 for \$3"),
        ("a < b | c > d", r"a \textless{} b \textbar{} c \textgreater{} d"),
        ("\\ {} ^ ~", r"\textbackslash{} \{\} \textasciicircum{} \textasciitilde{}"),
        ("5·10⁻¹¹ × n², xᵀ, a₁₂", r"5$\cdot$10$^{-11}$ $\times$ n$^{2}$, x$^{\top}$, a$_{12}$"),
        ("größer, naïve – café", "größer, naïve – café"),
        ("u\u0308", "ü"),
        ("Nguyễn", r"Nguy\~{\^{e}}n"),
        ("λ ≤ ∞, έ", r"$\lambda$ $\le$ $\infty$, $\acute{\epsilon}$"),
        ("-- ''", "-{}- '{}'"),
        ("ﬁ ½ x\u00a0y", "fi 1/2 x~y"),
        ("中", r"\snmissing{4E2D}"),
        ("a\x00\x1b\ud800\u200bb\n\r\u2028c", "ab   c"),
        ("", ""),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert words(text) == expected


@given(st.text(max_size=30))
def test_only_letters_and_what_is_meant(text: str) -> None:
    """After what stands for signs is taken away, nothing is left that TeX would act upon."""
    for made in (words(text), code(text)):
        rest = re.sub(r"\$[^$]*\$|\\snmissing\{[0-9A-F]+\}", "", MEANT.sub("", made))
        rest = re.sub(r"\\[`'^~=u.\"rHvdckb](?=\{)|\{|\}|~", "", rest)
        assert not set(rest) & set('\\#$%&_^<>|"`\n\r\0')


def test_code_keeps_its_spaces() -> None:
    assert code("  a = b  # 1") == r"~~a = b~~\# 1"
    assert code("\tx") == "~~~~x"
    assert code("d['k'] -- `\"`") == (
        r"d[\textquotesingle{}k\textquotesingle{}] -{}- "
        r"\textasciigrave{}\textquotedbl{}\textasciigrave{}"
    )


def test_mathematics_stays_as_it_is() -> None:
    assert mathematics(r"\frac{a}{b} \text{größe}") == r"\frac{a}{b} \text{größe}"
    assert mathematics(r"\text{数}^λ") == r"\text{{\text{\snmissing{6570}}}}^{\text{$\lambda$}}"


def test_bookmarks_and_comments() -> None:
    assert bookmark("P_1 ≤ ü 中") == 'P\\_1 \\unichar{"2264} ü \\unichar{"4E2D}'
    assert comment("a\n\nb % c\u2028d") == "a b % c d"


def test_all_of_it_compiles_and_is_read_again() -> None:
    texts = [*AWKWARD, string.printable, "Łódź Čapek Ångström ß “q” … §5 ‘a’ €"]
    lines = "".join(rf"\par {words(t)}\par \texttt{{{code(t)}}}" for t in texts if t)
    head = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{lmodern,amsmath}"
    missing = r"\newcommand{\snmissing}[1]{\fbox{#1}}\hfuzz\maxdimen"
    made = tex.made(Document(f"{head}{missing}\\begin{{document}}{lines}\\end{{document}}"))
    said = "".join(p.extract_text() for p in tex.read(made).pages)
    for part in ('a "quoted" \\ backslash \\n \\u{41}', "<label> @ref *bold* _it_ `raw`", "größer"):
        assert part in said
    assert "</script> https://a.b [c](d) {e} #panic()" in said and "Łódź Čapek Ångström" in said
