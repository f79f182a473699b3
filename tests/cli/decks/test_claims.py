"""Hand formulas on slides: typeset if they can be, else as typed; the verdict with its slip."""

import pytest

from symnet.cli import names
from symnet.cli.claim import Claim, check_claim
from symnet.cli.decks.claims import _right, checked, in_words, typeset
from symnet.cli.page import Section
from symnet.layers import softmax
from symnet.notation import Index, Tensor
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind
from symnet.render.decks.deck import Math, Typed
from symnet.verify.truth import beside

RIGHT = r"\bar x_{nk} = p_{nk}\Bigl(\bar p_{nk} - \sum_j p_{nj}\,\bar p_{nj}\Bigr)"


@pytest.fixture
def section() -> Section:
    return Section("softmax", softmax(Tensor("x", Index("n", "N"), Index("k", "K"))), ("x",))


def found(section: Section, claim: Claim):
    derived = section.derived()
    finding = check_claim(section.graph, derived, claim, section.wrt)
    return checked(finding, section.graph, derived, "16:9")


def test_a_right_formula(section: Section) -> None:
    claim = Claim("x_bar[n,k] = p[n,k]*(p_bar[n,k] - sum[j](p[n,j]*p_bar[n,j]))", "Bishop 2006")
    made = found(section, claim)
    assert made.verdict == "proved"
    assert made.lines == (
        r"\bar x_{nk} = p_{nk}\Bigl(\bar p_{nk} - \sum_j p_{nj}\,\bar p_{nj}\Bigr)",
    )
    assert made.source == ("Bishop 2006",)
    assert not made.right


def test_a_wrong_one_keeps_its_mistake(section: Section) -> None:
    wrong = "x_bar[n,k] = p_bar[n,k]*p[n,k]*(1 - p[n,k])"
    made = found(section, Claim(wrong, "", right=False, slip=SlipKind.NORMALISATION_PATH))
    assert made.verdict == "refuted"
    assert made.lines == (r"\bar x_{nk} = p_{nk}\,\bar p_{nk}(1 - p_{nk})",)
    assert made.right == (
        r"\bar x_{nk} = p_{nk}\Bigl(\bar p_{nk} - \sum_j p_{nj}\,\bar p_{nj}\Bigr)",
    )
    assert Math(r"\partial p/\partial x") in made.said[0]


def test_an_identity(section: Section) -> None:
    made = found(section, Claim("sum[k](p[n,k]) == 1", "rows"))
    assert made.lines == (r"\sum_k p_{nk} = 1",)


def test_a_program_stays_a_program(section: Section) -> None:
    known = beside(section.graph, section.derived())
    text = "q = softmax(x, axis=1); q*(p_bar - np.sum(q*p_bar, axis=1, keepdims=True))"
    lines = typeset(text, known, 300.0)
    assert all(isinstance(line, Typed) for line in lines)


def test_words_stay_words(section: Section) -> None:
    known = beside(section.graph, section.derived())
    assert in_words("an entry of p depends on x too", known) == (
        "an", " ", "entry", " ", "of", " ", Math("p"), " ", "depends", " ", "on", " ", Math("x"),
        " ", "too",
    )  # fmt: skip


def test_a_recurrence_is_mathematics_without_its_idle_guards() -> None:
    """Beyond the last step cotangents are 0, as in the rows: no [t+1 < T]."""
    [whole, *_] = names.page("lstm").sections()
    known = beside(whole.graph, whole.derived())
    claims = {c.claimed.split("[")[0]: c.claimed for c in whole.claims if c.right}
    assert typeset(claims["c_bar"], known, 500.0) == (
        r"\bar c_{ntk} = f_{n,t+1,k}\,\bar c_{n,t+1,k}"
        r" + o_{ntk}\,\bar h_{ntk}(1 - \tanh(c_{ntk})^2)",
    )
    [h_bar] = typeset(claims["h_bar"], known, 500.0)
    assert isinstance(h_bar, str)
    assert "[" not in h_bar
    assert h_bar.count(r"\bar a") == 4
    [past] = typeset("c_bar[n,t,k] = [0 < t]*c_bar[n,t-1,k]*f[n,t-1,k]", known, 500.0)
    assert isinstance(past, str)
    assert "[" in past  # there is something before the first step


def test_what_is_right_is_one_formula_where_it_can_be() -> None:
    """Not the definitions before it, which stand on a slide of their own."""
    [section, *_] = names.page("flash_attention").sections()
    claim = next(c for c in section.claims if "sigmoid" in c.source)
    [right] = found(section, claim).right
    assert isinstance(right, str)
    assert right.startswith(r"\bar S_{ij} = A_{ij}")


def test_a_power_belongs_to_its_name() -> None:
    graph = parse("y = beta1^3*x_hat", shapes={"beta1": "", "x_hat": ""})
    said = in_words("beta1 stands here where beta1**3 or x_hat^2 should, and u**2", graph)
    latex = [run.latex for run in said if isinstance(run, Math)]
    assert latex == [r"\beta_1", r"\beta_1^{3}", r"\hat x^{2}"]
    assert "u**2" in said[-1]


def test_a_line_before_that_says_something_else_stays() -> None:
    """p is not what the graph calls p: the last line alone would be another formula."""
    graph = parse("p[n] = exp(x[n])\ny[n] = p[n]^2")
    same = _right("p[n] = exp(x[n])\ny[n] = p[n]^2", graph, 400.0)
    assert same == (r"y_n = p_n^2",)
    other = _right("p[n] = exp(2*x[n])\ny[n] = p[n]^2", graph, 400.0)
    assert all(isinstance(line, Typed) for line in other)
    assert len(other) == 2
