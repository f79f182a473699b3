"""A Transformer block backwards: two sums, two layer norms, and what goes straight through."""

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.layers import Block, encoder_block, entrywise, feed_forward, join, layer_norm
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind

VASWANI = "Vaswani et al. 2017, eq. (2), by the chain rule"
POST = "Vaswani et al. 2017, sec. 3.1, y = LN(x + f(x)), by the chain rule"
XIONG = "Xiong et al. 2020, y = x + f(LN(x)), by the chain rule"
BA = "Ba, Kiros & Hinton 2016, sec. 3, by the chain rule"

T, D = Index("t", "T"), Index("d", "D")
x = Tensor("x", T, D)


def _post_norm() -> Graph:
    inner = feed_forward(x, "F", output="f")
    z = entrywise(lambda a, b: a + b, x, inner.output, output="z")
    return join(inner, z, layer_norm(z.output))


def _norm(k: str, plus: str = "") -> str:
    """The pullback through the k-th layer norm."""
    h = f"x_hat{k}_bar"
    three = f"{h}[t,d] - mean[e]({h}[t,e]) - x_hat{k}[t,d]*mean[e](x_hat{k}[t,e]*{h}[t,e])"
    return f"r{k}[t]*({three}){plus}"


def sections() -> list[Section]:
    block = Block("H", "C", "F", bias=False)
    before = Block("H", "C", "F", bias=False, pre_norm=True)
    return [
        Section(
            "the feed-forward layer",
            feed_forward(x, "F"),
            ("x", "W1", "b1", "W2", "b2"),
            (
                Claim("u_bar[t,f] = [u[t,f] > 0]*sum[d](y_bar[t,d]*W2[f,d])", VASWANI),
                Claim("W1_bar[d,f] = sum[t](x[t,d]*u_bar[t,f])", VASWANI),
                Claim("W2_bar[f,d] = sum[t](h[t,f]*y_bar[t,d])", VASWANI),
                Claim("x_bar[t,d] = sum[f](u_bar[t,f]*W1[d,f])", VASWANI),
                Claim(
                    "x_bar[t,d] = sum[f,e](W1[d,f]*W2[f,e]*y_bar[t,e])",
                    "relu taken for the identity",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        Section(
            "the feed-forward layer, gated",
            feed_forward(x, "F", activation="sigmoid", gated=True),
            ("x", "W1", "V"),
            (
                Claim("h_bar[t,f] = sum[d](y_bar[t,d]*W2[f,d])", "Shazeer 2020, by the chain rule"),
                Claim("r_bar[t,f] = h_bar[t,f]*g[t,f]", "a gate: each gets the other"),
                Claim("u_bar[t,f] = h_bar[t,f]*r[t,f]*g[t,f]*(1 - g[t,f])", "sigmoid' = g (1 - g)"),
                Claim("x_bar[t,d] = sum[f](u_bar[t,f]*W1[d,f] + r_bar[t,f]*V[d,f])", "both ways"),
            ),
        ),
        Section(
            "one step, layer norm after the sum: y = LN(x + FF(x))",
            _post_norm(),
            ("x", "W1", "b1", "W2", "b2", "gamma", "beta"),
            (
                Claim(f"z_bar[t,d] = {_norm('')}", BA),
                Claim("x_bar[t,d] = z_bar[t,d] + sum[f](u_bar[t,f]*W1[d,f])", POST),
                Claim("u_bar[t,f] = [u[t,f] > 0]*sum[d](z_bar[t,d]*W2[f,d])", POST),
                Claim("sum[d](z_bar[t,d]) == 0", "nothing passes that the norm takes off"),
                Claim(
                    "x_bar[t,d] = sum[f](u_bar[t,f]*W1[d,f])",
                    "the way past the layer forgotten",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "an encoder block, layer norm after each sum",
            encoder_block(x, block),
            ("W_q", "W_k", "W_v", "W_o", "W1", "b1", "W2", "b2", "gamma1", "beta1", "x"),
            (),
        ),
        Section(
            "an encoder block, layer norm before each layer",
            encoder_block(x, before),
            ("W_q", "W1", "gamma1", "x"),
            (
                Claim(f"z1_bar[t,d] = {_norm('2', ' + z2_bar[t,d]')}", XIONG),
                Claim(f"x_bar[t,d] = {_norm('1', ' + z1_bar[t,d]')}", XIONG),
                Claim("y2_bar[t,d] = sum[f](u_bar[t,f]*W1[d,f])", XIONG),
            ),
        ),
    ]


PAGE = Page(
    name="transformer",
    title="A Transformer block",
    question="""
An encoder block is attention and a feed-forward layer, each with a sum and a layer norm. How does
the cotangent of its output reach its input, and what is different with the norm in front?
""",
    sections=sections,
    learnt="""
Each sum hands its cotangent on twice: past the layer, and through it. With the norm behind the sum
all of it passes through r (h - mean h - x_hat mean(x_hat h)), so the block's cotangents sum to 0
over the features; with the norm in front the output's cotangent reaches the input unchanged, and
the layers only add to it.
""",
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
