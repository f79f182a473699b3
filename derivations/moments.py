"""Constants of initialisation and scale: which moments do they stand for?"""

import sympy

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.notation import Graph, Tensor, define
from symnet.notation.parse import parse
from symnet.notation.report import SlipKind

ISSERLIS = "Isserlis 1918: E x[i]x[j] = [i=j], E x[i]x[i]x[j]x[j] = 1 + 2 [i=j] for N(0,1)"
VASWANI = "Vaswani et al. 2017, sec. 3.2.1, footnote"
HE = "He, Zhang, Ren & Sun 2015, sec. 2.2"
GLOROT = "Glorot & Bengio 2010, sec. 4.2.1"
JUMPER = "Jumper et al. 2021, supplement, sec. 1.8.2"


def normal_moment(f: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """E f(x) for x from N(0, 1), by SymPy's integration."""
    density = sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi)
    halves = (sympy.integrate(f * density, (x, *ends)) for ends in ((-sympy.oo, 0), (0, sympy.oo)))
    return sympy.simplify(sum(halves))


def _number(**values: sympy.Expr) -> Graph:
    """Scalars with these values."""
    made = [define(Tensor(name)[()], value) for name, value in values.items()]
    return Graph(*made, outputs=[made[-1].tensor])


def _relu_layer(half: sympy.Expr) -> Graph:
    """y for any w, for w = 2/F and for w = 1/F; `half` is E relu(x)^2."""
    F, w = Tensor("F", assume="positive"), Tensor("w", assume="positive")
    y, kept, halved = Tensor("y"), Tensor("kept"), Tensor("halved")
    return Graph(
        define(y[()], F[()] * w[()] * half),
        define(kept[()], F[()] * (2 / F[()]) * half),
        define(halved[()], F[()] * (1 / F[()]) * half),
        inputs=[F, w],
        outputs=[y, kept, halved],
    )


def sections() -> list[Section]:
    x = sympy.Symbol("x", real=True)
    relu = normal_moment(sympy.Max(x, 0) ** 2, x)
    return [
        Section(
            "the score q.k of two vectors from N(0, 1): E (q.k)^2",
            parse("C[i,j] = delta(i,j)\nv = sum[i,j](C[i,j]*C[i,j])", {"C": "D D"}),
            (),
            (
                Claim("v = D", f"{VASWANI}: hence 1/sqrt(D)"),
                Claim(
                    "v = D^2",
                    "D^2 products counted, of which only D have a mean that is not 0",
                    right=False,
                    slip=SlipKind.POWER,
                ),
            ),
        ),
        Section(
            "E relu(x)^2 and E x^2, integrated by SymPy",
            _number(square=normal_moment(x**2, x), half=relu),
            (),
            (
                Claim("half = 1/2", HE),
                Claim("square = 1", "the variance of N(0, 1)"),
                Claim(
                    "half = 1",
                    "relu's input taken for its output",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "second moment behind a relu layer of F inputs and weights of variance w",
            _relu_layer(relu),
            (),
            (
                Claim("y = F*w/2", "a sum of F independent products of mean 0"),
                Claim("kept = 1", f"{HE}, eq. (10): weights of variance 2/fan_in keep it"),
                Claim(
                    "halved = 1",
                    "1/fan_in, which is right for a linear layer: with relu it is halved",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "a linear layer, forward over F inputs and backward over B outputs",
            parse(
                "w = 2/(F + B)\ny = F*w\nx = B*w",
                dict.fromkeys("FB", ""),
                assume=dict.fromkeys("FB", "positive"),
                notation="index",
            ),
            (),
            (
                Claim("x + y == 2", f"{GLOROT}, eq. (12): both cannot be 1 unless F = B"),
                Claim("y - 1 == (F - B)/(F + B)", f"{GLOROT}: what is left over"),
                Claim("1/w == (F + B)/2", f"{GLOROT}: the mean of what the two directions want"),
            ),
        ),
        Section(
            "invariant point attention: E |q|^4, and the variance of |q|^2/2 - q.k",
            parse(
                "C[i,j] = delta(i,j)\n"
                "four = sum[i,j](C[i,i]*C[j,j] + 2*C[i,j]^2)\n"
                "two = sum[i](C[i,i])\n"
                "v = (four - two^2)/4 + sum[i,j](C[i,j]^2)\n"
                "d = four - two^2",
                {"C": "3 3"},
            ),
            (),
            (
                Claim("four = 15", f"{ISSERLIS}: D^2 + 2 D for D = 3"),
                Claim("v = 9/2", f"{JUMPER}: 3 (1/2 + 1), the 9/2 of w_C = sqrt(2/(9 N))"),
                Claim(
                    "d = 6",
                    "|q - k|^2/2 with k drawn too: q - k is sqrt(2) times a draw from N(0, 1)",
                ),
                Claim(
                    "d = 9/2",
                    "9/2 taken for the variance of all of |q - k|^2/2",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="moments",
    title="Constants from moments",
    question="""
1/sqrt(d), 2/fan_in, 2/(fan_in + fan_out), sqrt(2/(9 N)): each makes a variance 1. Which variance,
and where does the number come from?
""",
    sections=sections,
    learnt="""
A product of two standard normal vectors has variance D; relu keeps half of a second moment; forward
and backward want 1/F and 1/B, and get their harmonic compromise. 9/2 = 3 (1/2 + 1) leaves |k|^2/2
out: over keys drawn as well it would be 6.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
