"""A language model of characters: one text, three recurrent cells, and n-grams beside them."""

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import maps
from symnet.cli.trainable import Figure, Training
from symnet.codegen import build
from symnet.layers import (
    Rule,
    constant,
    dense,
    embedding,
    gru,
    join,
    labels,
    lstm,
    normal,
    rnn,
    softmax_cross_entropy,
    uniform,
)
from symnet.notation import Graph, Index, Tensor, define, exp, log, replace, restrict
from symnet.notation.report import SlipKind
from symnet.train.datasets import documentation, ngram_bits
from symnet.train.loop import Fitted, fit
from symnet.train.model import Model
from symnet.train.optimizers import adam, clipped
from symnet.train.schedules import cosine
from symnet.train.streams import streams

SEEDS = range(3)
EPOCHS, STREAMS, STEPS, RATE, CLIP = 8, 32, 32, 5e-3, 1.0
FEATURES, HIDDEN = 16, 64
VARIANTS = ("lstm", "gru", "rnn")
TAUGHT, TEST = slice(0, 200_000), slice(400_000, 420_000)
NAMES = ("unigram", "bigram", "trigram", "4-gram", "5-gram")
DTYPE = np.float32

BISHOP = "Bishop 2006, sec. 4.3.4, eq. (4.109)"
WERBOS = "Werbos 1990, backpropagation through time"

Array = np.ndarray[Any, Any]


def language_model(
    variant: str, symbols: int | str, features: int | str = FEATURES, hidden: int | str = HIDDEN
) -> Graph:
    """L = -1/(NT) sum log p[n,t,y[n,t]]: characters x (N, T) to logits z (N, T, V), in nats.

    e[n,t] = E[x[n,t]], h the cell's states from a state that is carried on, z = h W + b.
    """
    t = Index("t", "T", sequential=True)
    x = Tensor("x", Index("n", "N"), t, assume="integer", below=symbols)
    read = embedding(x, Index("d", features), output="e")
    cell = recurrent(variant, read.output, hidden)
    v = read.parameters[0].indices[0]
    logits = dense(cell.output, v, output="z")
    return join(
        read, cell, logits, softmax_cross_entropy(logits.output, labels(logits.output, "y"))
    )


def recurrent(variant: str, x: Tensor, hidden: int | str) -> Graph:
    """The cell; what it carries from window to window are h0 and, in the LSTM, c0."""
    k = Index("k", hidden)
    if variant == "lstm":
        return lstm(x, k, "_r", initial="carried")
    if variant == "gru":
        return gru(x, k, "_r", convention="reset_after", initial="carried")
    return rnn(x, k, "_r", initial="carried")


@cache
def text() -> tuple[Array, Array, str]:
    """Characters to learn from, characters to test on, and the symbols."""
    whole = documentation()
    return whole.ids[TAUGHT], whole.ids[TEST], whole.symbols


@cache
def ngrams() -> dict[str, float]:
    """Bits per character of the test text under n-grams of the same text."""
    taught, test, symbols = text()
    found = ngram_bits(taught, test, len(NAMES), len(symbols))
    return dict(zip(NAMES, found, strict=True))


def train(seed: int = 0, epochs: int = EPOCHS, variant: str = "lstm", **options: Any) -> Fitted:
    """Adam from 5e-3 down half a cosine, gradients clipped to norm 1, 32 streams, windows of 32.

    An epoch has 195 windows, so 8 epochs are 1560 steps. float32.
    """
    taught, _, symbols = text()
    source = streams(taught, STEPS)
    graph = language_model(variant, len(symbols))
    rule = clipped(adam(rate=cosine(RATE, epochs * source.count(STREAMS))), CLIP)
    return fit(
        graph,
        source,
        rule,
        epochs=epochs,
        batch=STREAMS,
        seed=seed,
        initial=starts(graph),
        dtype=DTYPE,
        **options,
    )


def starts(graph: Graph) -> dict[str, Rule]:
    """U(-r, r), r = 1/sqrt(H), for all weights and biases; E from N(0, 1), the forget bias 1."""
    rules = {t.name: uniform(HIDDEN**-0.5) for t in graph.parameters} | {"E": normal(1)}
    return rules | ({"b_f_r": constant(1)} if "b_f_r" in rules else {})


# -- what is measured -------------------------------------------------------------------------


def bits(fitted: Model, ids: Array) -> float:
    """Bits per character, nats / ln 2, of a text that is read once, the state carried through."""
    nats = fitted.predict("L", x=ids[None, :-1], y=ids[None, 1:])
    return float(nats) / float(np.log(2))


def bits_of_windows(fitted: Model, ids: Array) -> float:
    """The same of windows of 32 characters, each read from the first state: nothing is carried."""
    count = (len(ids) - 1) // STEPS
    given, wanted = (ids[k : k + count * STEPS].reshape(count, STEPS) for k in (0, 1))
    return float(fitted.predict("L", x=given, y=wanted)) / float(np.log(2))


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Bits per character of the test text, beside those of n-grams of the same text."""
    test = text()[1]
    own = {"bits per character": bits(fitted, test)}
    return {**own, "state not carried on": bits_of_windows(fitted, test), **ngrams()}


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: means over the seeds."""
    found: dict[str, float] = {}
    for variant in VARIANTS:
        rows = []
        for seed in seeds:
            rows.append(bits(train(seed, variant=variant), text()[1]))
            if progress:
                print(f"{variant}, seed {seed}: {rows[-1]:.4f} bits", file=sys.stderr)
        found[variant] = float(np.mean(rows))
    if progress:
        print(", ".join(f"{n} {b:.3f}" for n, b in ngrams().items()), file=sys.stderr)
    unit = " bits/char"
    trigram, plain = ngrams()["trigram"], found["rnn"]
    below, name = trigram - 0.2, f"trigrams ({trigram:.3f}) - 0.2"
    return [
        Figure("LSTM", found["lstm"], 2.45, at_most=True, unit=unit),
        Figure("GRU", found["gru"], 2.35, at_most=True, unit=unit),
        Figure(f"LSTM, {name}", found["lstm"], below, at_most=True, unit=unit),
        Figure(f"GRU, {name}", found["gru"], below, at_most=True, unit=unit),
        Figure("plain RNN above LSTM", plain - found["lstm"], 0.0, unit=unit),
        Figure("plain RNN above GRU", plain - found["gru"], 0.0, unit=unit),
    ]


def short() -> list[Figure]:
    """One epoch of the GRU: fewer bits than bigrams, so it knows more than the last character."""
    measured = bits(train(0, epochs=1, variant="gru"), text()[1])
    return [Figure("1 epoch, bits per character", measured, ngrams()["bigram"], at_most=True)]


def sample(fitted: Model, begin: str, length: int, temperature: float, seed: int) -> str:
    """`begin` and what the model writes after it: s ~ softmax(z / temperature), again and again.

    The generated step reads one character and moves the states that it keeps.
    """
    symbols = text()[2]
    graph, z = fitted.graph, np.zeros((1, 1, len(symbols)), DTYPE)
    logits = graph.tensor("z")
    needed = restrict(graph, [logits, *(new for _, new in graph.updates)])
    states = {old.name: np.zeros((1, HIDDEN), DTYPE) for old, _ in graph.updates}
    kept = {**fitted.parameters, **states}
    step = build(replace(needed, outputs=(logits,)), dtype=DTYPE).bind(out={"z": z}, **kept)
    generator = np.random.default_rng(seed)
    written = [symbols.index(c) for c in begin]
    for k in range(len(begin) + length - 1):
        step(x=[[written[k]]])
        if k + 1 == len(written):
            chance = np.exp((z[0, 0] - z.max()) / temperature, dtype=np.float64)
            written.append(int(generator.choice(len(symbols), p=chance / chance.sum())))
    return "".join(symbols[k] for k in written)


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """What the model writes at three temperatures, and what it expects next in the test text."""
    _, test, symbols = text()
    parts = [
        f"temperature {temperature}:\n{sample(fitted, 'the ', 400, temperature, seed)}\n"
        for temperature in (0.5, 0.8, 1.0)
    ]
    figures = "".join(f"{value:6.3f}  {name}\n" for name, value in score(fitted, seed).items())
    (folder / "sample.txt").write_text(figures + "\n" + "\n".join(parts), encoding="ascii")
    shown = slice(862, 906)
    expected = fitted.predict("p", x=test[None, : shown.stop])[0, shown]
    names = ["blank" if c == " " else c for c in symbols]
    read = [symbols[k] for k in test[shown]]
    maps(
        folder / "expected.png",
        {"rows: what comes next, after each character read": expected.T},
        names,
        read,
    )


# -- the page ---------------------------------------------------------------------------------


def in_bits(symbols: str) -> Graph:
    """B = L / log 2: the cross-entropy over time in bits per character, and P = exp(L)."""
    z = Tensor("z", Index("n", "N"), Index("t", "T"), Index("v", symbols))
    loss = softmax_cross_entropy(z, labels(z, "y"))
    bit, perplexity = Tensor("B"), Tensor("P")
    more = Graph(
        define(perplexity[()], exp(loss.output[()])),
        define(bit[()], loss.output[()] / log(2)),
        inputs=[loss.output],
        output=bit,
    )
    return join(loss, more)


def sections() -> list[Section]:
    wrong = "(p[n,t,v] - [v = y[n,t]])"
    return [
        Section(
            "cross-entropy over time, in bits",
            in_bits("V"),
            ("z",),
            (
                Claim(f"z_bar[n,t,v] = {wrong}/(N*T*log(2))", f"{BISHOP}, in bits"),
                Claim("sum[v](z_bar[n,t,v]) == 0", "a shift of all logits changes nothing"),
                Claim("P == 2^B", "Brown et al. 1992: perplexity"),
                Claim(
                    f"z_bar[n,t,v] = {wrong}/(N*T)",
                    "the gradient of nats for that of bits",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
                Claim(
                    f"z_bar[n,t,v] = {wrong}/(N*log(2))",
                    "the mean over streams only, the sum over time",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
        Section(
            "the whole model, with a plain cell",
            language_model("rnn", "V", "D", "H"),
            ("E", "U_r", "W", "b", "h0_r"),
            (
                Claim(f"W_bar[k,v] = sum[n,t](h_r[n,t,k]*{wrong})/(N*T)", BISHOP),
                Claim(f"b_bar[v] = sum[n,t]({wrong})/(N*T)", BISHOP),
                Claim(
                    f"h_r_bar[n,t,k] = sum[v]({wrong}*W[k,v])/(N*T)"
                    " + sum[l](U_r[k,l]*a_r_bar[n,t+1,l])",
                    f"{WERBOS}: the loss here, and the steps after",
                ),
                Claim("E_bar[v,d] = sum[n,t]([v = x[n,t]]*e_bar[n,t,d])", "scatter-add"),
                Claim(
                    "h0_r_bar[n,k] = sum[l](U_r[k,l]*a_r_bar[n,0,l])",
                    f"{WERBOS}: what the window before would get, and truncation drops",
                ),
                Claim(
                    "E_bar[v,d] = sum[n]([v = x[n,0]]*e_bar[n,0,d])",
                    "one place of a window only",
                    right=False,
                    slip=SlipKind.MISSING_SUM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="char_lm",
    title="A language model of characters",
    question="""
A cell reads a text character by character and says which comes next. What flows back from the
cross-entropy over time, in nats and in bits, and what does a table of characters get? How far does
a state that is carried through the text see, beside n-grams? (symnet train char_lm --accept)
""",
    sections=sections,
    learnt="""
Each place gives (p - [v = y])/(N T), over log 2 in bits; the state adds what the steps after send
back, and truncation drops what would go to the window before. A row of the table collects all
places of its character. On Python's documentation LSTM and GRU need fewer bits than trigrams by
0.2 and more, and fewer than the plain cell; 5-grams, which store the text, stay ahead of them.
""",
)

TRAINING = Training(
    fit=train,
    score=score,
    accept=accept,
    epochs=EPOCHS,
    short=short,
    variants=VARIANTS,
    report=report,
)

if __name__ == "__main__":
    raise SystemExit(not PAGE.run())
