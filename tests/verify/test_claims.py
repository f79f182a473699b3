"""Claims as text: own names, the function's names, hidden ones, both notations, SymPy."""

import pytest
import sympy

from symnet.notation import Graph, ParseError
from symnet.notation.parse import parse
from symnet.verify.check import check
from symnet.verify.claims import left_of, read_claim, sides

KNOWN = parse("z = X@w\nnp.sum((z - y)**2)", {"X": "N D", "w": "D", "y": "N"})


def read(claim: object, known: Graph = KNOWN, **more: object):  # type: ignore[no-untyped-def]
    return read_claim(claim, known, **more)  # type: ignore[arg-type]


def test_a_claim_stands_beside_what_is_known() -> None:
    found = read("e = X@w - y; 2*X.T@e")
    assert [d.name for d in found.graph.definitions[:2]] == ["z", "L"]
    assert found.name == "claim"
    assert [str(e) for e in found.tensor.shape] == ["D"]
    assert found.graph.definition("e_claim") is not None
    assert (found.left, found.free) == (None, False)


def test_a_name_of_its_own_hides_one_of_the_function() -> None:
    found = read("z = 2*y; z")
    d = found.graph.definition(found.name)
    assert d is not None and "y" in str(d.expression)
    assert found.graph.definition("z") == KNOWN.definition("z")


def test_a_known_tensor_as_it_is() -> None:
    found = read("z")
    d = found.graph.definition(found.name)
    assert d is not None and str(d.expression) == "z[n]"


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("2*z", "z"),
        ("q = z; q", "z"),
        ("X.T@v", "v"),
        ("z = z", "z"),
    ],
)
def test_hidden_and_unknown_names_are_refused(claim: str, message: str) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        read(claim, hidden={"z"})
    assert "^" in str(caught.value)


def test_index_notation() -> None:
    found = read("w_bar[d] = 2*sum[n](X[n,d]*(z[n] - y[n]))")
    assert (found.left, found.free, found.notation) == ("w_bar", False, "index")
    found = read("2*sum[n](X[n,d]*(z[n] - y[n]))")
    assert (found.left, found.free) == (None, True)


def test_an_extent_as_a_name() -> None:
    found = read("D = X@w - y; 2*X.T@D")
    assert [str(e) for e in found.tensor.shape] == ["D"]


def test_sympy() -> None:
    n, d = sympy.symbols("N D", integer=True, positive=True)
    i = sympy.symbols("i", integer=True)
    k = sympy.symbols("k", integer=True)
    X, y = sympy.IndexedBase("X", shape=(n, d)), sympy.IndexedBase("y", shape=(n,))
    found = read(sympy.Sum(X[i, k] * y[i], (i, 0, n - 1)))
    assert [str(e) for e in found.tensor.shape] == ["D"]


def test_left_of() -> None:
    assert left_of("a = 1; b = 2") == "b"
    assert left_of("a = 1\nb[i] = x[i]") == "b"
    assert left_of("a = 1; a + 1") is None
    assert left_of("a == 1") is None


def test_sides() -> None:
    assert sides("a + 1") is None
    assert sides("np.sum(a == b)") is None
    assert sides("where(a >= b, 1, 0)") is None
    found = sides("p = f; a*p == b")
    assert found is not None
    assert (found.left, found.right) == ("p = f; a*p", "p = f; b")
    whole = "p = f; a*p == b"
    assert whole[found.place + len("p = f; ") :] == "b"
    assert found.whole("p = f; c") == "p = f; a*p == c"


RECURRENCE = "h[t] = a*h[t-1] + x[t]\nh[-1] = h0\nL = sum[t](h[t]^2)"


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        ("a_bar = sum[t](h_bar[t]*h[t-1])", True),
        ("a_bar = h_bar[0]*h0 + sum[t: 1 <= t](h_bar[t]*h[t-1])", True),
        ("a_bar = sum[t: 1 <= t](h_bar[t]*h[t-1])", False),
        ("a_bar = sum[t](h_bar[t]*h[t])", False),
    ],
)
def test_before_its_start_a_recurrence_is_its_base_case(claim: str, right: bool) -> None:
    graph = parse(RECURRENCE, {"x": "T", "a": "", "h0": ""}, notation="index")
    assert bool(check(graph, "a", claim)) is right
