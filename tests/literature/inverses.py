"""Inverses: Petersen & Pedersen 2012, The Matrix Cookbook, sections 2.2 and 2.5.4, and friends."""

from tests.literature.entry import known

SECTION = "Inverses"
COOKBOOK = "Petersen & Pedersen 2012, eq. "
TALL = {"N": (5, 7), "D": (2, 4)}

ENTRIES = [
    known(
        "inverse of a line",
        COOKBOOK + "(59)",
        "a@np.linalg.inv(A + x*B)@b",
        "A N N | B N N | x | a N | b N",
        gradient=dict(x="Z = np.linalg.inv(A + x*B); -a@Z@B@Z@b"),
        draw={"A": "regular", "B": "regular", "x": "positive"},
    ),
    known(
        "entries of the inverse",
        COOKBOOK + "(60), weighted by G; (66)",
        "np.sum(G*np.linalg.inv(X))",
        "X N N | G N N",
        gradient=dict(X="-np.linalg.inv(X).T@G@np.linalg.inv(X).T"),
        draw={"X": "regular"},
    ),
    known(
        "bilinear form of the inverse",
        COOKBOOK + "(61)",
        "a@np.linalg.inv(X)@b",
        "X N N | a N | b N",
        gradient=dict(X="-np.linalg.inv(X).T@np.outer(a, b)@np.linalg.inv(X).T"),
        draw={"X": "regular"},
    ),
    known(
        "solution of a linear system",
        "Giles 2008, An extended collection of matrix derivative results, sec. 2.3.1",
        "np.sum(G*np.linalg.solve(A, B))",
        "A N N | B N K | G N K",
        gradient=dict(
            B="np.linalg.inv(A).T@G",
            A="-np.linalg.inv(A).T@G@np.linalg.solve(A, B).T",
        ),
        draw={"A": "regular"},
    ),
    known(
        "trace of a sandwiched inverse",
        COOKBOOK + "(63), (124)",
        "np.trace(A@np.linalg.inv(X)@B)",
        "X N N | A M N | B N M",
        gradient=dict(X="-(np.linalg.inv(X)@B@A@np.linalg.inv(X)).T"),
        draw={"X": "regular"},
    ),
    known(
        "trace of a shifted inverse",
        COOKBOOK + "(64)",
        "np.trace(np.linalg.inv(X + A))",
        "X N N | A N N",
        gradient=dict(X="-(np.linalg.inv(X + A)@np.linalg.inv(X + A)).T"),
        draw={"X": "regular", "A": "regular"},
    ),
    known(
        "trace of the inverse of a form",
        COOKBOOK + "(125)",
        "np.trace(np.linalg.inv(X.T@C@X)@A)",
        "X N D | C N N | A D D",
        gradient=dict(
            X="Z = np.linalg.inv(X.T@C@X); -C@X@Z@(A + A.T)@Z",
        ),
        assume={"C": "spd"},
        sizes=TALL,
    ),
    known(
        "ratio of two forms",
        COOKBOOK + "(126)",
        "np.trace(np.linalg.inv(X.T@C@X)@(X.T@B@X))",
        "X N D | C N N | B N N",
        gradient=dict(
            X="Z = np.linalg.inv(X.T@C@X); -2*C@X@Z@X.T@B@X@Z + 2*B@X@Z",
        ),
        assume={"C": "spd", "B": "symmetric"},
        sizes=TALL,
    ),
    known(
        "shifted ratio of two forms",
        COOKBOOK + "(127)",
        "np.trace(np.linalg.inv(A + X.T@C@X)@(X.T@B@X))",
        "X N D | A D D | C N N | B N N",
        gradient=dict(
            X="Z = np.linalg.inv(A + X.T@C@X); -2*C@X@Z@X.T@B@X@Z + 2*B@X@Z",
        ),
        assume={"A": "spd", "C": "spd", "B": "symmetric"},
        sizes=TALL,
    ),
    known(
        "matrix fractional function",
        "Boyd & Vandenberghe 2004, Convex Optimization, ex. 3.4",
        "x@np.linalg.inv(S)@x",
        "x N | S N N",
        gradient=dict(
            x="2*np.linalg.inv(S)@x",
            S="-np.outer(np.linalg.inv(S)@x, np.linalg.inv(S)@x)",
        ),
        hessian=dict(x="2*np.linalg.inv(S)"),
        assume={"S": "spd"},
    ),
    known(
        "projection onto a column space",
        "Golub & Pereyra 1973, eq. (2.9): variable projection",
        "y@X@np.linalg.inv(X.T@X)@X.T@y",
        "X N D | y N",
        gradient=dict(
            X="w = np.linalg.solve(X.T@X, X.T@y); 2*np.outer(y - X@w, w)",
            y="2*X@np.linalg.solve(X.T@X, X.T@y)",
        ),
        sizes=TALL,
    ),
    known(
        "A-optimal design",
        "Boyd & Vandenberghe 2004, Convex Optimization, sec. 7.5.2",
        "np.trace(np.linalg.inv(V.T@np.diag(w)@V))",
        "V N D | w N",
        gradient=dict(w="-np.sum((V@np.linalg.inv(V.T@np.diag(w)@V))**2, axis=1)"),
        draw={"w": "positive"},
        sizes=TALL,
    ),
    known(
        "Schur complement",
        "Boyd & Vandenberghe 2004, Convex Optimization, app. A.5.5",
        "c - b@np.linalg.inv(A)@b",
        "A N N | b N | c",
        gradient=dict(
            b="-2*np.linalg.inv(A)@b",
            A="np.outer(np.linalg.inv(A)@b, np.linalg.inv(A)@b)",
        ),
        assume={"A": "spd"},
    ),
    known(
        "resolvent",
        "Kato 1995, Perturbation Theory for Linear Operators, ch. I eq. (5.8)",
        "np.trace(np.linalg.inv(z*np.eye(N) - A))",
        "A N N | z",
        gradient=dict(
            z="R = np.linalg.inv(z*np.eye(N) - A); -np.trace(R@R)",
            A="R = np.linalg.inv(z*np.eye(N) - A); (R@R).T",
        ),
        draw={"A": "regular", "z": "large"},
    ),
    known(
        "transfer function",
        "Antoulas 2005, Approximation of Large-Scale Dynamical Systems, eq. (4.22)",
        "c@np.linalg.solve(s*E - A, b)",
        "A N N | E N N | b N | c N | s",
        gradient=dict(
            s="Z = np.linalg.inv(s*E - A); -c@Z@E@Z@b",
            A="Z = np.linalg.inv(s*E - A); np.outer(Z.T@c, Z@b)",
            b="np.linalg.inv(s*E - A).T@c",
        ),
        draw={"A": "regular", "E": "regular", "s": "large"},
    ),
]
