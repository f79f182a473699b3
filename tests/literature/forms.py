"""Linear, quadratic and higher forms: Petersen & Pedersen 2012, The Matrix Cookbook, sec. 2.4."""

from tests.literature.entry import known

SECTION = "Linear and quadratic forms"
COOKBOOK = "Petersen & Pedersen 2012, eq. "

ENTRIES = [
    known("linear form", COOKBOOK + "(69)", "a@x", "a N | x N", gradient=dict(x="a")),
    known(
        "bilinear form",
        COOKBOOK + "(70)",
        "a@X@b",
        "a N | X N D | b D",
        gradient=dict(X="np.outer(a, b)"),
    ),
    known(
        "bilinear form of the transpose",
        COOKBOOK + "(71)",
        "a@X.T@b",
        "a D | X N D | b N",
        gradient=dict(X="np.outer(b, a)"),
    ),
    known(
        "quadratic form, for the matrix",
        COOKBOOK + "(72)",
        "a@X@a",
        "a N | X N N",
        gradient=dict(X="np.outer(a, a)"),
    ),
    known(
        "product from the right",
        COOKBOOK + "(74), weighted by G",
        "np.sum(G*(X@A))",
        "G N K | X N D | A D K",
        gradient=dict(X="G@A.T", A="X.T@G"),
    ),
    known(
        "product of the transpose",
        COOKBOOK + "(75), weighted by G",
        "np.sum(G*(X.T@A))",
        "G D K | X N D | A N K",
        gradient=dict(X="A@G.T"),
    ),
    known(
        "square of a sum",
        COOKBOOK + "(76)",
        "np.sum(X)**2",
        "X N D",
        gradient=dict(X="2*np.sum(X)*np.ones((N, D))"),
        hessian=dict(X="2*np.ones((N, D, N, D))"),
    ),
    known(
        "form in a Gram matrix",
        COOKBOOK + "(77)",
        "b@X.T@X@c",
        "b D | X N D | c D",
        gradient=dict(X="X@(np.outer(b, c) + np.outer(c, b))"),
    ),
    known(
        "product of two affine maps",
        COOKBOOK + "(78)",
        "(B@x + b)@C@(D@x + d)",
        "x N | B M N | b M | C M K | D K N | d K",
        gradient=dict(x="B.T@C@(D@x + d) + D.T@C.T@(B@x + b)"),
        hessian=dict(x="B.T@C@D + D.T@C.T@B"),
    ),
    known(
        "congruence",
        COOKBOOK + "(79)-(80), weighted by G",
        "np.sum(G*(X.T@B@X))",
        "X N D | B N N | G D D",
        gradient=dict(X="B@X@G.T + B.T@X@G"),
    ),
    known(
        "quadratic form",
        COOKBOOK + "(81)",
        "x@B@x",
        "x N | B N N",
        gradient=dict(x="(B + B.T)@x"),
        hessian=dict(x="B + B.T"),
    ),
    known(
        "symmetric quadratic form",
        COOKBOOK + "(81), B symmetric",
        "x@B@x",
        "x N | B N N",
        gradient=dict(x="2*B@x"),
        hessian=dict(x="2*B"),
        assume={"B": "symmetric"},
    ),
    known(
        "form in a congruence",
        COOKBOOK + "(82)",
        "b@X.T@D@X@c",
        "b M | X N M | D N N | c M",
        gradient=dict(X="D.T@X@np.outer(b, c) + D@X@np.outer(c, b)"),
    ),
    known(
        "quadratic form of an affine map",
        COOKBOOK + "(83)",
        "(X@b + c)@D@(X@b + c)",
        "X N M | b M | c N | D N N",
        gradient=dict(X="np.outer((D + D.T)@(X@b + c), b)"),
    ),
    known(
        "weighted residual",
        COOKBOOK + "(84)-(88), W symmetric",
        "(x - A@s)@W@(x - A@s)",
        "x N | A N M | s M | W N N",
        gradient=dict(s="-2*A.T@W@(x - A@s)", x="2*W@(x - A@s)", A="-2*np.outer(W@(x - A@s), s)"),
        hessian=dict(s="2*A.T@W@A"),
        assume={"W": "symmetric"},
    ),
    known(
        "form in a power",
        COOKBOOK + "(91), n = 3",
        "a@X@X@X@b",
        "a N | X N N | b N",
        gradient=dict(
            X="np.outer(a, X@X@b) + np.outer(X.T@a, X@b) + np.outer(X.T@X.T@a, b)",
        ),
    ),
    known(
        "form in the Gram matrix of a power",
        COOKBOOK + "(92), n = 2",
        "a@X.T@X.T@X@X@b",
        "a N | X N N | b N",
        gradient=dict(
            X="np.outer(X@X@b, X@a) + np.outer(X.T@X@X@b, a)"
            " + np.outer(X@X@a, X@b) + np.outer(X.T@X@X@a, b)"
        ),
    ),
    known(
        "ratio of squares",
        COOKBOOK + "(94)-(95)",
        "((A@x)@(A@x))/((B@x)@(B@x))",
        "x N | A M N | B M N",
        gradient=dict(
            x="q = x@B.T@B@x; 2*A.T@A@x/q - 2*(x@A.T@A@x)*(B.T@B@x)/q**2",
        ),
    ),
    known(
        "quadratic polynomial",
        COOKBOOK + "(96)-(98)",
        "x@A@x + b@x",
        "x N | A N N | b N",
        gradient=dict(x="(A + A.T)@x + b"),
        hessian=dict(x="A + A.T"),
    ),
    known(
        "Rayleigh quotient",
        "Absil, Mahony & Sepulchre 2008, Optimization Algorithms on Matrix Manifolds, sec. 2.1.1",
        "(x@A@x)/(x@x)",
        "x N | A N N",
        gradient=dict(x="2/(x@x)*(A@x - (x@A@x)/(x@x)*x)"),
        assume={"A": "symmetric"},
    ),
    known(
        "generalised Rayleigh quotient",
        "Absil, Mahony & Sepulchre 2008, Optimization Algorithms on Matrix Manifolds, eq. (2.7)",
        "(x@A@x)/(x@B@x)",
        "x N | A N N | B N N",
        gradient=dict(x="2/(x@B@x)*(A@x - (x@A@x)/(x@B@x)*(B@x))"),
        assume={"A": "symmetric", "B": "spd"},
    ),
    known(
        "quartic form",
        "Absil, Mahony & Sepulchre 2008, Optimization Algorithms on Matrix Manifolds, sec. 2.1",
        "(x@A@x)**2",
        "x N | A N N",
        gradient=dict(x="4*(x@A@x)*A@x"),
        hessian=dict(x="8*np.outer(A@x, A@x) + 4*(x@A@x)*A"),
        assume={"A": "symmetric"},
    ),
    known(
        "Rosenbrock",
        "Rosenbrock 1960, eq. (7); chained form of Dixon & Mills 1994",
        "np.sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)",
        "x N",
        gradient=dict(
            x="r = x[1:] - x[:-1]**2; g = np.zeros(N); "
            "g[:-1] += -400*x[:-1]*r - 2*(1 - x[:-1]); g[1:] += 200*r; g"
        ),
        sizes={"N": (3, 7)},
    ),
]
