"""Traces: Petersen & Pedersen 2012, The Matrix Cookbook, section 2.5."""

from tests.literature.entry import known

SECTION = "Traces"
COOKBOOK = "Petersen & Pedersen 2012, eq. "

ENTRIES = [
    known("trace", COOKBOOK + "(99)", "np.trace(X)", "X N N", gradient=dict(X="np.eye(N)")),
    known(
        "trace of a product",
        COOKBOOK + "(100)",
        "np.trace(X@A)",
        "X N D | A D N",
        gradient=dict(X="A.T"),
    ),
    known(
        "trace of a sandwich",
        COOKBOOK + "(101)",
        "np.trace(A@X@B)",
        "A M N | X N D | B D M",
        gradient=dict(X="A.T@B.T"),
    ),
    known(
        "trace of a sandwiched transpose",
        COOKBOOK + "(102)",
        "np.trace(A@X.T@B)",
        "A M D | X N D | B N M",
        gradient=dict(X="B@A"),
    ),
    known(
        "inner product",
        COOKBOOK + "(103)",
        "np.trace(X.T@A)",
        "X N D | A N D",
        gradient=dict(X="A"),
    ),
    known(
        "inner product, transposed",
        COOKBOOK + "(104)",
        "np.trace(A@X.T)",
        "X N D | A N D",
        gradient=dict(X="A"),
    ),
    known(
        "trace of a Kronecker product",
        COOKBOOK + "(105)",
        "np.trace(np.kron(A, X))",
        "A M M | X 3 3",
        gradient=dict(X="np.trace(A)*np.eye(3)"),
    ),
    known(
        "trace of a square",
        COOKBOOK + "(106)",
        "np.trace(X@X)",
        "X N N",
        gradient=dict(X="2*X.T"),
    ),
    known(
        "trace of a square times B",
        COOKBOOK + "(107)",
        "np.trace(X@X@B)",
        "X N N | B N N",
        gradient=dict(X="(X@B + B@X).T"),
    ),
    known(
        "trace of a congruence",
        COOKBOOK + "(108)",
        "np.trace(X.T@B@X)",
        "X N D | B N N",
        gradient=dict(X="B@X + B.T@X"),
        hessian=dict(X='np.einsum("ik,jl->ijkl", B + B.T, np.eye(D))'),
    ),
    known(
        "trace of B X X'",
        COOKBOOK + "(109)",
        "np.trace(B@X@X.T)",
        "X N D | B N N",
        gradient=dict(X="B@X + B.T@X"),
    ),
    known(
        "trace of X X' B",
        COOKBOOK + "(110)",
        "np.trace(X@X.T@B)",
        "X N D | B N N",
        gradient=dict(X="B@X + B.T@X"),
    ),
    known(
        "trace of X B X'",
        COOKBOOK + "(111)",
        "np.trace(X@B@X.T)",
        "X N D | B D D",
        gradient=dict(X="X@B.T + X@B"),
    ),
    known(
        "trace of B X' X",
        COOKBOOK + "(112)",
        "np.trace(B@X.T@X)",
        "X N D | B D D",
        gradient=dict(X="X@B.T + X@B"),
    ),
    known(
        "trace of X' X B",
        COOKBOOK + "(113)",
        "np.trace(X.T@X@B)",
        "X N D | B D D",
        gradient=dict(X="X@B.T + X@B"),
    ),
    known(
        "trace of A X B X",
        COOKBOOK + "(114)",
        "np.trace(A@X@B@X)",
        "A N N | X N N | B N N",
        gradient=dict(X="A.T@X.T@B.T + B.T@X.T@A.T"),
    ),
    known(
        "trace of a Gram matrix",
        COOKBOOK + "(115)",
        "np.trace(X.T@X)",
        "X N D",
        gradient=dict(X="2*X"),
    ),
    known(
        "trace of B' X' C X B",
        COOKBOOK + "(116)",
        "np.trace(B.T@X.T@C@X@B)",
        "B D M | X N D | C N N",
        gradient=dict(X="C.T@X@B@B.T + C@X@B@B.T"),
    ),
    known(
        "trace of X' B X C",
        COOKBOOK + "(117)",
        "np.trace(X.T@B@X@C)",
        "X N D | B N N | C D D",
        gradient=dict(X="B@X@C + B.T@X@C.T"),
    ),
    known(
        "trace of A X B X' C",
        COOKBOOK + "(118)",
        "np.trace(A@X@B@X.T@C)",
        "A M N | X N D | B D D | C N M",
        gradient=dict(X="A.T@C.T@X@B.T + C@A@X@B"),
    ),
    known(
        "squares of an affine matrix map",
        COOKBOOK + "(119)",
        "np.trace((A@X@B + C)@(A@X@B + C).T)",
        "A M N | X N D | B D K | C M K",
        gradient=dict(X="2*A.T@(A@X@B + C)@B.T"),
    ),
    known(
        "trace of a Kronecker square",
        COOKBOOK + "(120)",
        "np.trace(np.kron(X, X))",
        "X 3 3",
        gradient=dict(X="2*np.trace(X)*np.eye(3)"),
    ),
    known(
        "trace of a power",
        COOKBOOK + "(121), k = 4",
        "np.trace(X@X@X@X)",
        "X N N",
        gradient=dict(X="4*(X@X@X).T"),
    ),
    known(
        "trace of A times a power",
        COOKBOOK + "(122), k = 3",
        "np.trace(A@X@X@X)",
        "A N N | X N N",
        gradient=dict(X="(A@X@X).T + (X@A@X).T + (X@X@A).T"),
    ),
    known(
        "trace of a quartic",
        COOKBOOK + "(123)",
        "np.trace(B.T@X.T@C@X@X.T@C@X@B)",
        "B D M | X N D | C N N",
        gradient=dict(
            X="C@X@X.T@C@X@B@B.T + C.T@X@B@B.T@X.T@C.T@X"
            " + C@X@B@B.T@X.T@C@X + C.T@X@X.T@C.T@X@B@B.T"
        ),
    ),
]
