"""The derivation of a derivative, step by step: what was done, in the order it was done.

    result    x_bar = final form                     one equality for each tensor that keeps a name
    slide     x_bar = chain rule, folded = final form          trivial cotangents are left out
    homework  every rule applied, the chain rule's Kronecker deltas among them

A level is a choice among the steps, or several of them taken as one; each remains an equality.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Literal, get_args

from symnet.calculus.forward import jvp
from symnet.calculus.journal import Journal, Step
from symnet.calculus.reverse import gradient, wanted
from symnet.calculus.second import hessian, jacobian
from symnet.notation import DerivativeError, Entry, Graph, Tensor, entries

Level = Literal["result", "slide", "homework"]
LEVELS: tuple[Level, ...] = get_args(Level)
KINDS = ("gradient", "jvp", "jacobian", "hessian")
Wrt = str | Tensor | Iterable[str | Tensor]


@dataclass(frozen=True)
class Part:
    """One sweep: `derived` was made from `graph` by these steps. A Hessian has two parts.

    `steps` are those of the level asked for, `every` those of all rules.
    """

    title: str
    graph: Graph
    wrt: tuple[Tensor, ...]
    derived: Graph
    steps: tuple[Step, ...]
    every: tuple[Step, ...]


def steps(
    graph: Graph,
    wrt: Wrt,
    cotangent: str | None = None,
    level: Level = "homework",
    of: str = "gradient",
) -> tuple[Step, ...]:
    """The rules applied in a derivation, each an equality that can be evaluated.

    Rules: chain (with the definitions that mention the tensor; deltas contracted), fold, expand,
    group, complement, inline; at the other levels result, chain and inline. `of` is gradient, jvp,
    jacobian or hessian. Arguments and errors as for these; DerivativeError for an unknown level.
    """
    return tuple(chain.from_iterable(p.steps for p in parts(graph, wrt, cotangent, level, of)))


def parts(
    graph: Graph,
    wrt: Wrt,
    cotangent: str | None = None,
    level: Level = "homework",
    of: str = "gradient",
) -> tuple[Part, ...]:
    """The steps of a derivation, sweep by sweep; arguments and errors as for `steps`."""
    if level not in LEVELS:
        raise DerivativeError(f"level {level!r}: expected one of {', '.join(LEVELS)}")
    if of not in KINDS:
        raise DerivativeError(f"steps of {of!r}: expected one of {', '.join(KINDS)}")
    journal = Journal(graph)
    if of == "gradient":
        derived = gradient(graph, wrt, cotangent, journal=journal)
    elif of == "jvp":
        derived = jvp(graph, wrt, journal=journal)
    elif of == "jacobian":
        derived = jacobian(graph, _only(wrt), journal=journal)
    else:
        return _twice(graph, _only(wrt), level)
    return (_part(of, graph, wanted(graph, wrt), derived, journal, level),)


def _twice(graph: Graph, variable: str | Tensor, level: Level) -> tuple[Part, ...]:
    journals = Journal(graph), Journal(graph)
    whole = hessian(graph, variable, journals)
    first = gradient(graph, variable)
    return tuple(
        _part(title, base, wanted(graph, variable), derived, journal, level)
        for title, base, derived, journal in zip(
            ("gradient", "hessian"), (graph, first), (first, whole), journals, strict=True
        )
    )


def _part(
    title: str,
    graph: Graph,
    wrt: tuple[Tensor, ...],
    derived: Graph,
    journal: Journal,
    level: Level,
) -> Part:
    every = journal.steps()
    return Part(title, graph, wrt, derived, at_level(every, level, derived), every)


def at_level(found: Sequence[Step], level: Level, derived: Graph) -> tuple[Step, ...]:
    """The steps of one level; `derived` says which tensors keep a definition."""
    if level == "homework":
        return tuple(found)
    blocks = [tuple(b) for _, b in groupby(found, key=lambda s: s.entry.tensor.name)]
    if level == "result":
        return tuple(_whole(b, "result") for b in blocks if derived.definition(_name(b)))
    trivial = {_name(b) for b in blocks if _is_trivial(b[-1])}
    shown = [s for b in blocks for s in _for_slide(b, trivial)]
    mentioned = {e.tensor.name for s in shown for e in entries(s.after)}
    hidden = trivial - mentioned - {t.name for t in derived.outputs}
    return tuple(s for s in shown if s.entry.tensor.name not in hidden)


def _only(wrt: Wrt) -> str | Tensor:
    named = [wrt] if isinstance(wrt, str | Tensor) else list(wrt)
    if len(named) != 1:
        raise DerivativeError(f"a Jacobian or Hessian is by one variable, found {len(named)}")
    return named[0]


def _name(block: Sequence[Step]) -> str:
    return block[0].entry.tensor.name


def _whole(block: Sequence[Step], rule: str) -> Step:
    """The steps of a block as one equality; what is put in is named by `_for_slide`."""
    first, last = block[0], block[-1]
    further = (s.reason for s in block[1:] if s.rule != "inline")
    reason = "; ".join(dict.fromkeys((first.reason, *further)))
    return Step(first.entry, rule, reason, first.before, last.after)


def _for_slide(block: Sequence[Step], trivial: set[str]) -> list[Step]:
    """The chain rule as it folds, and the final form if something was put in for it."""
    cuts = (k for k, s in enumerate(block) if s.rule == "inline" and s.reason not in trivial)
    cut = next(cuts, len(block))
    out = [_whole(block[:cut], "chain")] if cut else []
    if rest := block[cut:]:
        put_in = (s.reason for s in rest if s.rule == "inline" and s.reason not in trivial)
        names = ", ".join(dict.fromkeys(put_in))
        out.append(Step(rest[0].entry, "inline", names, rest[0].before, rest[-1].after))
    return out


def _is_trivial(last: Step) -> bool:
    """A number, or a copy of one entry: no step of its own on a slide."""
    return not last.after.args or isinstance(last.after, Entry)
