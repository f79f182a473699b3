"""Which letter an index is printed with: the one it prefers, or the next sensible one on a clash.

    p[n,k]*sum[k](p[n,k])  is printed  p[n,k]*sum[j](p[n,j])     two indices, both preferring k

Free indices choose first, in order; then the bound ones, outermost first. A letter never shadows
one that is in use, nor the name of a tensor, an extent or a function in the same formula, nor what
such a name looks like: e of e_bar, k_2 of k2. Two sums side by side may use the same letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from itertools import count
from typing import Any

from symnet.notation.functions import FUNCTIONS
from symnet.notation.index import RESERVED, Index
from symnet.render.formulas.names import looks, symbol
from symnet.render.formulas.tree import Letter, Name, Reduction, Symbol, Tree, walk

# In the order in which they are tried; further ones get a number: k2, k3.
NEXT = {
    **{"i": "jklm", "j": "klim", "k": "lmji", "l": "mkji", "m": "lkji", "n": "mlkr"},
    **{"a": "bcefg", "b": "acefg", "c": "abefg", "d": "efgch", "e": "fdgh", "f": "egdh"},
    **{"g": "hfed", "h": "gfed", "o": "pqr", "p": "qro", "q": "rps", "r": "sqt", "s": "trq"},
    **{"t": "srq", "u": "vw", "v": "wu", "w": "uv", "x": "yz", "y": "zx", "z": "xy"},
}
NEXT_BOUND = {**NEXT, "k": "jlim"}  # p[k] * sum over j, as it is usually written
WORDS = frozenset({*RESERVED, *FUNCTIONS, "mean", "abs", "where", "inf", "pi"})


def choose(tree: Tree, free: Iterable[Index], avoid: Iterable[str] = ()) -> dict[Index, str]:
    """A letter for each free index, none of them a word of the tree or in `avoid`."""
    words, indices = _seen([*_stems(avoid), *_words(tree)]), tuple(free)
    wanted = _seen(i.letter for i in indices)
    out: dict[Index, str] = {}
    for i in indices:
        taken = words | _seen(out.values()) | (wanted - {symbol(i.letter)})
        out[i] = next(x for x in _candidates(i.letter, NEXT) if symbol(x) not in taken)
    return out


def lettered(tree: Tree, free: Mapping[Index, str], avoid: Iterable[str] = ()) -> Tree:
    """The tree with the letters given for free indices and letters chosen for bound ones."""
    taken = _seen([*_stems(avoid), *_words(tree), *free.values()])
    return _choose_bound(tree, dict(free), taken)


def with_letters(tree: Tree, letters: Mapping[Index, str]) -> Tree:
    """The tree with these letters, for free and for bound indices alike."""
    if isinstance(tree, Letter):
        return replace(tree, text=letters.get(tree.index, tree.text))
    return rebuilt(tree, lambda child: with_letters(child, letters))


def rebuilt(tree: Tree, change: Any) -> Tree:
    """The same node with `change` applied to the trees directly inside."""
    if not tree.children:
        return tree
    return replace(tree, **{f.name: _changed(getattr(tree, f.name), change) for f in fields(tree)})


def _changed(value: Any, change: Any) -> Any:
    if isinstance(value, Tree):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(v, change) for v in value)
    return value


def _choose_bound(tree: Tree, letters: dict[Index, str], taken: set[str]) -> Tree:
    if isinstance(tree, Letter):
        return replace(tree, text=letters.get(tree.index, tree.index.letter))
    if isinstance(tree, Reduction):
        letters, taken = dict(letters), set(taken)
        for b in tree.bound:
            wanted = _candidates(b.index.letter, NEXT_BOUND)
            letters[b.index] = next(x for x in wanted if symbol(x) not in taken)
            taken.add(symbol(letters[b.index]))
    return rebuilt(tree, lambda child: _choose_bound(child, letters, taken))


def _candidates(letter: str, following: Mapping[str, str]) -> Iterator[str]:
    yield letter
    yield from following.get(letter, "")
    yield from (f"{letter}{n}" for n in count(2))


def _words(tree: Tree) -> set[str]:
    """The names that an index of this formula must not be mistaken for."""
    named = {n.tensor.name for n in walk(tree) if isinstance(n, Name)}
    return {*WORDS, *_stems(named), *(s.name for s in walk(tree) if isinstance(s, Symbol))}


def _seen(words: Iterable[str]) -> set[str]:
    """What words look like."""
    return set(map(symbol, words))


def _stems(named: Iterable[str]) -> Iterator[str]:
    """Names, and the letters seen in them: e of e_bar, W and q of W_q, P and S of dP_dS."""
    for text in named:
        yield text
        yield from looks(text)
