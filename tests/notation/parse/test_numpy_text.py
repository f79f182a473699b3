"""Arithmetic, products, comparisons, assignments and comprehensions, judged by NumPy."""

import pytest

from symnet.notation import ParseError
from symnet.notation.parse import parse
from tests.by_numpy import compare
from tests.notation.parse.shapes_of import described, shapes

ARITHMETIC = [
    ("a N | b N", "a + b"),
    ("a N | b N", "a - 2*b + 1"),
    ("a N | b N", "-a*b"),
    ("a N | b N", "+a - -b"),
    ("a N | b N", "a/(1 + b**2)"),
    ("a N", "a**3 - a**2/3"),
    ("a N", "(a**2 + 1)**-0.5"),
    ("a N", "(a**2 + 1)**(1/3)"),
    ("a N", "2**a"),
    ("a N | b N", "(1 + a**2)**b"),
    ("a N", "1e-3*a + 1.5e2"),
    ("a N", "a*0.1 - .5"),
    ("x", "x"),
    ("x", "x**2 + 3*x + 1"),
    ("x", "1/(1 + x**2)"),
    ("a N", "a*np.pi + np.e"),
    ("a N", "a/N"),
    ("X N D", "X/(N*D)"),
    ("X N D", "X*np.sqrt(D)"),
    ("X N D", "X/X.shape[0] + X.shape[1]"),
    ("X N D", "X/X.size + X.ndim"),
    ("X N D", "X/len(X)"),
    ("X 4 D", "X/len(X) + X.shape[0]//3 + X.shape[0] % 3"),
]

BROADCAST = [
    ("X N D | b D", "X + b"),
    ("X N D | b D", "b*X - b"),
    ("X N D | c", "c*X + c"),
    ("X N D | a N 1", "X - a"),
    ("X N D | a N 1", "a - X"),
    ("X N D | a 1 D", "X*a"),
    ("X N D | a 1 1", "X + a"),
    ("X N D | a 1", "X*a"),
    ("a N 1 | b 1 D", "a*b + a - b"),
    ("a N 1 | b D", "a*b"),
    ("a N 1 | b D", "(a + b)**2"),
    ("a N | b M", "a[:, None] - b[None, :]"),
    ("a N | b M", "a[:, None]*b"),
    ("a N | b M", "a[:, np.newaxis] + b[np.newaxis]"),
    ("X N D | Y M D", "X[:, None, :] - Y[None, :, :]"),
    ("X B N D | b D", "X + b"),
    ("X B N D | Y N D", "X*Y"),
    ("X B N D | Y B 1 D", "X*Y"),
    ("X B N D | Y 1 N 1", "X - Y"),
    ("X B 1 D | Y N 1", "X + Y"),
    ("a 1 | b N", "a - b"),
    ("a 1 | b 1", "a*b"),
    ("a 1 1 | b 1", "a/(b**2 + 1)"),
    ("a N 1 | b N", "a - b"),
    ("X N N | b N", "X + b"),
    ("X N N | b N", "X + b[:, None]"),
    ("X N N", "X - X.T"),
    ("X 3 4 | b 4", "X - b"),
    ("X 3 4 | b 3 1", "X/(b**2 + 1)"),
    ("X N 4 | b 4", "X + b"),
    ("X N D | a N 1 | b D", "np.sum((X - a)*b)"),
    ("X N D | a N 1 | b 1 D", "np.sum(a*X*b, axis=0)"),
]

PRODUCTS = [
    ("a N | b N", "a @ b"),
    ("A N D | b D", "A @ b"),
    ("a N | B N D", "a @ B"),
    ("A N D | B D K", "A @ B"),
    ("A B N D | C B D K", "A @ C"),
    ("A B N D | C D K", "A @ C"),
    ("A N D | C B D K", "A @ C"),
    ("A B N D | c D", "A @ c"),
    ("a D | C B D K", "a @ C"),
    ("A B 1 N D | C H D K", "A @ C"),
    ("A 1 N D | C H D K", "A @ C"),
    ("A N N", "A @ A @ A"),
    ("A N N | x N", "x @ A @ x"),
    ("A N D | x N | y D", "x @ A @ y"),
    ("A N D", "A @ A.T"),
    ("A N D", "A.T @ A"),
    ("A B N D", "A @ A.mT"),
    ("A B N D | C B M D", "A @ C.transpose(0, 2, 1)"),
    ("A B N D | C B M D", "A @ C.swapaxes(-1, -2)"),
    ("A N D | B D K | c K", "A @ B + c"),
    ("A N D | B D K | C K L", "(A @ B) @ C - A @ (B @ C)"),
    ("x N | A N N | y N", "(x - y) @ A @ (x - y)"),
    ("A N D | B D N", "np.sum((A @ B) * (A @ B).T)"),
    ("A B N D", "A.T"),
    ("a N", "a.T"),
    ("A N 1 | B 1 K", "A @ B"),
    ("A N D", "A.T.T"),
    ("A N D", "np.transpose(A) - A.transpose()"),
]

COMPARISONS = [
    ("a N", "a > 0"),
    ("a N | b N", "(a < b)*a"),
    ("a N | b N", "(a <= b)*1.0 + (a >= b)"),
    ("a N | b N", "1.0*(a == b) - (a != b)"),
    ("a N", "a*((a > -0.5) & (a < 0.5))"),
    ("a N", "a*((a < -0.5) | (a > 0.5))"),
    ("a N", "a*~(a > 0)"),
    ("a N | b N | c N", "((a > 0) & (b > 0) | (c > 0))*1"),
    ("X N D | b D", "np.sum((X > b)*X, axis=1)"),
    ("X N D | w D", "np.sum(X @ w > 0)*1.0"),
    ("t N", "(t == 1)*2.0 + (0 != t)", {"t": "integer<3"}),
    ("t N", "t[:, None] == np.arange(3)", {"t": "integer<3"}),
    ("a N", "np.arange(N)[:, None] <= np.arange(N)"),
    ("a N", "a*(np.arange(len(a)) > 0)"),
    ("a N", "np.where((a > 0) & ~(a > 1), a, -a)"),
    ("a N", "(a > 0) * (a < 1)"),
]

ASSIGNMENTS = [
    ("X N D | W D K | b K", "z = X @ W + b; np.sum(z**2)"),
    ("X N D | W D K | b K", "z = X @ W + b\nh = np.tanh(z)\nL = np.sum(h)"),
    ("X N D | W D K", "z = X @ W\nz"),
    ("X N D", "u = X; np.sum(u*u)"),
    ("X N D", "Z = X.T; Z @ Z.T"),
    ("X N D", "n = X.shape[0]; np.sum(X)/n"),
    ("X N D", "c = 2; c*X"),
    ("X N D", "c = 1/3\n\nc*X"),
    ("x N", "a = x*2; b = a + 1; c = a*b; c"),
    ("x N", "m = np.max(x)\ne = np.exp(x - m)\np = e/np.sum(e)\np"),
    ("x N", "p = x**2; np.sum(softmax(x)*p)"),
    ("x N", "y = x**2; L = np.sum(y); L*y"),
    ("X N D", "x_hat = X*2; np.sum(x_hat)"),
    ("X N D", "mu = np.mean(X, axis=0); X - mu"),
    ("X N D", "a = X[0]; b = X[1]; a @ b"),
]

COMPREHENSIONS = [
    ("x N", "np.stack([x*k for k in range(3)])"),
    ("x N", "np.stack([x**k for k in range(1, 4)], axis=-1)"),
    ("G N 5", "np.stack([G[:, s - k] for s in range(5) for k in range(3) if 0 <= s - k < 5], -1)"),
    (
        "G N 5 | K 3",
        "np.stack([sum(G[:, s - k]*K[k] for k in range(3) if 0 <= s - k < 5) "
        "for s in range(7)], -1)",
    ),
    ("x 6", "sum(x[k]*x[k + 1] for k in range(5))"),
    ("x 6", "sum(x[k]**k for k in range(6) if k % 2 == 0)"),
    ("x 6", "sum([x[i]*x[j] for i in range(6) for j in range(i)])"),
    ("x 6", "sum(x[k] for k in range(5, -1, -2))"),
    ("x 6", "np.stack([x[k:k + 3] for k in range(4)])"),
    ("x 6", "np.stack([np.stack([x[i]*x[j] for j in range(2)]) for i in range(3)])"),
    ("x 6", "np.stack([x[i] if i < 3 else -x[i] for i in range(6)])"),
    ("x 6", "sum(x[k] for k in range(6) if k > 1 and k != 3 or k == 0)"),
    ("x 6", "sum(x[k] for k in range(6) if not k > 2)"),
    ("X N 3", "np.sum(np.stack([X[:, k] for k in range(3)]), axis=0)"),
    ("X N 4", "np.concatenate([X[:, k:k + 1] for k in range(4) if k != 2], axis=1)"),
    ("X 3 D", "sum(X[k] @ X[k] for k in range(X.shape[0]))"),
    ("X 3 D", "sum(X[i] @ X[j] for i in range(len(X)) for j in range(len(X)) if i != j)"),
]


@pytest.mark.parametrize("smallest", [2, 3])
@pytest.mark.parametrize(
    "case", ARITHMETIC + BROADCAST + PRODUCTS + COMPARISONS + ASSIGNMENTS, ids=described
)
def test_numpy_agrees(case: tuple, smallest: int) -> None:
    compare(case[1], shapes(case[0]), *case[2:], seed=smallest)


@pytest.mark.parametrize("case", COMPREHENSIONS, ids=described)
def test_numpy_agrees_on_comprehensions(case: tuple) -> None:
    compare(case[1], shapes(case[0]))
