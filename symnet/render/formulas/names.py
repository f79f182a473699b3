r"""Identifiers -> LaTeX: `W1_bar` with indices ij is \bar W^{(1)}_{ij}, `x_hat` is \hat x.

Suffixes _bar, _dot, _hat, _tilde are accents (x_hat_bar is \barhat x, a macro); Greek names are
Greek; other words are upright; digits and what follows an underscore is a label, above the indices
or in their place. Two names of one graph that would look the same, x1 and x_1, are printed as they
are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

GREEK = frozenset(
    (
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"),
        *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi"),
        *("psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon"),
        *("Phi", "Psi", "Omega"),
    )
)
VARIANT = {"epsilon": "varepsilon", "eps": "varepsilon", "phi": "varphi"}
# What LaTeX reads as something else. Tensors and indices are identifiers, in which only _ occurs;
# the symbol of an extent may be anything.
SIGNS = {
    **{c: f"\\{c}" for c in "_$#%&{}"},
    **{"<": "<", ">": ">", "\\": r"\backslash", "^": r"\wedge", "~": r"\sim"},
}
ACCENTS = {
    "bar": (r"\bar", r"\overline"),
    "dot": (r"\dot", r"\dot"),
    "hat": (r"\hat", r"\widehat"),
    "tilde": (r"\tilde", r"\widetilde"),
}


def word(text: str) -> str:
    r"""A letter as it is, a Greek name as a command, another word upright and escaped."""
    if len(text) == 1 and text.isascii() and text.isalnum():
        return text
    if text in GREEK or text in VARIANT:
        return "\\" + VARIANT.get(text, text)
    if len(text) == 1 and (found := _greek_letter(text)):
        return "\\" + found
    if text.isascii() and text.replace("_", "").isalnum():
        escaped = text.replace("_", r"\_")
        return rf"\mathrm{{{escaped}}}"
    pieces = filter(None, re.split(r"([_$#%&{}<>\\^~])", text))
    return "".join(f"{{{SIGNS[p]}}}" if p in SIGNS else rf"\text{{{p}}}" for p in pieces)


def _greek_letter(character: str) -> str | None:
    name = unicodedata.name(character, "")
    if not name.startswith("GREEK"):
        return None
    letter = name.rsplit(" ", 1)[-1].lower()
    letter = {"lamda": "lambda"}.get(letter, letter)
    made = letter.capitalize() if "CAPITAL" in name else letter
    return made if made in GREEK else None


@lru_cache(maxsize=4096)
def symbol(text: str) -> str:
    """An extent or an index letter: N, N_{\\mathrm{heads}}, k_2."""
    stem, labels = _labels(text)
    return f"{word(stem)}_{braced(','.join(map(_plain_label, labels)))}" if labels else word(stem)


def braced(text: str) -> str:
    """{text}, or text itself where it is one character."""
    return text if len(text) == 1 else f"{{{text}}}"


def name(text: str, slots: str = "") -> tuple[str, bool]:
    """(LaTeX of a tensor's entry, whether it carries a superscript already)."""
    stem, labels = _labels(text)
    accents, labels = _accents(labels)
    made, single = word(stem), len(stem) == 1 or stem in GREEK or stem in VARIANT
    if accents[:2] == ["hat", "bar"] and single and _is_bare(made):
        made, accents = f"\\barhat{_gap(made)}{made}", accents[2:]
    for accent in accents:
        short, wide = ACCENTS[accent]
        bare, gap = single and _is_bare(made), _gap(made)
        made = f"{short}{gap}{made}" if bare else f"{short if single else wide}{{{made}}}"
    if not labels:
        return (f"{made}_{braced(slots)}" if slots else made), False
    if not slots:
        return f"{made}_{braced(','.join(map(_plain_label, labels)))}", False
    return f"{made}^{braced(','.join(map(_label_above, labels)))}_{braced(slots)}", True


def as_written(text: str, slots: str = "") -> tuple[str, bool]:
    r"""The identifier itself, upright: \mathrm{x\_1}_{ij}."""
    made = "".join(map(_upright, re.findall(r"[A-Za-z0-9_]+|.", text)))
    return (f"{made}_{braced(slots)}" if slots else made), False


def _upright(run: str) -> str:
    """Plain letters upright, a Greek letter as its command, any other as text."""
    if not run.isascii():
        return word(run)
    escaped = run.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


ACCENTED = re.compile(rf"(_({'|'.join(ACCENTS)})\d*)+$")


def alike(orders: Mapping[str, int], extents: Iterable[str] = ()) -> frozenset[str]:
    r"""The names that would look like another one: x1 and x_1, eps and epsilon, h2_bar and h_bar2.

    `orders`: tensor -> its number of axes. A number named x_1 looks like an entry of a vector x,
    and gives way to it.
    """
    seen = defaultdict(set)
    for text in orders:
        seen[name(text)[0]].add(text)
    for text in extents:
        seen[symbol(text)].add(text)
    vectors = {(name(text)[0], order) for text, order in orders.items() if order}
    found = {
        text
        for look, those in seen.items()
        for text in those
        if len(those) > 1 or (orders.get(text) == 0 and _as_entry(text) in vectors)
    }
    accented = {text for text in orders if ACCENTED.sub("", text) in found}  # x1_bar, with x1
    return frozenset(found | accented)


def _as_entry(text: str) -> tuple[str, int]:
    """(look, number of axes) of the tensor of which the name would be an entry: x of x_1."""
    stem, labels = _labels(text)
    accents, labels = _accents(labels)
    return name("_".join((stem, *accents)))[0], len(labels)


def looks(text: str) -> Iterator[str]:
    """What is seen of a name beside accents: its stem and its labels; both names of a derivative.

    h of h1_bar, W and q of W_q, P and S of dP_dS.
    """
    slope = re.fullmatch(r"d2?(\w+?)_d(\w+)", text)
    for part in slope.groups() if slope else (text,):
        stem, labels = _labels(part)
        yield stem
        yield from (x for x in labels if x not in ACCENTS and not x.isdigit())


def _is_bare(latex: str) -> bool:
    """One letter or one command, which needs no braces."""
    return len(latex) == 1 or re.fullmatch(r"\\[A-Za-z]+", latex) is not None


def _gap(latex: str) -> str:
    return "" if latex[0] == "\\" else " "


def _labels(text: str) -> tuple[str, list[str]]:
    """W1 -> W, [1];  W_Q -> W, [Q];  h_new -> h, [new];  _x and d2L stay whole."""
    parts = text.rstrip("_").split("_")
    found = re.fullmatch(r"([^\W\d_]+)(\d*)", parts[0])
    if not found or not all(parts):
        return text, []
    stem, digits = found.groups()
    return stem, [*([digits] if digits else []), *parts[1:]]


def _accents(labels: list[str]) -> tuple[list[str], list[str]]:
    """Accents and other labels; the 2 of h_bar2 is a label."""
    accents, others = [], []
    for label in labels:
        found = re.fullmatch(rf"({'|'.join(ACCENTS)})(\d*)", label)
        if found:
            accents.append(found[1])
        if not found or found[2]:
            others.append(found[2] if found else label)
    return accents, others


def _plain_label(label: str) -> str:
    return label if label.isdigit() else word(label)


def _label_above(label: str) -> str:
    """x_T is no transpose."""
    if label == "T":
        return r"\mathrm{T}"
    return f"({label})" if label.isdigit() else word(label)
