"""BERT: words put out of sight are guessed from both sides, and what this teaches is used again."""

import sys
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from symnet.cli.claim import Claim
from symnet.cli.page import Page, Section
from symnet.cli.trainable import Figure, Training
from symnet.layers import (
    Block,
    bert,
    bert_input,
    dense,
    join,
    masked_language_head,
    selected_cross_entropy,
)
from symnet.notation import Graph, Index, Tensor
from symnet.notation.report import SlipKind
from symnet.train import Model, adam, fit, generated
from symnet.train.datasets import Language, language, masked_words, words
from symnet.train.loop import Fitted
from symnet.train.schedules import warmup_cosine

VARIANTS = ("categories", "text")
EPOCHS = {"categories": 15, "text": 40}  # of 100 batches
SEEDS = {"categories": range(5), "text": range(3)}
BATCH = {"categories": 64, "text": 32}
RATE, TEXT_RATE = 3e-3, 5e-3
SPECIAL = ("[CLS]", "[MASK]", "[UNK]", "[PAD]")  # the numbers before those of words
CLS, MASK, UNKNOWN, FIRST = 0, 1, 2, len(SPECIAL)

LABELLED, TUNING, TUNING_RATE, TEST, UNLABELLED = 8, 150, 2e-3, 500, 2000
TOPICS = (  # long ones, of which hardly a run of six words is in another
    *("specialnames", "compound", "types", "string-methods"),
    *("debugger", "formatstrings", "typesseq", "typesmapping"),
)
KNOWN, WINDOW = 800, 24

Array = np.ndarray[Any, Any]


def trunk(variant: str) -> Graph:
    """BERT with one block, 4 heads: ids and segments (N, T) to h (N, T, D)."""
    vocabulary, places, width, hidden = {
        "categories": (FIRST + 96, 17, 32, 64),
        "text": (FIRST + KNOWN, WINDOW, 48, 96),
    }[variant]
    n, t = Index("n", "N"), Index("t", places)
    ids = Tensor("ids", n, t, assume="integer", below=vocabulary)
    segments = Tensor("segments", n, t, assume="integer", below=2)
    block = Block(4, width // 4, hidden, activation="gelu")
    return bert(ids, segments, Index("d", width), block, 1)


def judged(logits: Graph) -> Graph:
    """The cross-entropy of the labels `target` (N, T) at the places where `chosen` (N, T) is 1."""
    *places, v = logits.output.indices
    target = Tensor("target", *places, assume="integer", below=v.extent)
    return selected_cross_entropy(logits.output, target, Tensor("chosen", *places))


def language_model(variant: str) -> Graph:
    """L = the mean over selected places of -log p[n,t,target], p = softmax(z_m)."""
    first = trunk(variant)
    logits = masked_language_head(first.output, first.parameters[0])
    return join(first, logits, judged(logits))


def tagger() -> Graph:
    """z = h W_tag + b_tag, a category for each word."""
    first = trunk("categories")
    logits = dense(first.output, Index("k", 8), "_tag", output="z")
    return join(first, logits, judged(logits))


# -- what is read -----------------------------------------------------------------------------


def spoken(seed: int) -> Language:
    """Each seed has a language of its own."""
    return language(np.random.default_rng([seed, 1]))


def sentences(seed: int, part: int, count: int) -> Array:
    """[CLS] and 16 words each: parts 2, 3, 4 are unlabelled, labelled and test sentences."""
    found = spoken(seed).sentences(np.random.default_rng([seed, part]), count, 16)
    return np.insert(found + FIRST, 0, CLS, axis=1)


@lru_cache(1)
def windows(seed: int) -> tuple[Array, Array, tuple[str, ...]]:
    """(taught, unseen, vocabulary): windows of 24 words, a fifth of them drawn to be unseen.

    Marks are words too. The vocabulary has the 800 that are most frequent in what is taught; the
    others are read as [UNK], which is never asked for.
    """
    runs = words(TOPICS, marks=True).values()
    cut = [run[k : k + WINDOW] for run in runs for k in range(0, len(run) - WINDOW + 1, WINDOW)]
    order = np.random.default_rng([seed, 1]).permutation(len(cut))
    unseen, taught = order[: len(cut) // 5], order[len(cut) // 5 :]
    count = Counter(w for k in taught for w in cut[k])
    frequent = sorted(count, key=lambda w: (-count[w], w))[:KNOWN]
    number = {w: FIRST + k for k, w in enumerate(frequent)}
    ids = np.array([[number.get(w, UNKNOWN) for w in window] for window in cut], np.intp)
    return ids[taught], ids[unseen], (*SPECIAL, *frequent)


def corpus(seed: int, variant: str) -> tuple[Array, Array, tuple[str, ...]]:
    """(taught, unseen, vocabulary) of a variant; a word of a language is category and number."""
    if variant == "text":
        return windows(seed)
    named = tuple(f"{'abcdefgh'[k // 12]}{k % 12 + 1}" for k in range(96))
    taught, unseen = sentences(seed, 2, UNLABELLED), sentences(seed, 4, TEST)
    return taught, unseen, (*SPECIAL, *named)


def corrupted(generator: np.random.Generator, ids: Array, vocabulary: int) -> dict[str, Array]:
    """What the language model reads, and what it is asked."""
    read, chosen = masked_words(generator, ids, MASK, FIRST, vocabulary)
    return {"ids": read, "segments": np.zeros_like(ids), "target": ids, "chosen": chosen}


# -- training ---------------------------------------------------------------------------------


def train(
    seed: int = 0, epochs: int | None = None, variant: str = "categories", **options: Any
) -> Fitted:
    """Adam, 100 batches an epoch, words selected anew in each, float32.

    The rate is 3e-3; on text 5e-3 after 100 steps, then down half a cosine.
    """
    epochs = epochs or EPOCHS[variant]
    rate = RATE if variant == "categories" else warmup_cosine(TEXT_RATE, 100, 100 * epochs)
    taught, _, vocabulary = corpus(seed, variant)

    def draw(generator: np.random.Generator, count: int) -> dict[str, Array]:
        chosen = generator.integers(len(taught), size=count)
        return corrupted(generator, taught[chosen], len(vocabulary))

    return fit(
        language_model(variant),
        generated(draw, 100 * BATCH[variant], f"{variant} {seed}"),
        adam(rate=rate),
        epochs=epochs,
        batch=BATCH[variant],
        seed=seed,
        dtype=np.float32,
        **options,
    )


def tagged(seed: int, part: int, count: int) -> dict[str, Array]:
    """Sentences with the category of each word; [CLS] has none."""
    ids = sentences(seed, part, count)
    chosen = ids >= FIRST
    target = np.where(chosen, spoken(seed).categories(ids - FIRST), 0)
    return {"ids": ids, "segments": np.zeros_like(ids), "target": target, "chosen": chosen}


def fine_tuned(seed: int, pretrained: Model | None) -> Fitted:
    """All weights learn from 8 labelled sentences, 150 steps of Adam at 2e-3, all at once.

    The trunk starts from the language model's, the head anew; without one everything does.
    """
    graph, start = tagger(), {}
    if pretrained is not None:
        names = {t.name for t in trunk("categories").parameters}
        start = {k: a for k, a in pretrained.parameters.items() if k in names}
    return fit(
        graph,
        tagged(seed, 3, LABELLED),
        adam(rate=TUNING_RATE),
        epochs=TUNING,
        batch=LABELLED,
        seed=seed,
        start=start,
        dtype=np.float32,
    )


# -- what is measured -------------------------------------------------------------------------


def variant_of(fitted: Model) -> str:
    """Which variant a graph is, by its number of places."""
    return "text" if fitted.parameters["U"].shape[0] == WINDOW else "categories"


def log_softmax(z: Array) -> Array:
    """log of softmax along the last axis."""
    z = z - z.max(-1, keepdims=True)
    return np.asarray(z - np.log(np.exp(z).sum(-1, keepdims=True)))


def guessed(fitted: Model, seed: int) -> dict[str, float]:
    """Masked words of unseen sentences: nats and hits, beside those of the frequencies of words."""
    taught, unseen, vocabulary = corpus(seed, variant_of(fitted))
    asked = corrupted(np.random.default_rng([seed, 5]), unseen, len(vocabulary))
    at = asked["chosen"] == 1
    right = unseen[at]
    z = fitted.predict("z_m", ids=asked["ids"], segments=asked["segments"])[at]
    z = log_softmax(z.astype(np.float64))
    frequency = np.bincount(taught[taught >= FIRST], minlength=len(vocabulary))[FIRST:] + 1.0
    alone = np.log(frequency / frequency.sum())
    return {
        "masked nats": float(-z[np.arange(len(z)), right].mean()),
        "masked nats, unigram": float(-alone[right - FIRST].mean()),
        "masked words %": 100 * float((z.argmax(1) == right).mean()),
        "masked words, unigram %": 100 * float((right == FIRST + alone.argmax()).mean()),
    }


def tagging(fitted: Model, seed: int) -> tuple[float, float]:
    """Right categories in new sentences: of all words, of words that no labelled sentence has."""
    test, labelled = tagged(seed, 4, TEST), sentences(seed, 3, LABELLED)
    found = fitted.predict("z_tag", ids=test["ids"], segments=test["segments"]).argmax(-1)
    hit = (found == test["target"])[test["chosen"]]
    new = ~np.isin(test["ids"][test["chosen"]], labelled)
    return 100 * float(hit.mean()), 100 * float(hit[new].mean())


def score(fitted: Model, seed: int) -> dict[str, float]:
    """Masked words; in the language of categories also what they are worth to a tagger."""
    measured = guessed(fitted, seed)
    if variant_of(fitted) == "categories":
        for name, start in (("pretrained", fitted), ("from scratch", None)):
            of_all, of_new = tagging(fine_tuned(seed, start), seed)
            measured |= {f"tags, {name} %": of_all, f"tags of new words, {name} %": of_new}
    return measured


def means(variant: str, seeds: Iterable[int], progress: bool) -> dict[str, float]:
    """The figures of a variant, means over the seeds."""
    rows = []
    for seed in seeds:
        rows.append(score(train(seed, variant=variant), seed))
        if progress:
            print(f"{variant}, seed {seed}: {rows[-1]}", file=sys.stderr)
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def accept(progress: bool = False, seeds: Iterable[int] | None = None) -> list[Figure]:
    """Every figure that this page promises: means over 5 languages, and 3 seeds of the text."""
    tags, text = (means(v, seeds or SEEDS[v], progress) for v in VARIANTS)
    known, scratch = tags["tags, pretrained %"], tags["tags, from scratch %"]
    new, blind = (tags[f"tags of new words, {v} %"] for v in ("pretrained", "from scratch"))
    ahead = text["masked nats, unigram"] - text["masked nats"]
    return [
        Figure("8 labelled sentences, pretrained", known, 89.0, unit=" %"),
        Figure("the same above from scratch", known - scratch, 12.0, unit=" points"),
        Figure("words never labelled, pretrained", new, 75.0, unit=" %"),
        Figure("words never labelled, from scratch", blind, 20.0, at_most=True, unit=" %"),
        Figure("text, masked words under unigram", ahead, 1.0, unit=" nats"),
        Figure("text, masked words", text["masked words %"], 28.0, unit=" %"),
    ]


def short() -> list[Figure]:
    """3 epochs: below the frequencies of words, which know nothing of the neighbours."""
    measured = guessed(train(1, epochs=3), 1)
    ahead = measured["masked nats, unigram"] - measured["masked nats"]
    return [Figure("3 epochs, masked words under unigram", ahead, 0.2, unit=" nats")]


def report(fitted: Fitted, seed: int, folder: Path) -> None:
    """Guesses for masked words of six unseen sentences, with their probabilities."""
    _, unseen, vocabulary = corpus(seed, variant_of(fitted))
    lines = []
    for row in unseen[:6]:
        places = np.flatnonzero(row >= FIRST)[3::5]
        read = row.copy()
        read[places] = MASK
        z = fitted.predict("z_m", ids=read[None], segments=np.zeros_like(read[None]))[0]
        lines += [" ".join(vocabulary[k] for k in read), ""]
        for at in places:
            p = np.exp(log_softmax(z[at].astype(np.float64)))
            best = " ".join(f"{vocabulary[k]:>14} {p[k]:.2f}" for k in np.argsort(-p)[:4])
            lines.append(f"  {vocabulary[row[at]]:>14} {p[row[at]]:.3f}   guessed: {best}")
        lines.append("")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "guesses.txt").write_text("\n".join(lines), encoding="utf-8")


# -- the page ---------------------------------------------------------------------------------


def small() -> Graph:
    """Table, head and loss, without the blocks between."""
    n, t, d = (Index(letter, letter.upper()) for letter in "ntd")
    ids = Tensor("ids", n, t, assume="integer", below="V")
    first = bert_input(ids, Tensor("segments", n, t, assume="integer", below=2), d)
    logits = masked_language_head(first.output, first.parameters[0])
    return join(first, logits, judged(logits))


def sections() -> list[Section]:
    wrong = "p[n,t,v] - [v = target[n,t]]"
    return [
        Section(
            "masked language model: table, head, loss",
            small(),
            ("E",),
            (
                Claim(
                    f"z_m_bar[n,t,v] = where(M > 0, chosen[n,t]*({wrong})/M, 0)",
                    "softmax and cross-entropy on selected places, Devlin et al. 2019, sec. 3.1",
                ),
                Claim(
                    "E_bar[v,d] = sum[n,t](z_m_bar[n,t,v]*e_m[n,t,d])"
                    " + sum[n,t]([v = ids[n,t]]*x_bar[n,t,d])",
                    "Press & Wolf 2017, sec. 3: behind and in front",
                ),
                Claim(
                    "E_bar[v,d] = sum[n,t](z_m_bar[n,t,v]*e_m[n,t,d])",
                    "the table taken for an output matrix only",
                    right=False,
                    slip=SlipKind.MISSING_TERM,
                ),
            ),
        ),
    ]


PAGE = Page(
    name="bert",
    title="BERT",
    question="""
A word is put out of sight and guessed from both sides. Which places teach, and what does the table
get back that reads the words and names them too? Is what was learnt without labels worth anything
to a tagger with 8 labelled sentences? (symnet train bert --accept)
""",
    sections=sections,
    learnt="""
Only selected places have a cotangent, (p - [v = target])/M, and none if nothing is selected; by
the attention it reaches every word that was read. The table has two contributions: rows that were
read, and the output. A tagger that starts from the language model names the category of words
that no labelled sentence has, since their neighbours told it before; from scratch it guesses.
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
