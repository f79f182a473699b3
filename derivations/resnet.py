"""ResNet: why do more layers make a plain stack worse, and what does a sum in each block change?"""

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.pictures import curves, images, lines
from symnet.cli.trainable import Figure, Training
from symnet.layers import (
    Rule,
    activation,
    batch_norm,
    convolution,
    dense,
    dense_residual_block,
    fan_in_uniform,
    global_average_pool,
    he_normal,
    join,
    labels,
    linear,
    residual,
    residual_block,
    softmax_cross_entropy,
    uniform,
    weights,
)
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind
from symnet.train.datasets import digits
from symnet.train.history import History
from symnet.train.loop import Fitted, fit
from symnet.train.model import Model
from symnet.train.optimizers import Optimizer, adam, momentum_torch
from symnet.train.schedules import cosine

SEEDS = range(3)
DEPTHS = (4, 12, 32, 62)  # layers with weights
KINDS = ("plain", "residual")
VARIANTS = ("conv", *(f"{kind}-{depth}" for kind in KINDS for depth in DEPTHS))
EPOCHS = {variant: 25 if variant == "conv" else 20 for variant in VARIANTS}
BATCH, WIDTH, CHANNELS, CLASSES = 64, 32, 16, 10

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


# -- the models -------------------------------------------------------------------------------


@cache
def model(variant: str) -> Graph:
    """The loss of a variant, with its logits a and its probabilities p."""
    kind, _, depth = variant.partition("-")
    return classified(images_stack() if kind == "conv" else rows_stack(kind, int(depth)))


def rows_stack(kind: str, depth: int, width: int = WIDTH) -> Graph:
    """h0 = relu(norm(x W0)), blocks of two layers, and one more layer to come: `depth` in all.

    A residual block is y = relu(h + norm(relu(norm(h W1)) W2)); a plain one has no h in the sum.
    """
    x = Tensor("x", Index("n", "N"), Index("i", 64))
    graphs = [activated(linear(x, width, "0"), "0")]
    for k in range(1, (depth - 2) // 2 + 1):
        if kind == "residual":
            graphs.append(dense_residual_block(graphs[-1].output, name=f"_{k}"))
            continue
        for name in (f"1_{k}", f"2_{k}"):
            graphs.append(activated(linear(graphs[-1].output, width, name), name))
    return join(*graphs)


def images_stack(channels: int = CHANNELS, blocks: int = 2) -> Graph:
    """3 x 3 convolution, norm and relu; residual blocks of two; the mean over all places."""
    x = Tensor("x", Index("n", "N"), Index("c", 1), Index("u", 8), Index("v", 8))
    first = convolution(x, channels, 3, "0", padding="same", bias=False, output="a")
    graphs = [activated(first, "0")]
    for k in range(1, blocks + 1):
        graphs.append(residual_block(graphs[-1].output, name=f"_{k}"))
    return join(*graphs, global_average_pool(graphs[-1].output, output="g"))


def activated(linear_map: Graph, name: str) -> Graph:
    """The map, batch norm, relu."""
    normed = batch_norm(linear_map.output, name, output="n")
    return join(linear_map, normed, activation(normed.output, "relu", name))


def classified(trunk: Graph) -> Graph:
    """Dense layer and softmax cross-entropy on the output of a trunk."""
    head = dense(trunk.output, CLASSES)
    return join(trunk, head, softmax_cross_entropy(head.output, labels(head.output)))


def starts(graph: Graph) -> dict[str, Rule]:
    """He normal in front of a relu; the last layer, which has none, U(-r, r), r = 1/sqrt(fan_in).

    With He normal there too, the residual stack of 32 ends at a loss of 0.020 in place of 0.005.
    """
    width = graph.tensor("W").shape[0]
    own = {w.name: he_normal() for w in weights(graph)}
    return {**own, "W": fan_in_uniform(), "b": uniform(width ** (-1 / 2))}


# -- training ---------------------------------------------------------------------------------


def sides(seed: int, variant: str) -> tuple[Arrays, Arrays]:
    """(train, test): 1347 and 450 digits, as images for convolutions."""
    taught, test = digits(seed)
    if variant == "conv":
        taught, test = ({**side, "x": side["x"].reshape(-1, 1, 8, 8)} for side in (taught, test))
    return taught, test


def train(
    seed: int = 0, epochs: int | None = None, variant: str = "conv", **options: Any
) -> Fitted:
    """Batch 64. conv: Adam from 3e-3, 25 epochs, float32. Dense stacks: momentum 0.9 from 0.05 in
    torch's convention, weight decay 1e-4 on all parameters, 20 epochs, float64. Both rates go down
    half a cosine.

    The last three digits of an epoch are left out: batch norm over these would spoil it. With that
    batch, the plain stack of 4 ends at a training loss of 0.16 in place of 0.005.
    """
    conv = variant == "conv"
    epochs = epochs or EPOCHS[variant]
    taught, _ = sides(seed, variant)
    steps = epochs * (len(taught["t"]) // BATCH)
    rule: Optimizer = adam(cosine(3e-3, steps))
    if not conv:
        rule = momentum_torch(cosine(0.05, steps), 0.9, decay=1e-4)
    graph = model(variant)
    return fit(
        graph,
        taught,
        rule,
        epochs=epochs,
        batch=BATCH,
        seed=seed,
        drop_last=True,
        initial=starts(graph),
        dtype=np.float32 if conv else np.float64,
        **options,
    )


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Loss on the training set, and accuracy on both, with the running statistics of the norms.

    The loss of the last epoch, in the history, is that of the batches' own statistics: larger.
    """
    variant = "conv" if fitted.graph.tensor("x").order == 4 else "rows"
    taught, test = sides(seed, variant)
    return {
        "training loss, evaluated": float(fitted.predict("L", **taught)),
        "training accuracy %": 100 * fitted.score("p", taught["t"], x=taught["x"]),
        "test accuracy %": 100 * fitted.score("p", test["t"], x=test["x"]),
    }


def measured(variant: str, seeds: Iterable[int], progress: bool = False) -> dict[str, float]:
    """The mean of each figure over the seeds."""
    rows = []
    for seed in seeds:
        rows.append(score(train(seed, variant=variant), seed))
        if progress:
            print(f"{variant}, seed {seed}: {rows[-1]}", file=sys.stderr)
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def accept(progress: bool = False, seeds: Iterable[int] = SEEDS) -> list[Figure]:
    """Every figure that this page promises: means over the seeds."""
    chosen = list(seeds)
    found = {
        variant: measured(variant, chosen, progress)
        for variant in ("plain-4", "plain-32", "residual-32", "conv")
    }
    loss = {variant: figures["training loss, evaluated"] for variant, figures in found.items()}
    test = {variant: figures["test accuracy %"] for variant, figures in found.items()}
    ratio = loss["plain-32"] / loss["plain-4"]
    return [
        Figure("plain, training loss of 32 layers / of 4", ratio, 20.0),
        Figure("residual, 32 layers, training loss", loss["residual-32"], 0.02, at_most=True),
        Figure("residual, 32 layers, test accuracy", test["residual-32"], 95.0, unit=" %"),
        Figure("convolutions, test accuracy", test["conv"], 98.5, unit=" %"),
    ]


def short() -> list[Figure]:
    """A few epochs; the classes are equally frequent, so an untrained model has 10 %."""
    deep = score(train(0, 4, "residual-12"), 0)["test accuracy %"]
    conv = score(train(0, 4, "conv"), 0)["test accuracy %"]
    return [
        Figure("residual, 12 layers, 4 epochs, test accuracy", deep, 90.0, unit=" %"),
        Figure("convolutions, 4 epochs, test accuracy", conv, 70.0, unit=" %"),
    ]


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """The first kernels and the mistakes of convolutions, and all depths of both stacks."""
    if fitted.graph.tensor("x").order == 4:
        pictures(fitted, seed, folder)
    rows, histories = {}, {}
    for variant in VARIANTS[1:]:
        stack = train(seed, variant=variant)
        rows[variant], histories[variant] = score(stack, seed), stack.history
    degradation(folder, rows, histories)


def pictures(fitted: Model, seed: int, folder: Path) -> None:
    kernels = fitted.parameters["w0"][:, 0]
    rows = {" " * k: list(kernels[8 * k : 8 * k + 8]) for k in range(CHANNELS // 8)}
    images(folder / "kernels.png", rows, "Kernels of the first convolution")
    _, test = sides(seed, "conv")
    p = fitted.predict("p", x=test["x"]).argmax(1)
    wrong = np.flatnonzero(p != test["t"])[:10]
    if len(wrong):
        title = f"Taken for {', '.join(map(str, p[wrong]))}"
        images(folder / "mistakes.png", {"mistaken": [test["x"][k, 0] for k in wrong]}, title)


def degradation(
    folder: Path, rows: dict[str, dict[str, float]], histories: dict[str, History]
) -> None:
    """A table of all depths, the training loss over depth, and the curves of 32 layers."""
    names = list(rows["plain-4"])
    table = ["".join(f"{name:>26}" for name in ("", *names))]
    table += ["".join((f"{v:26}", *(f"{rows[v][x]:26.4g}" for x in names))) for v in rows]
    (folder / "depths.txt").write_text("\n".join(table) + "\n")
    losses = {kind: [rows[f"{kind}-{depth}"][names[0]] for depth in DEPTHS] for kind in KINDS}
    axes = ("layers", "training loss")
    lines(folder / "depths.png", DEPTHS, losses, axes, "Training loss over depth", log=True)
    shown = {name: histories[name] for name in ("plain-32", "residual-32", "plain-4")}
    curves(folder / "curves.png", shown, "Training loss of each epoch, plain and residual")


# -- the page ---------------------------------------------------------------------------------

HE = "He, Zhang, Ren & Sun 2016, eq. (1), by the chain rule"
IDENTITY = (
    "He, Zhang, Ren & Sun 2016, Identity mappings in deep residual networks, eqs. (4) and (5)"
)
CHAIN = "the chain rule, layer after layer"
LIN = "Lin, Chen & Yan 2014, sec. 3.2, by the chain rule"


def stack(count: int, kind: str) -> Graph:
    """F_k = tanh(h W_k); h becomes F_k (plain), h + F_k (sum), or relu(h + F_k) (relu)."""
    h = x = Tensor("x", Index("n", "N"), Index("i", "I"))
    graphs: list[Graph] = []
    for k in range(1, count + 1):
        a = linear(h, Index("j", x.indices[1].extent), f"{k}")
        branch = join(a, activation(a.output, "tanh", f"{k}", output="F"))
        graphs.append(branch)
        if kind != "plain":
            named = "z" if kind == "relu" else "h"
            graphs.append(residual(h, branch, f"{k}", output=named))
        if kind == "relu":
            graphs.append(activation(graphs[-1].output, "relu", f"{k}"))
        h = graphs[-1].output
    return join(*graphs)


def through(bar: str, k: int, i: str = "i", j: str = "j") -> str:
    """What comes back through a branch: the cotangent `bar`[n,j] of F_k to the entry i of h."""
    return f"sum[{j}]({bar}*(1 - F{k}[n,{j}]^2)*W{k}[{i},{j}])"


def head() -> Graph:
    places = (Index(letter, letter.upper()) for letter in "cab")
    pooled = global_average_pool(Tensor("h", Index("n", "N"), *places), output="g")
    scores = dense(pooled.output, Index("k", "K"))
    return join(pooled, scores, softmax_cross_entropy(scores.output, labels(scores.output)))


def sections() -> list[Section]:
    product = through(through(through("F3_bar[n,l]", 3, "k", "l"), 2, "j", "k"), 1)
    branches = [through(f"h{k}_bar[n,j]", k) for k in (1, 2, 3)]
    top = through("h3_bar[n,j]", 2)
    masked = through("y_bar[n,j]*[z2[n,j] > 0]", 2)
    return [
        Section(
            "three plain layers",
            stack(3, "plain"),
            ("x",),
            (
                Claim(f"x_bar[n,i] = {product}", CHAIN),
                Claim(
                    f"x_bar[n,i] = F3_bar[n,i] + {product}",
                    "a path around, which a plain stack does not have",
                    right=False,
                    slip=SlipKind.EXTRA_TERM,
                ),
            ),
        ),
        Section(
            "three sums",
            stack(3, "sum"),
            ("x",),
            (
                Claim("h3[n,i] = x[n,i] + F1[n,i] + F2[n,i] + F3[n,i]", IDENTITY),
                Claim(f"x_bar[n,i] = h3_bar[n,i] + {' + '.join(branches)}", IDENTITY),
                Claim(
                    f"x_bar[n,i] = h3_bar[n,i] + {branches[0]} + {top} + {branches[2]}",
                    "the second branch given the cotangent of the top, past the third",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
        Section(
            "two blocks with a relu after the sum, as they are trained here",
            stack(2, "relu"),
            ("x",),
            (
                Claim(
                    f"x_bar[n,i] = (h2_bar[n,i]*[z2[n,i] > 0] + {masked})".replace(
                        "y_bar", "h2_bar"
                    )
                    + f"*[z1[n,i] > 0] + {through('h1_bar[n,j]*[z1[n,j] > 0]', 1)}",
                    f"{HE}: the path around has the mask of every sum on it",
                ),
                Claim(
                    f"x_bar[n,i] = h2_bar[n,i]*[z2[n,i] > 0] + {masked}".replace("y_bar", "h2_bar")
                    + f" + {through('h1_bar[n,j]*[z1[n,j] > 0]', 1)}",
                    "the first relu left out on the path around",
                    right=False,
                    slip=SlipKind.MASK,
                ),
            ),
        ),
        Section(
            "the head: the mean over all places, a dense layer, cross-entropy",
            head(),
            ("h", "W"),
            (
                Claim(
                    "h_bar[n,c,a,b] = sum[k](W[c,k]*(p[n,k] - [k = t[n]]))/(N*A*B)",
                    f"{LIN}: every place gets the same",
                ),
                Claim(
                    "h_bar[n,c,a,b] = sum[k](W[c,k]*(p[n,k] - [k = t[n]]))/N",
                    "the mean taken for a sum",
                    right=False,
                    slip=SlipKind.FACTOR,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="resnet",
    title="ResNet",
    question="""
More layers can do all that fewer can, and yet a plain stack of 32 layers with batch norm fits its
training data worse than one of 4. What comes back to the first layer, and what does a sum in each
block change? (symnet train resnet --accept)
""",
    sections=sections,
    learnt="""
In a plain stack the cotangent of the bottom is a product, one factor for each layer; with sums it
is the cotangent of the top and one term for each branch (a relu after the sum only puts a mask on
it). On digits, with all else equal, the plain stack of 32 layers keeps most of its training loss
where the residual one is as good as a stack of 4: it is not overfitting, it is not learnt.
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
