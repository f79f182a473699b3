"""Detached edges: which paths does a stopped gradient take away?"""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Graph
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

XIE = "Xie, Luong, Hovy & Le 2020, algorithm 1"
CARREIRA = "Carreira, Agrawal, Fragkiadaki & Malik 2016, algorithm 1"
BENGIO = "Bengio, Leonard & Courville 2013, straight-through"


def _softmax(name: str, x: str) -> str:
    return f"{name}[n,k] = exp({x}[n,k])/sum[j](exp({x}[n,j]))\n"


def _student(teacher: str) -> Graph:
    """Cross-entropy of a student against its teacher, both from the same weights."""
    text = (
        "z[n,k] = sum[i](a[n,i]*W[i,k])\n"
        + "x[n,k] = sum[i](b[n,i]*W[i,k])\n"
        + _softmax("q", "z")
        + _softmax("p", "x")
        + f"L = -sum[n,k]({teacher}*log(p[n,k]))/N"
    )
    return parse(text, {"a": "N I", "b": "N I", "W": "I K"}, notation="index")


def _path(first: str) -> Graph:
    """Two corrections of a pose, the second one from the first one's result."""
    text = f"y[k] = c[k] + w*a[k]\ne[k] = w*{first}\nL = sum[k]((e[k] - u[k])^2)/2"
    return parse(text, {"c": "K", "a": "K", "u": "K", "w": ""}, notation="index")


def sections() -> list[Section]:
    student = "sum[n](b[n,i]*(p[n,k] - q[n,k]))/N"
    through = "sum[k]((e[k] - u[k])*y[k])"
    return [
        Section(
            "pseudo-labels of a teacher that is given",
            parse(
                f"{_softmax('p', 'x')}L = -sum[n,k](q[n,k]*log(p[n,k]))/N",
                {"x": "N K", "q": "N K"},
                assume={"q": "simplex"},
                notation="index",
            ),
            ("x",),
            (Claim("x_bar[n,k] = (p[n,k] - q[n,k])/N", f"{XIE}: soft labels"),),
        ),
        Section(
            "teacher and student share W, the teacher is detached",
            _student("detach(q[n,k])"),
            ("W",),
            (Claim(f"W_bar[i,k] = {student}", f"{XIE}: the teacher is not trained"),),
        ),
        Section(
            "teacher and student share W, nothing is detached",
            _student("q[n,k]"),
            ("W",),
            (
                Claim(f"W_bar[i,k] = {student} + sum[n](a[n,i]*z_bar[n,k])", "both paths to W"),
                Claim(
                    "z_bar[n,k] = q[n,k]*(sum[j](q[n,j]*log(p[n,j])) - log(p[n,k]))/N",
                    "the pullback of softmax for q_bar = -log(p)/N",
                ),
                Claim(
                    f"W_bar[i,k] = {student}",
                    "p - q where the teacher's path is open",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "the path of iterative error feedback: y is computed beforehand",
            _path("detach(y[k])"),
            ("w",),
            (Claim(f"w_bar = {through}", f"{CARREIRA}: no gradient from step to step"),),
        ),
        Section(
            "the same path without detaching",
            _path("y[k]"),
            ("w",),
            (
                Claim(f"w_bar = {through} + w*sum[k]((e[k] - u[k])*a[k])", "product rule"),
                Claim(
                    f"w_bar = {through}",
                    "the first correction's share left out",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "straight through a sign",
            parse("y[n] = x[n] + detach(sign(x[n]) - x[n])", {"x": "N"}, notation="index"),
            ("x",),
            (
                Claim("y[n] == sign(x[n])", f"{BENGIO}: forward the sign"),
                Claim("x_bar[n] = y_bar[n]", f"{BENGIO}: backward the identity"),
                Claim(
                    "x_bar[n] = 0*y_bar[n]",
                    "the derivative of the sign",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="detached",
    title="Detached edges",
    question="""
A teacher that is not trained, a path that is fixed beforehand, a sign with a gradient: in all three
an edge of the graph is detached. What would come back through it, if it were not?
""",
    sections=sections,
    learnt="""
detach(x) is x, with derivative 0: the formula with a detached edge is the other one without the
terms of that edge. A hand formula that forgets which edges are detached is wrong by those terms.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
