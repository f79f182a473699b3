"""Graph -> a NumPy program: a line `name = expression` for each definition, loops over time.

    W_bar = x.T @ y_bar
    h = np.zeros((x.shape[0], x.shape[1], U.shape[0]))
    for t in range(x.shape[1]):
        h[:, t] = np.tanh(x[:, t] @ W + (h[:, t - 1] if 0 <= t - 1 else h0) @ U)

Only `np`, the names of tensors, and extents that no given tensor shows (under their own name).
A definition that has no such text is a comment with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import networkx as nx
import sympy

from symnet.notation.graph import Definition, Graph, dependencies, entries, shift_of
from symnet.notation.index import Index
from symnet.render.formulas.arrange import NOWHERE, arrange
from symnet.render.formulas.formula import Which, chosen, setting
from symnet.render.formulas.letters import choose, lettered
from symnet.render.formulas.order import ordered
from symnet.render.formulas.tree import Bracket, Call, Letter, Name, Symbol, Tree, walk
from symnet.render.matrix.conversion import converted
from symnet.render.matrix.tree import NoMatrixForm
from symnet.render.programs.array import (
    Axes,
    NoNumpyForm,
    Scene,
    extent_text,
    filled,
    shaped,
)
from symnet.render.programs.matrix import matrix_numpy
from symnet.render.programs.words import IMPORTS

BOUNDED = {"exp", "tanh", "sigmoid", "erf", "arctan"}  # finite also where their argument is not


def numpy_lines(graph: Graph, which: Which = "all") -> list[str]:
    """The lines of the program, in an order in which they run."""
    made = list(_Program(graph).lines({d.name for d in chosen(graph, which)}))
    text = "\n".join(made)
    needed = [line for word, line in IMPORTS.items() if word in text]
    return [*needed, *made]


class _Program:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.places = setting(graph).places
        self.tree = {d.name: self._tree(d, d.expression) for d in graph.definitions}

    def lines(self, wanted: set[str]) -> Iterator[str]:
        position = {d.name: k for k, d in enumerate(self.graph.definitions)}
        arrows = dependencies(self.graph)
        joined = nx.condensation(arrows)
        first = {c: min(position.get(n, -1) for n in m) for c, m in joined.nodes("members")}
        for c in nx.lexicographical_topological_sort(joined, key=lambda c: first[c]):
            members = sorted(joined.nodes[c]["members"], key=lambda n: position.get(n, -1))
            found = [d for n in members if (d := self.graph.definition(n)) and n in wanted]
            cyclic = len(members) > 1 or arrows.has_edge(members[0], members[0])
            yield from self._loop(found) if cyclic else map(self._line, found)

    # -- single definitions --------------------------------------------------------------------

    def _line(self, d: Definition) -> str:
        try:
            return f"{d.name} = {self._matrix(d) or self._array(d)}"
        except NoNumpyForm as error:
            return f"# {d.name} has no NumPy text: {error}"

    def _array(self, d: Definition) -> str:
        return shaped(self.tree[d.name], d.free, self.scene())

    def _matrix(self, d: Definition) -> str | None:
        """Written with matrices, where the formula is one without slices."""
        if len(d.free) > 2 or self._reads_a_base(d) or _asks_sizes(self.tree[d.name]):
            return None
        letters = choose(self.tree[d.name], d.free, avoid=(d.name,))
        left = Name(d.tensor, tuple(Letter(i, letters[i]) for i in d.free))
        try:
            form = converted((left,), lettered(self.tree[d.name], letters, avoid=(d.name,)))
        except NoMatrixForm:
            return None
        if form.written or form.right.is_scalar != (not d.free):
            return None
        try:
            return matrix_numpy(form.right, self.scene())
        except NoNumpyForm:
            return None

    def _reads_a_base(self, d: Definition) -> bool:
        return any(e.tensor.name in self._bases for e in entries(d.expression))

    # -- recurrences ---------------------------------------------------------------------------

    def _loop(self, members: list[Definition]) -> Iterator[str]:
        """All members at one place of their sequential index, then at the next."""
        if not members:
            return
        names = frozenset(d.name for d in members)
        clocks = {d.name: d.sequential for d in members}
        if None in clocks.values():
            yield from (f"# {d.name} has no NumPy text: no sequential index" for d in members)
            return
        letter = self._loop_letter(members)
        loops = {t: letter for t in clocks.values() if t is not None}
        scene = self.scene(loops, names)
        try:
            body = [self._step(d, letter, scene) for d in members]
        except NoNumpyForm as error:
            yield from (f"# {d.name} has no NumPy text: {error}" for d in members)
            return
        for d in members:
            sizes = ", ".join(extent_text(i, scene) for i in d.free)
            yield f"{d.name} = np.zeros(({sizes}{',' * (len(d.free) == 1)}))"
        extent = extent_text(next(iter(loops)), scene)
        backwards = any(self._reads_ahead(d, names) for d in members)
        steps = f"reversed(range({extent}))" if backwards else f"range({extent})"
        yield f"for {letter} in {steps}:"
        yield from (f"    {line}" for line in body)

    def _step(self, d: Definition, letter: str, scene: Scene) -> str:
        slots = [letter if i is d.sequential else ":" for i in d.free]
        while slots[-1] == ":":
            slots.pop()
        axes = tuple(i for i in d.free if i is not d.sequential)
        return f"{d.name}[{', '.join(slots)}] = {filled(self.tree[d.name], axes, scene)}"

    def _loop_letter(self, members: list[Definition]) -> str:
        words = {t.name for t in self.graph.tensors} | {s.name for s in self.graph.extents}
        words |= {"np", "erf"}
        wanted = next(d.sequential.letter for d in members if d.sequential is not None)
        options = (wanted, "t", "s", *(f"{wanted}{k}" for k in range(2, 99)))
        return next(w for w in options if w not in words)

    def _reads_ahead(self, d: Definition, names: frozenset[str]) -> bool:
        for e in entries(d.expression):
            if e.tensor.name in names:
                for slot, axis in zip(e.slots, e.tensor.indices, strict=True):
                    found = shift_of(slot)
                    if axis.sequential and found is not None and found[1] > 0:
                        return True
        return False

    # -- what every line stands in --------------------------------------------------------------

    def scene(
        self, loops: Mapping[Index, str] | None = None, filling: frozenset[str] = frozenset()
    ) -> Scene:
        return Scene(self._extent, loops or {}, self._bases, filling, self._infinite)

    def _tree(self, d: Definition, side: sympy.Expr) -> Tree:
        return ordered(arrange(side, NOWHERE), d.free, self.places)

    @cached_property
    def _bases(self) -> dict[str, tuple[int, Axes, Tree]]:
        out = {}
        for d in self.graph.definitions:
            if d.base is not None and d.sequential is not None:
                tree = self._tree(d, d.base)
                out[d.name] = d.free.index(d.sequential), d.free, tree
        return out

    @cached_property
    def _shown(self) -> dict[str, str]:
        """The text of every extent that a given tensor shows which the definitions read."""
        sides = [s for d in self.graph.definitions for s in (d.expression, d.base) if s is not None]
        read = {e.tensor.name for s in sides for e in entries(s)}
        out: dict[str, str] = {}
        for t in self.graph.given:
            for axis, i in enumerate(t.indices):
                if t.name in read and isinstance(i.extent, sympy.Symbol):
                    out.setdefault(i.extent.name, f"{t.name}.shape[{axis}]")
        return out

    def _extent(self, name: str) -> str:
        return self._shown.get(name, name)

    @cached_property
    def _infinite(self) -> frozenset[str]:
        """The tensors that may hold an infinite value: masked with it, or made of such."""
        out: set[str] = set()
        while True:
            more = {n for n, tree in self.tree.items() if n not in out and _spills(tree, out)}
            if not more:
                return frozenset(out)
            out |= more


def _asks_sizes(tree: Tree) -> bool:
    """Whether a bracket is about extents alone: where it is 0, what it guards may be infinite."""
    return any(
        isinstance(b, Bracket) and not any(isinstance(x, Letter | Name) for x in walk(b))
        for b in walk(tree)
    )


def _spills(tree: Tree, infinite: Iterable[str]) -> bool:
    if isinstance(tree, Call) and tree.function in BOUNDED:
        return False
    if isinstance(tree, Symbol):
        return tree.name == "inf"
    if isinstance(tree, Name):
        return tree.tensor.name in infinite
    return any(_spills(child, infinite) for child in tree.children)
