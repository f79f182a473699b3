"""Why a cotangent is what it is: the derivatives of the definitions in which its tensor occurs.

    S occurs in P; by the chain rule

                     dP[i,j]/dS[k,l] = [i = k] P[i,j] ([j = l] - P[i,l])
                     S_bar[i,j] = sum_kl P_bar[k,l] dP[k,l]/dS[i,j]
                                = P[i,j] (P_bar[i,j] - sum_k P_bar[i,k] P[i,k])

What is shown has been evaluated: the sum with the derivatives and the final formula are equal at a
random point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from symnet.calculus import gradient, jacobian
from symnet.cli.judged import few
from symnet.notation import (
    CheckFailed,
    Definition,
    Entry,
    Graph,
    Tensor,
    entries,
    fresh,
    restrict,
    total,
)
from symnet.render.decks.deck import Math, Panel, Sentence
from symnet.render.decks.slide_rows import PANEL_MATHS
from symnet.render.formulas.broken import visible_width
from symnet.render.latex import latex_of
from symnet.render.setting.glyphs import formula
from symnet.verify.differences import gap
from symnet.verify.interpret import interpret
from symnet.verify.sample import sample

MOST = 2  # definitions whose derivatives are shown
TIGHT = 1.3  # how much too wide a line may be: the panel is set smaller
NARROW = 0.3  # of the size: no sign of a formula takes less on average
TOLERANCE = 1e-10
Link = tuple[str, str]


class Reasons:
    """The panels of one derivation: for each cotangent its chain rule in full, if that is short.

    `every` is the gradient with respect to all tensors: it names the cotangents that `derived` has
    put into others. All of it is evaluated once, at one random point.
    """

    def __init__(self, graph: Graph, derived: Graph, width: float) -> None:
        self.graph = restrict(graph, graph.outputs[:1])  # no gradient comes from anything else
        self.derived, self.width = derived, width
        self._names = {t.name for g in (graph, derived) for t in g.tensors}
        y = graph.outputs[0]
        self._bars = {**dict(derived.cotangents), **({y.name: f"{y.name}_bar"} if y.order else {})}

    def panel(self, bar: str) -> Panel:
        """The panel beside a row; words alone where its lines would be too wide."""
        named = {b: x for x, b in self.derived.cotangents}
        if bar not in named:
            return Panel()
        x = self.graph.tensor(named[bar])
        used_in = [d for d in self.graph.definitions if any(e.tensor == x for e in _mentions(d))]
        words = _occurs(x, used_in, self.graph)
        if not 0 < len(used_in) <= MOST or any(i.sequential for d in used_in for i in d.free):
            return Panel(words)
        rule = self._rule(bar, x, used_in)
        chain = self._chain(rule, x, used_in)
        if any(_is_too_wide(a, b, self.width * TIGHT) for a, b in chain):
            return Panel(words)
        self._check(rule)
        return Panel(words, chain)

    # -- the chain rule ---------------------------------------------------------------------------

    @cached_property
    def every(self) -> Graph:
        """The gradient with respect to every tensor through which it flows."""
        y = self.graph.output
        flows = [t.name for t in self.graph.given if not t.is_integer_valued]
        flows += [d.name for d in self.graph.definitions if d.name != y.name]
        found = gradient(self.graph, flows, f"{y.name}_bar" if y.order else None, with_value=True)
        return found

    def _rule(self, bar: str, x: Tensor, used_in: Sequence[Definition]) -> Rule:
        slopes, further, terms = [], [], []
        own = fresh(x.indices)
        for d in used_in:
            given = {e.tensor.name: e.tensor for e in _mentions(d)}
            slope = jacobian(Graph(d, inputs=given.values()), x.name).definitions[-1]
            slopes.append(slope)
            over = fresh(d.free)
            term: sympy.Expr = Entry(slope.tensor, *over, *own)
            if d.tensor.order or d.tensor != self.graph.output:
                above = self._bars.get(d.name)
                if above is None:
                    above = dict(self.every.cotangents)[d.name]
                    made = self.every.definition(above)
                    further += [made] if made is not None else []
                term = Entry(Tensor(above, *d.tensor.indices), *over) * term
            terms.append(total(term, over=over) if over else term)
        whole = Definition(Entry(Tensor(bar, *x.indices), *own), sympy.Add(*terms))
        further.sort(key=self.every.definitions.index)  # one may mention another
        return Rule(bar, tuple(slopes), tuple(further), whole)

    def _chain(self, rule: Rule, x: Tensor, used_in: Sequence[Definition]) -> tuple[Link, ...]:
        context = self._context(rule, [x, *(d.tensor for d in used_in)])
        links: list[Link] = [self._sides(d, context) for d in (*rule.slopes, *rule.further)]
        left, right = self._sides(rule.whole, context)
        links.append((left, right))
        final = self.derived.definition(rule.bar)
        assert final is not None
        again, said = self._sides(final, self.derived)
        if said != right:
            links.append(("" if again == left else again, said))
        return tuple(links)

    def _sides(self, d: Definition, context: Graph) -> tuple[str, str]:
        """Left side, and `= right`, of a definition; no index has the letter of a tensor."""
        left, _, right = latex_of(d, context, self._names).partition(" = ")
        return left, f"= {right}"

    def _context(self, rule: Rule, about: Sequence[Tensor]) -> Graph:
        """A graph in which all that the lines mention has its meaning, for the way they look.

        `about`: the tensors by whose names a derivative is known as one, dy_dx.
        """
        known = {d.name for d in self.derived.definitions}
        beside = [d for d in (*rule.slopes, *rule.further) if d.name not in known]
        made = known | {d.name for d in beside}
        given = {t.name: t for t in (*self.derived.given, *about)}
        for d in (*self.derived.definitions, *beside):
            given |= {e.tensor.name: e.tensor for e in _mentions(d)}
        return Graph(
            *self.derived.definitions,
            *beside,
            inputs=[t for n, t in given.items() if n not in made],
            outputs=self.derived.outputs,
            cotangents=self.derived.cotangents,
        )

    # -- evaluated --------------------------------------------------------------------------------

    @cached_property
    def _sizes(self) -> Mapping[sympy.Symbol, int]:
        return few(self.every, np.random.default_rng(0), 2)

    @cached_property
    def _values(self) -> dict[str, Any]:
        """All tensors at a random point, the cotangents as `derived` says wherever it does."""
        sizes = {s.name: n for s, n in self._sizes.items()}
        point = sample(self.every, self._sizes, np.random.default_rng(0))
        found = {**point, **interpret(self.every, point, sizes)}
        known = {t.name: found[t.name] for t in self.derived.given}
        return {**found, **interpret(self.derived, known, sizes)}

    def _check(self, rule: Rule) -> None:
        """Raise CheckFailed if the rule with its derivatives is not the final formula."""
        values = self._values
        again = Tensor(f"{rule.bar}_again", *rule.whole.tensor.indices)
        whole = Definition(Entry(again, *rule.whole.free), rule.whole.expression)
        needed = {e.tensor.name: e.tensor for d in (*rule.slopes, whole) for e in _mentions(d)}
        own = {d.name for d in rule.slopes}
        inputs = [t for n, t in needed.items() if n not in own]
        small = Graph(*rule.slopes, whole, inputs=inputs, output=again)
        given = {t.name: values[t.name] for t in small.given}
        sizes = {s.name: self._sizes[s] for s in small.extents}
        apart = float(gap(interpret(small, given, sizes)[again.name], values[rule.bar]))
        if not apart <= TOLERANCE:
            raise CheckFailed(f"the chain rule of {rule.bar} is off its formula by {apart:.1e}")


@dataclass(frozen=True)
class Rule:
    """The chain rule of one cotangent.

    `slopes` are the derivatives of the definitions in which the tensor occurs, `further` the
    cotangents of these that the gradient does not name; `whole` is the sum over all of them.
    """

    bar: str
    slopes: tuple[Definition, ...]
    further: tuple[Definition, ...]
    whole: Definition


def _mentions(d: Definition) -> list[Entry]:
    found = list(entries(d.expression))
    return found if d.base is None else [*found, *entries(d.base)]


def _occurs(x: Tensor, used_in: list[Definition], graph: Graph) -> Sentence:
    """S occurs in P; by the chain rule"""
    if not used_in:
        return ()
    words: list[str | Math] = [_name(x, graph), " occurs in "]
    for k, d in enumerate(used_in):
        if k:
            words.append(" and " if k == len(used_in) - 1 else ", ")
        words.append(_name(d.tensor, graph))
    return (*words, "; by the chain rule")


def _name(t: Tensor, graph: Graph) -> Math:
    return Math(latex_of(Entry(Tensor(t.name)), graph))


def _is_too_wide(left: str, right: str, room: float) -> bool:
    """By the number of signs if that is clear, else as it will be set."""
    signs = visible_width(left) + visible_width(right)
    if signs * NARROW * PANEL_MATHS > room:
        return True
    return sum(formula(side, PANEL_MATHS).width for side in (left, right) if side) > room
