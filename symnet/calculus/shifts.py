"""Cotangents that sum to 0, since what depends on a tensor ignores a shift; and why one is 0.

P = softmax of S along j:  sum_j S_bar[i,j] = 0
K[j,k] = ... + b[k],  S[i,j] = sum_k Q[i,k] K[j,k]:  b_bar[k] = sum_i Q[i,k] sum_j S_bar[i,j] = 0
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symnet.calculus import terms as t
from symnet.calculus.fold import Fact
from symnet.calculus.settle import Cotangent, substitute
from symnet.calculus.simplify import Extents, Simplifier, extents, indices_of, tensors_of
from symnet.notation import Index, Tensor, dependencies

LARGEST = 100  # a longer cotangent is not tried


class Shifts:
    """Learns the zero sums of one sweep, and tells the simplifier about them."""

    def __init__(self, simplifier: Simplifier) -> None:
        self.simplifier = simplifier
        self.along: dict[str, tuple[Index, ...]] = {}  # of the cotangent of the tensor so named
        self._made: dict[str, Cotangent] = {}

    def learn(self, c: Cotangent) -> None:
        """Note sum_i bar = 0 for each axis i, or several together, along which it follows."""
        self._made[c.bar.name] = c
        if c.body.is_zero or c.body.cost > LARGEST:
            return
        folder, facts = self.simplifier.folder, self.simplifier.facts
        lead = len(c.free) - c.of.order
        for own in indices_of(self._known(c.body) | self._made_of(c.body), c.free[lead:]):
            if any(folder.fold(form).is_zero for form in self._sums(c.body, own)):
                axes = tuple(c.free.index(i) for i in own)
                facts.append(Fact(c.bar, axes, tuple(j for j in c.free if j not in own), t.ZERO))
                folder.facts = facts
                self.along.setdefault(c.of.name, tuple(c.of.indices[k - lead] for k in axes))

    def _known(self, body: t.Poly) -> set[Extents]:
        """The extents over which sums of the tensors in the body are known."""
        mentioned = set(tensors_of(body))
        known = [f for f in self.simplifier.facts if f.tensor.name in mentioned]
        return {extents(f.tensor.indices[k] for k in f.axes) for f in known}

    def _made_of(self, body: t.Poly) -> set[Extents]:
        """The extents of the sums that the tensors in the body are made of."""
        return set().union(*(self.simplifier.summed_in(name) for name in tensors_of(body)))

    def _sums(self, body: t.Poly, own: tuple[Index, ...]) -> Iterator[t.Poly]:
        """The sum of the body, if one over these extents is known; then with what is constant.

        The latter also where a tensor of the body is a sum, as the mean mu in x - mu.
        """
        mentioned = set(tensors_of(body))
        if extents(own) in self._known(body):
            yield t.summed(body, own)
            yield t.add_terms(t.expanded(t.summed(body, own)))
        lengths = {i.extent for i in own}
        constant = [
            c
            for c in reversed(self._made.values())
            if c.bar.name in mentioned and all(j.extent not in lengths for j in c.free)
        ]
        for c in constant:
            put_in = substitute(body, c.bar.name, c.free, c.body)
            assert isinstance(put_in, t.Poly)
            body = put_in
        if constant:
            yield t.add_terms(t.expanded(t.summed(body, own)))

    def why_zero(self, x: Tensor, reached: bool, outputs: Iterable[str]) -> str:
        """Why the cotangent of x is 0, in words; `reached` if an output depends on x at all."""
        ends = ", ".join(outputs)
        if not reached:
            return f"{ends} does not depend on {x.name}"
        graph = self.simplifier.graph
        arrows = dependencies(graph, carried=False)
        root, above = x.name, [x.name]
        while above:
            above = [u for u in arrows.successors(root) if u in self.along]
            root = above[0] if above else root
        if root == x.name:
            return f"the contributions to {x.name} cancel for every value of the other tensors"
        over, axes = self.along[root], graph.tensor(root).indices
        users = list(arrows.successors(root))
        letters = ", ".join(i.letter for i in over)
        what = users[0] if len(users) == 1 else ends
        place = f"{root}[{','.join(a.letter for a in axes)}]"
        return (
            f"shift invariance: {what} does not change when the same number is added to {place} "
            f"for all {letters}, and {x.name} adds no more than that to {root}"
        )
