"""Hand derivations with one slip each, and what a lecturer would call it; apart from tests/claims.

case(function, shapes, wrt, right, {claim: "kind" or "kind/another kind"})
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """A function, one right form, and wrong claims with the kinds that would be accepted."""

    function: str
    shapes: Mapping[str, str]
    wrt: str
    right: str
    wrong: Mapping[str, str]
    of: str = "gradient"
    cotangent: str | None = None
    assume: Mapping[str, str] = field(default_factory=dict)


def case(
    function: str,
    shapes: str,
    wrt: str,
    right: str,
    wrong: Mapping[str, str],
    of: str = "gradient",
    cotangent: str | None = None,
    **assume: str,
) -> Case:
    parts = [part.split(maxsplit=1) for part in shapes.split("|")]
    named = {p[0]: p[1].strip() if p[1:] else "" for p in parts}
    return Case(function, named, wrt, right, wrong, of, cotangent, assume)


CASES = [
    case(
        "np.sum((X@w - y)**2)/2 + lam*np.sum(w**2)/2",
        "X N D | w D | y N | lam",
        "w",
        "X.T@(X@w - y) + lam*w",
        {
            "X.T@(X@w + y) + lam*w": "sign",
            "X.T@(X@w - y) - lam*w": "sign",
            "X.T@(X@w - y)": "missing term",
            "X.T@(X@w - y) + 2*lam*w": "factor",
            "2*X.T@(X@w - y) + lam*w": "factor",
            "X.T@(X@w - y) + w": "factor",
            "X.T@(X@w - y)/N + lam*w": "factor",
            "X.T@(X@w) + lam*w": "missing term",
            "X.T@(X@w - y) + lam*w**2": "power",
            "X.T@(X@w - y) + lam": "factor/chain rule",
            "X.T@(X@w - y) + lam*w + w": "extra term",
        },
    ),
    case(
        "L = sum[n]((sum[d](X[n,d]*w[d]) - y[n])^2)/(2*N)",
        "X N D | w D | y N",
        "w",
        "w_bar[d] = sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) - y[n]))/N",
        {
            "w_bar[d] = sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) + y[n]))/N": "sign",
            "w_bar[d] = sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) - y[n]))": "factor",
            "w_bar[d] = sum[n](X[n,d]*(sum[e](X[n,e]*w[e]) - y[n]))/(2*N)": "factor",
            "w_bar[d] = sum[n](X[n,d]*sum[e](X[n,e]*w[e]))/N": "missing term",
            "w_bar[d] = sum[n](X[n,d]*(X[n,d]*w[d] - y[n]))/N": "missing sum or mean",
            "w_bar[d] = sum[n](X[n,d]*(sum[e](X[n,e]^2*w[e]) - y[n]))/N": "power",
        },
    ),
    case(
        "p = sigmoid(X@w + b); -np.sum(y*np.log(p) + (1 - y)*np.log(1 - p))",
        "X N D | w D | y N | b",
        "w",
        "X.T@(p - y)",
        {
            "X.T@(p + y)": "sign",
            "X.T@(y - p)": "sign",
            "X.T@p": "missing term",
            "X.T@(p - y)/N": "factor",
            "X.T@((p - y)*p*(1 - p))": "chain rule",
            "X.T@(p**2 - y)": "power",
            "X.T@(X@w + b - y)": "chain rule",
        },
    ),
    case(
        "p = sigmoid(X@w + b); -np.sum(y*np.log(p) + (1 - y)*np.log(1 - p))",
        "X N D | w D | y N | b",
        "b",
        "np.sum(p - y)",
        {
            "np.mean(p - y)": "factor/missing sum or mean",
            "np.sum(p + y)": "sign",
            "np.sum(p)": "missing term",
        },
    ),
    case(
        "np.sum(np.tanh(X@W)*G)",
        "X N D | W D K | G N K",
        "W",
        "X.T@(G*(1 - np.tanh(X@W)**2))",
        {
            "X.T@G": "chain rule",
            "X.T@(G*(1 + np.tanh(X@W)**2))": "sign",
            "X.T@(G*(1 - np.tanh(X@W)))": "power",
            "X.T@(G*np.tanh(X@W))": "chain rule",
            "X.T@(G*np.tanh(X@W)*(1 - np.tanh(X@W)))": "chain rule",
            "X.T@(1 - np.tanh(X@W)**2)": "factor",
            "2*X.T@(G*(1 - np.tanh(X@W)**2))": "factor",
        },
    ),
    case(
        "h = np.tanh(X@W); np.sum(h*G)",
        "X N D | W D K | G N K",
        "X",
        "(G*(1 - h**2))@W.T",
        {
            "G@W.T": "chain rule",
            "(G*(1 - h))@W.T": "power",
            "(G*h*(1 - h))@W.T": "chain rule",
        },
    ),
    case(
        "np.sum(A*np.sin(a*x))",
        "A N | a | x N",
        "x",
        "a*A*np.cos(a*x)",
        {
            "A*np.cos(a*x)": "chain rule",
            "a*A*np.sin(a*x)": "chain rule",
            "-a*A*np.cos(a*x)": "sign",
            "a*np.cos(a*x)": "factor",
            "a*A*np.cos(x)": "factor",
            "a**2*A*np.cos(a*x)": "power",
        },
    ),
    case(
        "np.sum(np.exp(-x**2/(2*s**2)))",
        "x N | s",
        "x",
        "-x/s**2*np.exp(-x**2/(2*s**2))",
        {
            "x/s**2*np.exp(-x**2/(2*s**2))": "sign",
            "-x*np.exp(-x**2/(2*s**2))": "chain rule/factor",
            "-x/s*np.exp(-x**2/(2*s**2))": "power",
            "-x/(2*s**2)*np.exp(-x**2/(2*s**2))": "factor",
            "-x/s**2": "factor/chain rule",
            "-x/s**2*np.exp(-x**2/s**2)": "factor",
        },
    ),
    case(
        "np.sum(np.sqrt(x**2 + eps)*g)",
        "x N | eps | g N",
        "x",
        "g*x/np.sqrt(x**2 + eps)",
        {
            "g/np.sqrt(x**2 + eps)": "factor/chain rule",
            "g*x/(2*np.sqrt(x**2 + eps))": "factor",
            "g*x*np.sqrt(x**2 + eps)": "power",
            "g*x/(x**2 + eps)": "power",
            "g*x/np.sqrt(x**2)": "missing term",
            "g*x/np.sqrt(x**2 - eps)": "sign",
            "g*x": "chain rule/factor",
        },
        eps="positive",
    ),
    case(
        "np.sum(np.log(1 + np.exp(z))*c)",
        "z N | c N",
        "z",
        "c*sigmoid(z)",
        {
            "c/(1 + np.exp(z))": "sign/chain rule/factor",
            "c*np.exp(z)": "chain rule/factor",
            "sigmoid(z)": "factor",
            "c*sigmoid(z)*(1 - sigmoid(z))": "chain rule",
            "-c*sigmoid(z)": "sign",
        },
    ),
    case(
        "np.sum(relu(X@W + b)*G)",
        "X N D | W D K | b K | G N K",
        "b",
        "np.sum(G*(X@W + b > 0), axis=0)",
        {
            "np.sum(G, axis=0)": "mask",
            "np.sum(G*(X@W + b < 0), axis=0)": "mask",
            "np.sum(G*(X@W > 0), axis=0)": "missing term/mask",
            "np.mean(G*(X@W + b > 0), axis=0)": "factor/extra sum or mean",
        },
    ),
    case(
        "np.trace(A@X@B)",
        "A P N | X N D | B D P",
        "X",
        "A.T@B.T",
        {"(A.T@B.T)*2": "factor", "-A.T@B.T": "sign"},
    ),
    case(
        "np.trace(A@X)",
        "A N N | X N N",
        "X",
        "A.T",
        {"A": "transpose", "2*A.T": "factor", "-A.T": "sign", "A@A.T": "factor/power/order"},
    ),
    case(
        "x@A@x",
        "x N | A N N",
        "x",
        "(A + A.T)@x",
        {
            "2*A@x": "assumption",
            "A@x": "missing term",
            "(A - A.T)@x": "sign",
            "(A + A)@x": "transpose/assumption",
            "(A + A.T)@x/2": "factor",
        },
    ),
    case(
        "a@X@b",
        "a N | X N D | b D",
        "X",
        "np.outer(a, b)",
        {"2*np.outer(a, b)": "factor", "-np.outer(a, b)": "sign", "np.outer(a, b**2)": "power"},
    ),
    case(
        "a@X.T@b",
        "a N | X N N | b N",
        "X",
        "np.outer(b, a)",
        {"np.outer(a, b)": "order/transpose", "np.outer(b, b)": "wrong variable/factor"},
    ),
    case(
        "np.sum((X - U@V.T)**2)",
        "X N D | U N K | V D K",
        "U",
        "-2*(X - U@V.T)@V",
        {
            "2*(X - U@V.T)@V": "sign",
            "-(X - U@V.T)@V": "factor",
            "-2*(X + U@V.T)@V": "sign",
            "-2*X@V": "missing term",
        },
    ),
    case(
        "np.sum((X - U@V.T)**2)",
        "X N D | U N K | V D K",
        "V",
        "-2*(X - U@V.T).T@U",
        {"-(X - U@V.T).T@U": "factor", "4*(U@V.T - X).T@U": "factor"},
    ),
    case(
        "p = softmax(z, axis=0); g@p",
        "z K | g K",
        "z",
        "p*(g - p@g)",
        {
            "p*g": "normalisation path/missing term",
            "p*(1 - p)*g": "normalisation path/missing sum or mean",
            "p*(g + p@g)": "sign",
            "g - p@g": "factor/chain rule",
            "p*(g - np.sum(g))": "factor/normalisation path",
            "p*(g - np.mean(p*g))": "factor/extra sum or mean",
        },
    ),
    case(
        "P = softmax(S, axis=1); np.sum(P*G)",
        "S N K | G N K",
        "S",
        "P*(G - np.sum(P*G, axis=1, keepdims=True))",
        {
            "P*G": "normalisation path",
            "P*(G - np.sum(P*G, axis=0, keepdims=True))": "wrong axis",
            "P*(G - np.sum(P*G))": "extra sum or mean/wrong axis",
            "P*(1 - P)*G": "normalisation path",
            "P*(G - P*G)": "missing sum or mean/normalisation path",
            "P*G - np.sum(P*G, axis=1, keepdims=True)": "factor",
        },
    ),
    case(
        "-np.sum(T*np.log(softmax(Z, axis=1)))",
        "Z N K | T N K",
        "Z",
        "softmax(Z, axis=1)*np.sum(T, axis=1, keepdims=True) - T",
        {
            "softmax(Z, axis=1) - T": "assumption",
            "softmax(Z, axis=1)*np.sum(T, axis=1, keepdims=True) + T": "sign",
            "softmax(Z, axis=0)*np.sum(T, axis=1, keepdims=True) - T": "wrong axis",
            "-T": "normalisation path/missing term",
        },
    ),
    case(
        "p = softmax(Z, axis=1); -np.sum(Y*np.log(p))/N",
        "Z N K | Y N K",
        "Z",
        "(p - Y)/N",
        {
            "p - Y": "factor",
            "(Y - p)/N": "sign",
            "(p - Y)/N**2": "power/factor",
            "(p*(1 - p) - Y)/N": "chain rule/factor",
            "p*(p - Y)/N": "factor/chain rule",
        },
        Y="one_hot",
    ),
    case(
        "m = np.mean(x, axis=1, keepdims=True); v = np.var(x, axis=1, keepdims=True); "
        "(x - m)/np.sqrt(v + eps)",
        "x N D | eps | G N D",
        "x",
        "s = np.sqrt(v + eps); z = (x - m)/s; "
        "(G - np.mean(G, axis=1, keepdims=True) - z*np.mean(G*z, axis=1, keepdims=True))/s",
        {
            "s = np.sqrt(v + eps); G/s": "normalisation path",
            "s = np.sqrt(v + eps); z = (x - m)/s; (G - z*np.mean(G*z, axis=1, keepdims=True))/s": (
                "normalisation path"
            ),
            "s = np.sqrt(v + eps); (G - np.mean(G, axis=1, keepdims=True))/s": "normalisation path",
            "s = np.sqrt(v + eps); z = (x - m)/s; "
            "(G - np.mean(G, axis=1, keepdims=True) + z*np.mean(G*z, axis=1, keepdims=True))/s": (
                "sign"
            ),
            "s = np.sqrt(v + eps); z = (x - m)/s; "
            "(G - np.mean(G, axis=0, keepdims=True) - z*np.mean(G*z, axis=1, keepdims=True))/s": (
                "wrong axis"
            ),
            "s = np.sqrt(v + eps); z = (x - m)/s; "
            "(G - np.mean(G, axis=1, keepdims=True) - z*np.mean(G*z, axis=1, keepdims=True))": (
                "factor/chain rule"
            ),
            "s = v + eps; z = (x - m)/np.sqrt(s); "
            "(G - np.mean(G, axis=1, keepdims=True) - z*np.mean(G*z, axis=1, keepdims=True))/s": (
                "power"
            ),
        },
        of="vjp",
        cotangent="G",
        eps="positive",
    ),
    case(
        "y[n,d] = x[n,d]/sqrt(sum[e](x[n,e]^2))",
        "x N D | G N D",
        "x",
        "r[n] = sqrt(sum[e](x[n,e]^2)); x_bar[n,d] = (G[n,d] - y[n,d]*sum[e](G[n,e]*y[n,e]))/r[n]",
        {
            "r[n] = sqrt(sum[e](x[n,e]^2)); x_bar[n,d] = G[n,d]/r[n]": "normalisation path",
            "r[n] = sqrt(sum[e](x[n,e]^2)); "
            "x_bar[n,d] = (G[n,d] + y[n,d]*sum[e](G[n,e]*y[n,e]))/r[n]": "sign",
            "r[n] = sqrt(sum[e](x[n,e]^2)); x_bar[n,d] = (G[n,d] - y[n,d]*G[n,d]*y[n,d])/r[n]": (
                "missing sum or mean/normalisation path"
            ),
            "r[n] = sqrt(sum[e](x[n,e]^2)); "
            "x_bar[n,d] = (G[n,d] - y[n,d]*sum[m](G[m,d]*y[m,d]))/r[n]": "wrong axis",
            "r[n] = sqrt(sum[e](x[n,e]^2)); "
            "x_bar[n,d] = (G[n,d] - y[n,d]*sum[e](G[n,e]*y[n,e]))/r[n]^2": "power",
        },
        of="vjp",
        cotangent="G",
    ),
    case(
        "y[n,u] = sum[p](w[p]*x[n,u+p])",
        "x N T | w P | y N T-P+1 | G N T-P+1",
        "w",
        "w_bar[p] = sum[n,u](G[n,u]*x[n,u+p])",
        {
            "w_bar[p] = -sum[n,u](G[n,u]*x[n,u+p])": "sign",
            "w_bar[p] = sum[n,u](G[n,u]*x[n,u+p]^2)": "power",
            "w_bar[p] = mean[n](sum[u](G[n,u]*x[n,u+p]))": "factor/extra sum or mean",
        },
        of="vjp",
        cotangent="G",
    ),
    case(
        "np.sum((x[1:] - x[:-1])*g)",
        "x T | g T-1",
        "g",
        "x[1:] - x[:-1]",
        {
            "x[:-1] - x[1:]": "sign",
            "x[1:] + x[:-1]": "sign",
            "x[1:]": "missing term",
            "2*(x[1:] - x[:-1])": "factor",
        },
    ),
    case(
        "np.sum(M*np.exp(x)*g)",
        "x N D | g N D | M N D",
        "x",
        "M*np.exp(x)*g",
        {
            "np.exp(x)*g": "mask",
            "(1 - M)*np.exp(x)*g": "mask",
            "M*g": "chain rule/factor",
            "M*np.exp(x)": "factor",
            "M*np.exp(-x)*g": "sign",
        },
        M="mask",
    ),
    case(
        "np.sum(np.maximum(0, 1 - y*(X@w)))",
        "X N D | w D | y N",
        "w",
        "-X.T@(y*(1 - y*(X@w) > 0))",
        {
            "X.T@(y*(1 - y*(X@w) > 0))": "sign",
            "-X.T@y": "mask",
            "-X.T@(y*(1 - y*(X@w) < 0))": "mask",
            "-X.T@(1.0*(1 - y*(X@w) > 0))": "factor",
        },
    ),
    case(
        "np.linalg.slogdet(A)[1]",
        "A N N",
        "A",
        "np.linalg.inv(A).T",
        {
            "np.linalg.inv(A)": "transpose",
            "A.T": "power",
            "-np.linalg.inv(A).T": "sign",
            "2*np.linalg.inv(A).T": "factor",
        },
    ),
    case(
        "b@np.linalg.inv(A)@c",
        "A N N | b N | c N",
        "A",
        "Z = np.linalg.inv(A); -np.outer(Z.T@b, Z@c)",
        {
            "Z = np.linalg.inv(A); np.outer(Z.T@b, Z@c)": "sign",
            "Z = np.linalg.inv(A); -np.outer(Z@b, Z@c)": "transpose",
            "Z = np.linalg.inv(A); -np.outer(Z@c, Z.T@b)": "order/transpose",
            "Z = np.linalg.inv(A); -np.outer(b, Z@c)": "factor/power",
        },
    ),
    case(
        "np.sum(x**n*c)",
        "x N | n | c N",
        "x",
        "c*n*x**(n - 1)",
        {
            "c*n*x**n": "power",
            "c*x**(n - 1)": "factor/chain rule",
            "n*x**(n - 1)": "factor",
            "c*n*x**(n + 1)": "sign/power",
        },
        x="positive",
        n="positive",
    ),
    case(
        "np.sum(c/x)",
        "x N | c N",
        "x",
        "-c/x**2",
        {"c/x**2": "sign", "-c/x": "power", "-1/x**2": "factor", "-c/x**3": "power"},
    ),
    case(
        "np.mean((y - a*x - b)**2)",
        "x N | y N | a | b",
        "a",
        "-2*np.mean(x*(y - a*x - b))",
        {
            "-2*np.sum(x*(y - a*x - b))": "factor/missing sum or mean",
            "2*np.mean(x*(y - a*x - b))": "sign",
            "-2*np.mean(y - a*x - b)": "factor/chain rule/wrong variable",
            "-np.mean(x*(y - a*x - b))": "factor",
            "-2*np.mean(x*(y - a*x + b))": "sign",
            "-2*np.mean(x*(y - a*x))": "missing term",
        },
    ),
    case(
        "np.sum(g*np.mean(X, axis=0))",
        "X N D | g D",
        "X",
        "np.tile(g, (N, 1))/N",
        {"np.tile(g, (N, 1))": "factor", "np.tile(g, (N, 1))/D": "factor"},
    ),
    case(
        "X.T@X@w",
        "X N D | w D | g D",
        "w",
        "X.T@X@g",
        {"X.T@X@w": "wrong variable/factor", "2*X.T@X@g": "factor"},
        of="vjp",
        cotangent="g",
    ),
    case(
        "r = np.sqrt(x@x); r",
        "x N",
        "x",
        "x/r",
        {"2*x/r": "factor", "x/(2*r)": "factor", "x*r": "power", "x": "chain rule/factor"},
    ),
    case(
        "x/np.sqrt(x@x)",
        "x N | g N",
        "x",
        "r = np.sqrt(x@x); g/r - x*(x@g)/r**3",
        {
            "r = np.sqrt(x@x); g/r": "normalisation path/missing term",
            "r = np.sqrt(x@x); g/r - x*(x@g)/r": "power",
            "r = np.sqrt(x@x); g/r + x*(x@g)/r**3": "sign",
            "r = np.sqrt(x@x); g/r - x*x*g/r**3": "missing sum or mean/normalisation path",
        },
        of="vjp",
        cotangent="g",
    ),
    case(
        "np.sum(np.log(np.cosh(x - m)))",
        "x N | m",
        "m",
        "-np.sum(np.tanh(x - m))",
        {
            "np.sum(np.tanh(x - m))": "sign",
            "-np.sum(np.sinh(x - m))": "chain rule",
            "-np.mean(np.tanh(x - m))": "factor",
            "-np.sum(np.tanh(x + m))": "sign",
        },
    ),
    case(
        "x@np.diag(d)@x",
        "x N | d N",
        "x",
        "2*d*x",
        {"d*x": "factor", "2*x": "factor", "2*d*x**2": "power", "2*d": "factor"},
    ),
    case(
        "np.sum((W.T@x - y)**2)",
        "W D K | x D | y K",
        "W",
        "2*np.outer(x, W.T@x - y)",
        {
            "np.outer(x, W.T@x - y)": "factor",
            "2*np.outer(x, W.T@x + y)": "sign",
            "-2*np.outer(x, W.T@x - y)": "sign",
        },
    ),
    case(
        "np.sum(a*m/(np.sqrt(v) + eps))",
        "m N | v N | a N | eps",
        "m",
        "a/(np.sqrt(v) + eps)",
        {
            "a/np.sqrt(v)": "missing term",
            "a/(v + eps)": "power",
            "a*m/(np.sqrt(v) + eps)": "factor/chain rule",
            "a/(np.sqrt(v) - eps)": "sign",
        },
        v="positive",
        eps="positive",
    ),
]
