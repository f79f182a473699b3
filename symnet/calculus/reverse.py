"""Reverse mode: one joint sweep, one cotangent definition for each tensor on the way.

    X_bar[a] = sum over every D that mentions X of  sum_{i} D_bar[i] dD[i]/dX[s(i)] [a = s(i)]

The Kronecker deltas [a = s(i)] are contracted by substitution; for a shifted or strided slot that
leaves the guard of the range. No definition is inlined before it is differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import sympy

from symnet.calculus import terms as t
from symnet.calculus.affine import Affine, affine, of_index, smallest
from symnet.calculus.convert import Letters, base_at, read, write, write_slot
from symnet.calculus.derivative import head_derivative
from symnet.calculus.journal import Journal
from symnet.calculus.matrix import Matrix, inverses, pull_head, with_inverses
from symnet.calculus.names import unused_name
from symnet.calculus.relax import relaxed
from symnet.calculus.settle import Cotangent, report_forms, settle
from symnet.calculus.shifts import Shifts
from symnet.calculus.simplify import Simplifier
from symnet.notation import (
    Definition,
    DerivativeError,
    Entry,
    Graph,
    Index,
    MatrixHead,
    Tensor,
    delta,
    dependencies,
    fresh,
    total,
)

Contribution = Callable[[t.Ref, t.Poly, tuple[Index, ...]], None]
Recorder = Contribution


@dataclass
class Recurrences:
    """The base cases of a graph's recurrences, as Polys."""

    graph: Graph

    def base_at(self, node: t.Ref) -> tuple[t.Poly, t.Poly] | None:
        """([slot < 0], base at the slots) if the entry may read before the start, else None."""
        d = self.graph.definition(node.tensor.name)
        if d is None or d.base is None:
            return None
        axis = d.free.index(d.sequential) if d.sequential is not None else 0
        slot = node.slots[axis]
        low = smallest(slot)
        if low is not None and low >= 0:
            return None
        return t.at_least_zero(slot.times(-1).plus(-1)), base_at(d, node.slots)


def pull_back(
    p: t.Poly,
    upstream: t.Poly,
    scope: tuple[Index, ...],
    active: Callable[[t.Node], bool],
    emit: Contribution,
) -> None:
    """Walk p backwards: `emit(entry, upstream * dp/d entry, scope)` for each active entry."""
    for c, m in p.terms:
        if not any(active(f) for f, _ in m.factors):
            continue
        new, factors = t.open_mono(m)
        inner = (*scope, *new)
        for k, (f, e) in enumerate(factors):
            if not active(f):
                continue
            builder = t.Builder(c * e)
            builder.times(upstream)
            for j, (g, x) in enumerate(factors):
                builder.times(g, x if j != k else x - 1)
            _through(f, builder.close(), inner, active, emit)


def _through(
    f: t.Node,
    upstream: t.Poly,
    scope: tuple[Index, ...],
    active: Callable[[t.Node], bool],
    emit: Contribution,
) -> None:
    if upstream.is_zero:
        return
    if isinstance(f, t.Ref):
        emit(f, upstream, scope)
    elif isinstance(f, t.Poly):
        pull_back(f, upstream, scope, active, emit)
    elif isinstance(f, t.Fn):
        for k, a in enumerate(f.args):
            if active(a):
                slope = head_derivative(f.name, f.args, k)
                pull_back(a, t.multiply(upstream, slope), scope, active, emit)
    elif isinstance(f, t.Red):
        _through_reduction(f, upstream, scope, active, emit)
    else:
        raise DerivativeError(f"{type(f).__name__} has no derivative rule")


def _through_reduction(
    f: t.Red,
    upstream: t.Poly,
    scope: tuple[Index, ...],
    active: Callable[[t.Node], bool],
    emit: Contribution,
) -> None:
    """max_j v[j]: to the first argmax.  prod_j v[j]: to v[i], times prod_j [j != i] v[j].

    Where v is positive that is the product over v[i].
    """
    i, body = t.open_reduction(f)
    if f.kind == "max":
        first = affine([(t.reduction("argmax", f.bound, f.body), 1)])
        weight = t.equals_zero(of_index(i) - first)
    else:
        j, other = t.open_reduction(f)
        if t.is_positive_poly(body):
            pull_back(
                body,
                t.multiply(upstream, t.single(f), t.power(body, -1)),
                (*scope, i),
                active,
                emit,
            )
            return
        rest = t.single(t.fn("where", [t.equals_zero(of_index(j) - of_index(i)), t.UNITY, other]))
        weight = t.reduced("prod", j, rest)
    pull_back(body, t.multiply(upstream, weight), (*scope, i), active, emit)


def activity(names: frozenset[str]) -> Callable[[t.Node], bool]:
    """A predicate: does the node mention, as a value, one of the tensors?"""
    memo: dict[t.Node, bool] = {}

    def active(node: t.Node) -> bool:
        found = memo.get(node)
        if found is None:
            found = memo[node] = _mentions_value(node, names, active)
        return found

    return active


def _mentions_value(node: t.Node, names: frozenset[str], active: Callable[[t.Node], bool]) -> bool:
    if isinstance(node, t.Ref):
        return node.tensor.name in names
    if isinstance(node, t.Fn):
        return node.name != "detach" and any(active(a) for a in node.args)
    if isinstance(node, t.Red):
        return node.kind != "argmax" and active(node.body)
    if isinstance(node, t.Poly):
        return any(active(f) for _, m in node.terms for f, _ in m.factors)
    return False


@dataclass
class Sweep:
    """One reverse sweep over a graph; every cotangent carries the indices `prefix` in front."""

    graph: Graph
    wrt: tuple[Tensor, ...]
    seeds: dict[str, Callable[[Sequence[Affine]], t.Poly]]
    prefix: tuple[Index, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    journal: Journal | None = None
    notes: dict[str, str] = field(default_factory=dict)
    inverses: Mapping[Matrix, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inverses = inverses(self.graph)

    def run(self) -> list[Cotangent]:
        """The cotangents in the order in which they are defined, simplified and settled."""
        live = self._live()
        bases = Recurrences(self.graph)
        targets = {x.name: (x, fresh(x.indices)) for x in self.graph.tensors if x.name in live}
        taken = {x.name for x in self.graph.tensors} | set(self.names.values()) | self.reserved
        for name in targets:
            if name not in self.names:
                self.names[name] = unused_name(f"{name}_bar", taken)
                taken.add(self.names[name])
        collected: dict[str, list[t.Poly]] = {name: [] for name in targets}
        chains: dict[str, list[tuple[str, sympy.Expr]]] = {name: [] for name in targets}
        letters = Letters(self.graph)
        active = activity(frozenset(targets))
        with_base = {d.name for d in self.graph.definitions if d.base is not None}
        for d in self.graph.definitions:
            if d.name in targets:
                record = self._recorder(d, targets, chains, letters)
                self._pull_definition(d, targets, collected, active, bases, with_base, record)
        for name, seed in self.seeds.items():
            if name in targets:
                seeded = seed([of_index(a) for a in targets[name][1]])
                collected[name].append(seeded)
                chains[name].append(("the output", write(seeded, letters)))
        simplifier = Simplifier(self.graph)
        shifts = Shifts(simplifier)
        order = [x for x in reversed(self.graph.tensors) if x.name in targets]
        out = []
        for x in order:
            raw = t.add(*collected[x.name])
            body = simplifier.simplify(raw)
            bar = Tensor(self.names[x.name], *self.prefix, *targets[x.name][1])
            free = (*self.prefix, *targets[x.name][1])
            simplifier.learn(bar.name, free, body)
            out.append(Cotangent(x, bar, free, body))
            shifts.learn(out[-1])
            if self.journal is not None:
                self._report_chain(x, bar, free, raw, chains[x.name])
                report_forms(self.journal, bar, free, raw, simplifier)
        keep = frozenset(x.name for x in self.wrt)
        settled = settle(out, keep, simplifier, self.journal, products=bool(self.prefix))
        for c in settled:
            if c.body.is_zero:
                reached = bool(collected[c.of.name])
                self.notes[c.bar.name] = shifts.why_zero(c.of, reached, self.seeds)
        return settled

    def _report_chain(
        self,
        x: Tensor,
        bar: Tensor,
        free: tuple[Index, ...],
        raw: t.Poly,
        chain: list[tuple[str, sympy.Expr]],
    ) -> None:
        assert self.journal is not None
        users = ", ".join(dict.fromkeys(name for name, _ in chain)) or "nothing"
        written = sympy.Add(*(e for _, e in chain))
        self.journal.note(bar, free, "chain", f"{x.name} occurs in {users}", written, raw)

    def _recorder(
        self,
        d: Definition,
        targets: dict[str, tuple[Tensor, tuple[Index, ...]]],
        chains: dict[str, list[tuple[str, sympy.Expr]]],
        letters: Letters,
    ) -> Recorder | None:
        """Writes each contribution with its deltas, before they are contracted."""
        if self.journal is None:
            return None

        def record(node: t.Ref, up: t.Poly, over: tuple[Index, ...]) -> None:
            free = targets[node.tensor.name][1]
            taken = frozenset(i.letter for i in (*free, *over))
            body = write(up, letters, taken)
            for a, s in zip(free, node.slots, strict=True):
                body = body * delta(a, write_slot(s, letters, taken))
            chains[node.tensor.name].append((d.name, total(body, over) if over else body))

        return record

    def _live(self) -> frozenset[str]:
        """The tensors on a way from a `wrt` tensor to a seeded output."""
        arrows = dependencies(self.graph)
        below: set[str] = set()
        for x in self.wrt:
            below |= {x.name} | nx.descendants(arrows, x.name)
        above: set[str] = set()
        for name in self.seeds:
            above |= {name} | nx.ancestors(arrows, name)
        integer = {x.name for x in self.graph.tensors if x.is_integer_valued}
        return frozenset((below & above) - integer) | {x.name for x in self.wrt}

    def _bar_at(self, x: Tensor, slots: Sequence[Affine]) -> t.Poly:
        bar = Tensor(self.names[x.name], *self.prefix, *fresh(x.indices))
        return t.single(t.ref(bar, [*(of_index(i) for i in self.prefix), *slots]))

    def _pull_definition(
        self,
        d: Definition,
        targets: dict[str, tuple[Tensor, tuple[Index, ...]]],
        collected: dict[str, list[t.Poly]],
        active: Callable[[t.Node], bool],
        bases: Recurrences,
        with_base: set[str],
        record: Recorder | None,
    ) -> None:
        free = fresh(d.free)
        mapping = {a: of_index(b) for a, b in zip(d.free, free, strict=True)}
        upstream = self._bar_at(d.tensor, [of_index(i) for i in free])

        def emit(node: t.Ref, up: t.Poly, scope: tuple[Index, ...]) -> None:
            name = node.tensor.name
            if name in targets:
                builder = t.Builder()
                builder.bound = [*free, *scope]
                builder.times(up)
                builder.equate(targets[name][1], node.slots)
                collected[name].append(builder.close())
                if record is not None:
                    record(node, up, (*free, *scope))
            if name in with_base and (found := bases.base_at(node)) is not None:
                before, base = found
                pull_back(base, t.multiply(up, before), scope, active_base, emit)

        def active_base(node: t.Node) -> bool:
            return active(node)

        if isinstance(d.expression, MatrixHead):
            own = t.single(t.ref(d.tensor, [of_index(i) for i in free]))
            pull_head(d.expression, own, mapping, upstream, self.inverses, emit)
            return
        body = t.rename(read(d.expression), mapping)
        if with_base:
            pull_back(body, upstream, (), _or_base(active, with_base, bases), emit)
        else:
            pull_back(body, upstream, (), active, emit)


def _or_base(
    active: Callable[[t.Node], bool], with_base: set[str], bases: Recurrences
) -> Callable[[t.Node], bool]:
    """Active, or an entry whose base case may be."""
    live = activity(frozenset(with_base))
    return lambda node: active(node) or live(node)


def gradient(
    graph: Graph,
    wrt: str | Tensor | Iterable[str | Tensor],
    cotangent: str | None = None,
    with_value: bool = False,
    journal: Journal | None = None,
) -> Graph:
    """The graph of cotangents `X_bar` of one scalar output with respect to the named tensors.

    For an output with axes, `cotangent` names a new input of the output's shape, and the result is
    the pullback: <cotangent, output> differentiated. A gradient has the shape of its variable.
    `with_value` puts the output itself first among the outputs; a `journal` records the steps.
    A cotangent that is 0 carries its reason in the graph's notes.
    Raises DerivativeError for an output with axes and no cotangent, or an integer tensor;
    UnknownTensor for a name that the graph does not have.
    """
    variables = wanted(graph, wrt)

    def pull(g: Graph) -> Graph:
        return _pullback(g, wanted(g, [x.name for x in variables]), cotangent, with_value, journal)

    return relaxed(with_inverses(graph), variables, pull)


def _pullback(
    graph: Graph,
    variables: Sequence[Tensor],
    cotangent: str | None,
    with_value: bool,
    journal: Journal | None,
) -> Graph:
    output = graph.output
    inputs = list(graph.inputs)
    names: dict[str, str] = {}
    if cotangent is None:
        if output.order:
            raise DerivativeError(
                f"{output.name} has {output.order} axes; a gradient is of one scalar: give "
                f"cotangent={output.name + '_bar'!r} for the pullback, or ask for the jacobian"
            )
        seeds: dict[str, Callable[[Sequence[Affine]], t.Poly]] = {output.name: lambda _: t.UNITY}
    else:
        taken = {x.name for x in graph.tensors}
        if cotangent in taken:
            raise DerivativeError(f"cotangent {cotangent}: the graph has a tensor of that name")
        seed = output.like(cotangent)
        inputs.append(seed)
        names[output.name] = unused_name(f"{output.name}_bar", taken | {cotangent})
        seeds = {output.name: lambda slots: t.single(t.ref(seed, slots))}
    reserved = frozenset(x.name for x in inputs)
    sweep = Sweep(graph, tuple(variables), seeds, names=names, reserved=reserved, journal=journal)
    cotangents = sweep.run()
    values = [output] if with_value else []
    return assemble(graph, cotangents, variables, inputs, values, sweep.notes)


def wanted(graph: Graph, wrt: str | Tensor | Iterable[str | Tensor]) -> tuple[Tensor, ...]:
    """The tensors named; raises for unknown and for integer ones."""
    asked = (wrt,) if isinstance(wrt, str | Tensor) else tuple(wrt)
    out = tuple(graph.tensor(x if isinstance(x, str) else x.name) for x in asked)
    if not out:
        raise DerivativeError("no tensor named to differentiate with respect to")
    for k, x in enumerate(out):
        if x in out[:k]:
            raise DerivativeError(f"{x.name} is named twice among what to differentiate by")
        if x.is_integer_valued:
            raise DerivativeError(
                f"{x.name} holds integers: there is no derivative with respect to it"
            )
    return out


def assemble(
    graph: Graph,
    cotangents: Sequence[Cotangent],
    variables: Sequence[Tensor],
    inputs: Sequence[Tensor],
    values: Sequence[Tensor] = (),
    notes: Mapping[str, str] | None = None,
) -> Graph:
    """Forward definitions that are needed, then the cotangents, as one Graph."""
    letters = Letters(graph)
    made: list[Definition] = []
    pairs: list[tuple[str, str]] = []
    outputs: dict[str, Tensor] = {}
    for c in cotangents:
        taken = frozenset(i.letter for i in c.free)
        made.append(Definition(Entry(c.bar, *c.free), write(c.body, letters, taken)))
        pairs.append((c.of.name, c.bar.name))
        outputs[c.of.name] = c.bar
    wanted_outputs = [*values, *(outputs[x.name] for x in variables)]
    mentioned = {v.name for v in values}
    for d in made:
        for node in d.expression.atoms(Tensor):
            mentioned.add(node.name)
    arrows = dependencies(graph)
    needed = set(mentioned)
    for name in mentioned:
        if name in arrows:
            needed |= nx.ancestors(arrows, name)
    forward = [d for d in graph.definitions if d.name in needed]
    return Graph(
        *forward,
        *made,
        inputs=inputs,
        parameters=graph.parameters,
        outputs=wanted_outputs,
        cotangents=(*graph.cotangents, *pairs),
        notes=(*graph.notes, *(notes or {}).items()),
        parts=graph.parts,
    )
