"""Determinants: Petersen & Pedersen 2012, The Matrix Cookbook, section 2.1, and friends."""

from tests.literature.entry import known

SECTION = "Determinants"
COOKBOOK = "Petersen & Pedersen 2012, eq. "
REGULAR = {"X": "regular"}

ENTRIES = [
    known(
        "det of a line",
        COOKBOOK + "(46)",
        "np.linalg.det(A + x*B)",
        "A N N | B N N | x",
        gradient=dict(x="Y = A + x*B; np.linalg.det(Y)*np.trace(np.linalg.inv(Y)@B)"),
        draw={"A": "regular", "B": "regular", "x": "positive"},
    ),
    known(
        "det of a line, twice",
        COOKBOOK + "(48)",
        "np.linalg.det(A + x*B)",
        "A N N | B N N | x",
        hessian=dict(
            x="Y = A + x*B; Z = np.linalg.inv(Y)@B; "
            "np.linalg.det(Y)*(np.trace(Z)**2 - np.trace(Z@Z))"
        ),
        draw={"A": "regular", "B": "regular", "x": "positive"},
    ),
    known(
        "det",
        COOKBOOK + "(49)",
        "np.linalg.det(X)",
        "X N N",
        gradient=dict(X="np.linalg.det(X)*np.linalg.inv(X).T"),
        draw=REGULAR,
    ),
    known(
        "det of a product",
        COOKBOOK + "(51)",
        "np.linalg.det(A@X@B)",
        "X N N | A N N | B N N",
        gradient=dict(X="np.linalg.det(A@X@B)*np.linalg.inv(X).T"),
        draw={"X": "regular", "A": "regular", "B": "regular"},
    ),
    known(
        "det of a square form",
        COOKBOOK + "(52)",
        "np.linalg.det(X.T@A@X)",
        "X N N | A N N",
        gradient=dict(X="2*np.linalg.det(X.T@A@X)*np.linalg.inv(X).T"),
        draw={"X": "regular", "A": "regular"},
    ),
    known(
        "det of a symmetric form",
        COOKBOOK + "(53)",
        "np.linalg.det(X.T@A@X)",
        "X N D | A N N",
        gradient=dict(X="2*np.linalg.det(X.T@A@X)*A@X@np.linalg.inv(X.T@A@X)"),
        assume={"A": "spd"},
        sizes={"N": (5, 7), "D": (2, 4)},
    ),
    known(
        "det of a form",
        COOKBOOK + "(54)",
        "np.linalg.det(X.T@A@X)",
        "X N D | A N N",
        gradient=dict(
            X="np.linalg.det(X.T@A@X)*(A@X@np.linalg.inv(X.T@A@X) + A.T@X@np.linalg.inv(X.T@A.T@X))"
        ),
        draw={"A": "regular"},
        sizes={"N": (5, 7), "D": (2, 4)},
    ),
    known(
        "log det of a Gram matrix",
        COOKBOOK + "(55)",
        "np.linalg.slogdet(X.T@X)[1]",
        "X N D",
        gradient=dict(X="2*np.linalg.pinv(X).T"),
        sizes={"N": (5, 7), "D": (2, 4)},
    ),
    known(
        "log det",
        COOKBOOK + "(57)",
        "np.linalg.slogdet(X)[1]",
        "X N N",
        gradient=dict(X="np.linalg.inv(X).T"),
        draw=REGULAR,
    ),
    known(
        "log of det",
        COOKBOOK + "(57), with the logarithm outside",
        "np.log(np.linalg.det(S))",
        "S N N",
        gradient=dict(S="np.linalg.inv(S)"),
        assume={"S": "spd"},
    ),
    known(
        "det of a power",
        COOKBOOK + "(58), k = 3",
        "np.linalg.det(X@X@X)",
        "X N N",
        gradient=dict(X="3*np.linalg.det(X@X@X)*np.linalg.inv(X).T"),
        draw=REGULAR,
    ),
    known(
        "det of an inverse",
        COOKBOOK + "(62)",
        "np.linalg.det(np.linalg.inv(X))",
        "X N N",
        gradient=dict(X="-np.linalg.det(np.linalg.inv(X))*np.linalg.inv(X).T"),
        draw=REGULAR,
    ),
    known(
        "log det, twice",
        "Boyd & Vandenberghe 2004, Convex Optimization, app. A.4.3",
        "np.linalg.slogdet(X)[1]",
        "X N N",
        hessian=dict(X='Z = np.linalg.inv(X); -np.einsum("jk,li->ijkl", Z, Z)'),
        draw=REGULAR,
    ),
    known(
        "D-optimal design",
        "Boyd & Vandenberghe 2004, Convex Optimization, sec. 7.5.2",
        "-np.linalg.slogdet(V.T@np.diag(w)@V)[1]",
        "V N D | w N",
        gradient=dict(w="-np.sum(V*(V@np.linalg.inv(V.T@np.diag(w)@V)), axis=1)"),
        draw={"w": "positive"},
        sizes={"N": (5, 7), "D": (2, 4)},
    ),
    known(
        "capacity of a linear channel",
        "Telatar 1999, eq. (1); gradient Palomar & Verdu 2006, eq. (22)",
        "np.linalg.slogdet(np.eye(N) + H@Q@H.T)[1]",
        "H N M | Q M M",
        gradient=dict(
            Q="H.T@np.linalg.inv(np.eye(N) + H@Q@H.T)@H",
            H="2*np.linalg.inv(np.eye(N) + H@Q@H.T)@H@Q",
        ),
        assume={"Q": "spd"},
    ),
    known(
        "log det of a ridge",
        "MacKay 1992, Bayesian Interpolation, eq. (4.8): effective number of parameters",
        "np.linalg.slogdet(A + a*np.eye(N))[1]",
        "A N N | a",
        gradient=dict(a="np.trace(np.linalg.inv(A + a*np.eye(N)))"),
        hessian=dict(a="-np.trace(np.linalg.inv(A + a*np.eye(N))@np.linalg.inv(A + a*np.eye(N)))"),
        assume={"A": "spd"},
        draw={"a": "positive"},
    ),
]
