"""Which notation a text is in."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from symnet.notation.parse.notation import notation_of

KNOWN = {"X", "W", "x", "y", "t", "w", "N", "D"}

INDEX = """
y[n] = x[n]
y[n,o] = sum[i](X[n,i]*W[i,o])
L = sum[n,i](X[n,i])
w[i] <- x[i]
L = max[k](x[k])
x[n]*w[n]
X[n,i] + 1
x^2
[x > 0]*y
y = [x > 0]
y = 2 + [N = 3]
logdet[p,q](X[p,q])
y = where(x = 1, 2, x^3)
h[t,k] = tanh(h[t-1,k])
"""
NUMPY = """
np.sum(X @ W)
X.T @ X
sum(x)
np.sum(X[:, 0])
X[0] + X[1]
x[None, :] - x[:, None]
X[:N, 1:]
z = X @ W; z[0]
np.stack([x > 0, y > 0])
np.stack([X[:, s-k] for k in range(3) for s in range(2)])
np.linalg.inv(X)
z = x*2
z[0]
x
2*x + y
np.array([x, y])
X[N-1]
x.sum()
stack([x, y])[0]
[x, y]
max(x)
"""


@pytest.mark.parametrize("line", INDEX.strip().splitlines())
def test_index_notation(line: str) -> None:
    assert notation_of(line, KNOWN) == "index"


@pytest.mark.parametrize("line", NUMPY.strip().splitlines())
def test_numpy_notation(line: str) -> None:
    assert notation_of(line, KNOWN) == "numpy"


def test_the_caller_decides() -> None:
    assert notation_of("y[n] = x[n]", KNOWN, "numpy") == "numpy"
    assert notation_of("x + y", KNOWN, "index") == "index"
    with pytest.raises(ParseError, match="expected 'index' or 'numpy'"):
        notation_of("x", KNOWN, "latex")


def test_both_give_the_same_graph() -> None:
    shapes = {"X": "N D", "w": "D"}
    one = parse("y[n] = sum[i](X[n,i]*w[i])", shapes)
    two = parse("y = X @ w", shapes)
    assert one.inputs[0].shape == two.inputs[0].shape
    assert one.output.shape == two.output.shape and one.output.name == two.output.name
