"""Decks for tests: one slide of every kind, with text that every format has to escape."""

from symnet.calculus import gradient
from symnet.notation import Graph, Index, Tensor, define, exp, total
from symnet.render import draw
from symnet.render.decks.deck import (
    Checked,
    Code,
    Cover,
    Deck,
    Derivation,
    Figure,
    Formulas,
    Math,
    Panel,
    Points,
    References,
    Row,
    Verdicts,
)

AWKWARD = r"""50 % of <b> & "x_1" \ #2 $3 {é} ~ ^ </script>"""


def softmax() -> Graph:
    n, k, j = Index("n", "N"), Index("k", "K"), Index("j", "K")
    x, p = Tensor("x", n, k), Tensor("p", n, k)
    return Graph(define(p[n, k], exp(x[n, k]) / total(exp(x[n, j]), j)), inputs=[x])


def figure() -> Figure:
    drawn = draw(gradient(softmax(), ["x"], "p_bar", with_value=True))
    return Figure(drawn.picture, "softmax", (frozenset({"x"}), frozenset(), frozenset()))


ROWS = (
    Row("x_bar", (r"\bar x = p \odot (\bar p - r \mathbf{1}^T)",), ("through ", Math("p"))),
    Row("r", (r"r = \sum_k p_k", r"{}+ \frac{1}{2}"), (AWKWARD,)),
    Row("W_bar", (r"\bar W = x^T \bar y",)),
)
PANELS = (
    Panel((Math("x"), " occurs in ", Math("p")), (("a", "= b"), ("", "= c"))),
    Panel((AWKWARD,)),
    Panel(),
)


def derivation(count: int = 3, with_figure: bool = True) -> Derivation:
    rows = tuple(ROWS[k % 3] for k in range(count))
    panels = tuple(PANELS[k % 3] for k in range(count))
    foot = (("agrees: ", Math(r"5 \cdot 10^{-11}")), (Math("4n^2d"), " operations"))
    return Derivation(
        "Backward pass", rows, panels, figure() if with_figure else None, foot, notes=AWKWARD
    )


def deck(*slides: object, aspect: str = "16:9") -> Deck:
    return Deck("A deck", slides, aspect)  # type: ignore[arg-type]


def every_kind(aspect: str = "16:9") -> Deck:
    claim = Checked((r"\bar x = p - y",), (AWKWARD,), "proved", (("for all sizes",),))
    wrong = Checked(
        (r"\bar x = p + y",), (), "refuted", ((Math("y"), ": sign"),), (r"\bar x = p - y",)
    )
    return deck(
        Cover("A deck " + AWKWARD, ("with ", Math("x^2")), ("2026",)),
        Points("Points", (("one",), (AWKWARD,), ("three ", Math("x"))), revealed=True),
        Formulas("Formulas", ROWS, (("before",),), (("after",),), figure()),
        derivation(),
        Verdicts("By hand", (claim, wrong)),
        Code("Program", ("# a comment", "    x = 1  # " + AWKWARD)),
        References("References", ((AWKWARD,), ("Bishop 2006",))),
        aspect=aspect,
    )
