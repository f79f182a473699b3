"""Norms and convex functions of vectors and matrices."""

from tests.literature.entry import known

SECTION = "Norms and convex functions"
COOKBOOK = "Petersen & Pedersen 2012, eq. "
BOYD = "Boyd & Vandenberghe 2004, Convex Optimization, "

ENTRIES = [
    known(
        "distance to a point",
        COOKBOOK + "(129)-(130)",
        "np.linalg.norm(x - a)",
        "x N | a N",
        gradient=dict(x="(x - a)/np.linalg.norm(x - a)"),
        hessian=dict(
            x="r = np.linalg.norm(x - a); np.eye(N)/r - np.outer(x - a, x - a)/r**3",
        ),
    ),
    known(
        "squared norm",
        COOKBOOK + "(131)",
        "np.linalg.norm(x)**2",
        "x N",
        gradient=dict(x="2*x"),
        hessian=dict(x="2*np.eye(N)"),
    ),
    known(
        "squared Frobenius norm",
        COOKBOOK + "(132)",
        "np.linalg.norm(X)**2",
        "X N D",
        gradient=dict(X="2*X"),
    ),
    known(
        "Frobenius norm",
        COOKBOOK + "(132) and the chain rule",
        "np.linalg.norm(X@A - B)",
        "X N D | A D K | B N K",
        gradient=dict(X="(X@A - B)@A.T/np.linalg.norm(X@A - B)"),
    ),
    known(
        "one-norm",
        BOYD + "sec. 6.1.1",
        "np.sum(np.abs(A@x - b))",
        "A M N | x N | b M",
        gradient=dict(x="A.T@np.sign(A@x - b)"),
    ),
    known(
        "cubed three-norm",
        BOYD + "sec. A.1.2, p = 3",
        "np.sum(np.abs(x)**3)",
        "x N",
        gradient=dict(x="3*x*np.abs(x)"),
    ),
    known(
        "three-norm",
        BOYD + "sec. A.1.2, p = 3",
        "np.sum(np.abs(x)**3)**(1/3)",
        "x N",
        gradient=dict(x="x*np.abs(x)/np.sum(np.abs(x)**3)**(2/3)"),
    ),
    known(
        "two-one norm",
        "Yuan & Lin 2006, eq. (2.1): group lasso",
        "np.sum(np.sqrt(np.sum(W**2, axis=1)))",
        "W N D",
        gradient=dict(W="W/np.sqrt(np.sum(W**2, axis=1, keepdims=True))"),
    ),
    known(
        "largest entry",
        BOYD + "sec. 3.1.5",
        "np.max(A@x + b)",
        "A M N | x N | b M",
        gradient=dict(x="A[np.argmax(A@x + b)]"),
    ),
    known(
        "log-sum-exp",
        BOYD + "sec. 3.1.5",
        "np.log(np.sum(np.exp(x)))",
        "x N",
        gradient=dict(x="np.exp(x)/np.sum(np.exp(x))"),
        hessian=dict(x="p = np.exp(x)/np.sum(np.exp(x)); np.diag(p) - np.outer(p, p)"),
    ),
    known(
        "log-sum-exp of an affine map",
        BOYD + "sec. A.4.2, p. 643",
        "logsumexp(A@x + b, axis=0)",
        "A M N | x N | b M",
        gradient=dict(x="A.T@softmax(A@x + b, axis=0)"),
        hessian=dict(
            x="p = softmax(A@x + b, axis=0); A.T@(np.diag(p) - np.outer(p, p))@A",
        ),
    ),
    known(
        "quadratic over linear",
        BOYD + "sec. 3.1.5",
        "(x@x)/t",
        "x N | t",
        gradient=dict(x="2*x/t", t="-(x@x)/t**2"),
        hessian=dict(x="2*np.eye(N)/t", t="2*(x@x)/t**3"),
        draw={"t": "positive"},
    ),
    known(
        "geometric mean",
        BOYD + "sec. 3.1.5",
        "np.prod(x)**(1/N)",
        "x N",
        gradient=dict(x="np.prod(x)**(1/N)/(N*x)"),
        assume={"x": "positive"},
    ),
    known(
        "harmonic mean",
        BOYD + "ex. 3.17",
        "N/np.sum(1/x)",
        "x N",
        gradient=dict(x="N/(x**2*np.sum(1/x)**2)"),
        assume={"x": "positive"},
    ),
    known(
        "log barrier",
        BOYD + "sec. 9.2: analytic centre, ex. 9.30",
        "-np.sum(np.log(b - A@x))",
        "A M N | x N | b M",
        gradient=dict(x="A.T@(1/(b - A@x))"),
        hessian=dict(x="A.T@np.diag(1/(b - A@x)**2)@A"),
        draw={"b": "far"},
    ),
    known(
        "negative entropy",
        BOYD + "sec. 3.1.5",
        "np.sum(x*np.log(x))",
        "x N",
        gradient=dict(x="np.log(x) + 1"),
        hessian=dict(x="np.diag(1/x)"),
        assume={"x": "positive"},
    ),
    known(
        "variance",
        "Magnus & Neudecker 2019, Matrix Differential Calculus, sec. 17.4",
        "np.var(x)",
        "x N",
        gradient=dict(x="2*(x - np.mean(x))/N"),
        hessian=dict(x="2*(np.eye(N) - np.ones((N, N))/N)/N"),
    ),
    known(
        "standard deviation",
        "Magnus & Neudecker 2019, Matrix Differential Calculus, sec. 17.4",
        "np.std(x)",
        "x N",
        gradient=dict(x="(x - np.mean(x))/(N*np.std(x))"),
    ),
    known(
        "total variation",
        "Rudin, Osher & Fatemi 1992, eq. (2.5), smoothed",
        "np.sum(np.sqrt(np.diff(x)**2 + eps))",
        "x N | eps",
        gradient=dict(
            x="d = np.diff(x); s = d/np.sqrt(d**2 + eps); "
            "g = np.zeros(N); g[1:] += s; g[:-1] -= s; g"
        ),
        draw={"eps": "positive"},
        sizes={"N": (3, 7)},
    ),
    known(
        "Tikhonov smoothing",
        BOYD + "eq. (6.10)",
        "np.sum((x - y)**2) + lam*np.sum(np.diff(x)**2)",
        "x N | y N | lam",
        gradient=dict(
            x="D = np.diff(np.eye(N), axis=0); 2*(x - y) + 2*lam*D.T@D@x",
        ),
        hessian=dict(
            x="D = np.diff(np.eye(N), axis=0); 2*np.eye(N) + 2*lam*D.T@D",
        ),
        sizes={"N": (3, 7)},
    ),
]
