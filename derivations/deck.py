"""The introductory lecture as one deck: machine learning in a nutshell, and on to AlphaFold."""

from collections.abc import Iterator

from symnet.cli import names
from symnet.cli.claim import Claim
from symnet.cli.decks.claims import in_words, typeset
from symnet.cli.decks.size import whole
from symnet.cli.decks.whole import Wanted, section_slides
from symnet.cli.page import Page, Section
from symnet.layers import (
    activation,
    additive_pooling,
    attention,
    dense,
    gate,
    join,
    labels,
    linear,
    mlp,
    multi_head,
    residual,
    sigmoid_exponential,
    softmax,
    softmax_cross_entropy,
    tanh_exponential,
)
from symnet.notation import Graph, Index, ParseError, Tensor
from symnet.notation.report import SlipKind
from symnet.render.decks.deck import (
    Checked,
    Cover,
    Deck,
    Figure,
    Formulas,
    Math,
    Points,
    References,
    Sentence,
    Slide,
    Verdicts,
)
from symnet.render.pictures.drawing import draw
from symnet.verify.check import check_tensor

BRASHER = "R. Brasher, AlphaFold Bitesized Pieces, March 2022"
RULE = "Rumelhart, Hinton & Williams 1986"
MISPRINT = "y[j] = sum[i](w[i,j]*x[i,j]) + b[j]"
SOURCES = (
    f"{BRASHER}: the lecture that this deck follows",
    f"{RULE}: the generalised delta rule",
    "Hochreiter & Schmidhuber 1997; Cho et al. 2014: gates in LSTM and GRU",
    "Yang et al. 2016: attention as pooling",
    "Vaswani et al. 2017: the Transformer",
    "Devlin et al. 2019: BERT",
    "Carreira et al. 2016: iterative error feedback",
    "Xie et al. 2020: noisy student",
    "He, Zhang, Ren & Sun 2016: deep residual learning",
    "Jumper et al. 2021: AlphaFold",
)


# -- the graphs of the lecture --------------------------------------------------------------------


def layer() -> Graph:
    """y_j = sum_i w_ij x_i + b_j, of one vector, as on the slide."""
    i, j = Index("i", "I"), Index("j", "J")
    return dense(Tensor("x", i), j, weight=Tensor("w", i, j), bias=Tensor("b", j), output="y")


def classifier() -> Graph:
    """Two layers and the cost: softmax cross-entropy."""
    net = mlp(Tensor("x", Index("n", "N"), Index("i", "I")), ["J", "K"])
    return join(net, softmax_cross_entropy(net.output, labels(net.output)))


def pooling() -> Graph:
    """y_i = F(x_i), a = softmax(linear(y)), o = sum_i a_i y_i."""
    i = Index("i", "I")
    first = linear(Tensor("x", i, Index("d", "D")), "C", output="u")
    y = activation(first.output, "tanh", output="y")
    return join(first, y, additive_pooling(y.output))


def heads(scale: bool) -> Graph:
    """softmax(q k^T) v for one head, with or without 1/sqrt(d)."""
    i, j, d = Index("i", "I"), Index("j", "J"), Index("d", "D")
    q, k, v = Tensor("q", i, d), Tensor("k", j, d), Tensor("v", j, Index("e", "E"))
    return attention(q, k, v, scaled=scale)


def transformer() -> Graph:
    """The layer makes q, k and v of its input, by heads."""
    x = Tensor("x", Index("t", "T"), Index("d", "D"))
    return multi_head(x, "H", "C", bias=False)


def shortcut() -> Graph:
    """y = x + F(x)."""
    x = Tensor("x", Index("n", "N"), Index("i", "I"))
    i = x.indices[1]
    first = dense(x, "J", "1")
    h = activation(first.output, "relu")
    second = dense(h.output, i, "2", output="F")
    return residual(x, join(first, h, second))


# -- sections: what is derived and checked -------------------------------------------------------


def sections() -> list[Section]:
    x = Tensor("x", Index("n", "N"), Index("k", "K"))
    y = Tensor("y", *x.indices)
    return [
        Section(
            "dense layer",
            layer(),
            ("x", "w", "b"),
            (
                Claim("y[j] = sum[i](w[i,j]*x[i]) + b[j]", BRASHER),
                Claim("w_bar[i,j] = x[i]*y_bar[j]", RULE),
                Claim("x_bar[i] = sum[j](w[i,j]*y_bar[j])", RULE),
                Claim("b_bar[j] = y_bar[j]", RULE),
            ),
        ),
        Section(
            "tanh from its exponentials",
            tanh_exponential(x),
            ("x",),
            (Claim("x_bar[n,k] = t_bar[n,k]*(1 - t[n,k]^2)", BRASHER),),
        ),
        Section(
            "sigmoid from its exponential",
            sigmoid_exponential(x),
            ("x",),
            (Claim("x_bar[n,k] = s_bar[n,k]*s[n,k]*(1 - s[n,k])", BRASHER),),
        ),
        Section(
            "softmax",
            softmax(x),
            ("x",),
            (
                Claim("x_bar[n,k] = p[n,k]*(p_bar[n,k] - sum[j](p[n,j]*p_bar[n,j]))", BRASHER),
                Claim(
                    "x_bar[n,k] = p_bar[n,k]*p[n,k]*(1 - p[n,k])",
                    "the derivative of one entry by itself, taken for all of it",
                    right=False,
                    slip=SlipKind.NORMALISATION_PATH,
                ),
            ),
        ),
        Section(
            "relu",
            activation(x, "relu"),
            ("x",),
            (Claim("x_bar[n,k] = h_bar[n,k]*[x[n,k] > 0]", BRASHER),),
        ),
        Section(
            "gate layer",
            gate(x, y),
            ("x", "y"),
            (
                Claim("x_bar[n,k] = z_bar[n,k]*y[n,k]", BRASHER),
                Claim("y_bar[n,k] = z_bar[n,k]*x[n,k]", BRASHER),
            ),
        ),
        Section("attention layer", pooling(), ("W", "x")),
        Section(
            "attention without the scale",
            heads(False),
            ("q", "k", "v"),
            (Claim("v_bar[j,e] = sum[i](P[i,j]*O_bar[i,e])", BRASHER),),
        ),
        Section(
            "attention with the scale",
            heads(True),
            ("q", "k", "v"),
            (
                Claim("q_bar[i,d] = sum[j](S_bar[i,j]*k[j,d])/sqrt(D)", "Vaswani et al. 2017"),
                Claim("k_bar[j,d] = sum[i](S_bar[i,j]*q[i,d])/sqrt(D)", "Vaswani et al. 2017"),
            ),
        ),
        Section(
            "the gradient of the cost with respect to all parameters",
            classifier(),
            ("W1", "b1", "W2", "b2"),
            (
                Claim("a2_bar[n,k] = (p[n,k] - [k = t[n]])/N", "Bishop 2006, eq. (4.109)"),
                Claim("W2_bar[j,k] = sum[n](h1[n,j]*a2_bar[n,k])", RULE),
                Claim("W1_bar[i,j] = sum[n](x[n,i]*a1_bar[n,j])", RULE),
            ),
        ),
        Section(
            "residual layer",
            shortcut(),
            ("x",),
            (
                Claim(
                    "x_bar[n,i] = y_bar[n,i] + sum[j](W1[i,j]*a1_bar[n,j])",
                    "He, Zhang, Ren & Sun 2016, eq. (1), by the chain rule",
                ),
            ),
        ),
    ]


# -- the deck -------------------------------------------------------------------------------------


def lecture(wanted: Wanted) -> Deck:
    """The lecture in its order; every formula was defined, derived or checked."""
    own = {s.title: s for s in sections()}

    def shown(*titles: str) -> Iterator[Slide]:
        for title in titles:
            yield from section_slides(own[title], wanted, code=False)

    slides: list[Slide] = [
        Cover(
            PAGE.title,
            ("Machine learning in a nutshell, and the papers that led to AlphaFold",),
            (f"after {BRASHER}",),
        ),
        Points(
            "How to be an ML engineer",
            (
                ("Define a cost function",),
                ("Define a network architecture",),
                ("Apply gradient descent",),
            ),
            revealed=True,
        ),
        net(),
        *shown("dense layer"),
        misprint(wanted),
        *shown(
            "tanh from its exponentials", "sigmoid from its exponential", "softmax", "relu",
            "gate layer", "attention layer", "attention without the scale",
            "attention with the scale",
        ),
        many_heads(wanted),
        descent(),
        *shown("the gradient of the cost with respect to all parameters"),
        *papers(wanted),
        *shown("residual layer"),
        alphafold(),
        References("References", tuple((s,) for s in SOURCES)),
    ]  # fmt: skip
    return Deck(PAGE.title, tuple(slides), wanted.aspect, wanted.theme)


def net() -> Slide:
    """The classical neural net: the drawing of a two-layer classifier."""
    return Formulas(
        "The classical neural net",
        (),
        before=(("Layers, one after the other; what each computes stands in its box.",),),
        figure=_figure(classifier(), "a classifier of two layers"),
    )


def misprint(wanted: Wanted) -> Slide:
    """The slide of the lecture prints x_ij for x_i: what the checker says to that."""
    graph = layer()
    room = whole(wanted.aspect) - 70
    try:
        report = check_tensor(graph, "y", MISPRINT)
        said, verdict = report.about, str(report.verdict)
    except ParseError as error:
        said, verdict = str(error).splitlines()[0], "refuted"  # it cannot even be read
    lines = (r"y_j = \sum_i w_{ij}\,x_{ij} + b_j",)
    sentences: tuple[Sentence, ...] = (
        in_words(f"{said}.", graph),
        (
            "With ", Math("x_{ij}"), ", every output would have inputs of its own: ",
            "that is another layer.",
        ),
    )  # fmt: skip
    right = typeset("y[j] = sum[i](w[i,j]*x[i]) + b[j]", graph, room)
    wrong = Checked(lines, (f"{BRASHER}, as printed",), verdict, sentences, right)
    return Verdicts("A misprint, and what the checker says", (wrong,))


def many_heads(wanted: Wanted) -> Slide:
    """The Transformer's layer."""
    from symnet.render.decks.rows import deck_rows

    rows = deck_rows(transformer(), whole(wanted.aspect), 11.0)
    return Formulas(
        "Transformer: the layer makes q, k and v of its input",
        rows,
        after=(("Vaswani et al. 2017, sec. 3.2.2: heads side by side, then a projection.",),),
    )


def descent() -> Slide:
    """Gradient descent in the words of the lecture."""
    return Points(
        "Gradient descent",
        (
            (Math(r"\varphi"), ": a real-valued function of the output ", Math("F(x)"),
             " and possibly of an observation ", Math("y")),
            (Math(r"\Theta"), ": the parameters, so the cost is ",
             Math(r"\varphi(F(x \mid \Theta), y)")),
            ("Minimise it by its gradient ",
             Math(r"\nabla_{\Theta}\,\varphi(F(x \mid \Theta), y)")),
            ("A step: ", Math(r"\theta \leftarrow \theta - \eta\,\bar\theta")),
        ),
        revealed=True,
    )  # fmt: skip


def papers(wanted: Wanted) -> Iterator[Slide]:
    """The patterns that lead to AlphaFold, each with its page."""
    yield Points(
        "Encoder and decoder",
        (
            ("Train a pair: an encoder makes a concise representation, a decoder reconstructs.",),
            ("Later, use them separately.",),
        ),
        figure=_figure(names.page("autoencoder").sections()[0].graph, "an autoencoder"),
    )
    for name, title, said in PAPERS:
        items: tuple[Sentence, ...] = tuple((s,) for s in said)
        yield Points(title, (*items, (f"symnet train {name}, symnet slides {name}",)))


PAPERS = (
    (
        "bert",
        "BERT (Devlin et al. 2019)",
        (
            "Pre-trained to reconstruct corrupted text: the loss is over the chosen places only.",
            "Then fine-tuned on few labelled sentences.",
        ),
    ),
    (
        "ief",
        "Human pose estimation with iterative error feedback (Carreira et al. 2016)",
        (
            "The net sees the image and its own guess, and says how to correct it.",
            "Corrections are bounded, and no gradient flows from one into the next.",
        ),
    ),
    (
        "noisy_student",
        "Self-training with noisy student (Xie et al. 2020)",
        (
            "A teacher labels what nobody labelled; a larger student learns it under noise.",
            "The student becomes the teacher. Its gradient is p - q; none goes into the teacher.",
        ),
    ),
    (
        "resnet",
        "Deep residual learning (He et al. 2016)",
        (
            "y = x + F(x): the gradient has a path around every block.",
            "Plain nets get worse with depth, in training too; residual ones do not.",
        ),
    ),
)  # fmt: skip


def alphafold() -> Slide:
    """Where the title points, and what comes back there."""
    return Points(
        "AlphaFold (Jumper et al. 2021)",
        (
            ("Attention, with gates and a bias from pairs: symnet slides gated_attention",),
            ("Masked reconstruction of sequences, as in BERT",),
            ("Recycling: the output is an input again, as in iterative error feedback",),
            ("Self-distillation, as in noisy student",),
            ("Every module is an update that is added to its input, as in residual learning",),
        ),
        revealed=True,
    )


def _figure(graph: Graph, title: str) -> Figure:
    return Figure(draw(graph).picture, title)


PAGE = Page(
    name="deck",
    title="AlphaFold, bite-sized",
    question="""
How far do three steps carry: define a cost, define a network, apply gradient descent? The
introductory lecture in its order, every formula defined, derived and checked. (symnet slides deck)
""",
    sections=sections,
    learnt="""
All of it is one chain rule. The dense layer is linear in each of its arguments, an activation
multiplies, a gate swaps, softmax takes off a mean, attention is a product around a softmax, a
shortcut adds. AlphaFold is made of these few layers, and of these few patterns of training.
""",
)

DECK = lecture

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
