"""Which cotangents keep a name: one is inlined where that makes the whole shorter.

    p_bar = -y/(N p),  x_bar = p (p_bar - sum p p_bar)   =>   x_bar = (p sum(y) - y)/N

A copy, a constant or a delta is always inlined, and so is what is only copied. Otherwise inlining
must simplify more than it repeats, by more than a name costs, or by as much where it then joins
another term; a sum is never repeated; a recurrence and an output keep their names.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symnet.calculus import terms as t
from symnet.calculus.fold import Folder, names_in, pattern_of_body
from symnet.calculus.journal import Journal
from symnet.calculus.simplify import Simplifier, tensors_of
from symnet.notation import Index, Tensor

REASONS = {
    "expand": "sums multiplied out",
    "group": "a common factor taken out",
    "complement": "a quotient times its denominator is its numerator",
}
NAME_COST = 2
MOST_USERS = 2
LARGEST_BODY = 150
LARGEST_REPEAT = 20  # a longer body stands in several places only if all of it gets shorter


@dataclass(frozen=True)
class Cotangent:
    """bar[free] = body, the cotangent of the tensor `of`."""

    of: Tensor
    bar: Tensor
    free: tuple[Index, ...]
    body: t.Poly


def substitute(node: t.Node, name: str, free: Sequence[Index], body: t.Poly) -> t.Node:
    """The node with every entry of the tensor of that name replaced by the body."""
    if isinstance(node, t.Ref):
        if node.tensor.name != name:
            return node
        out: t.Poly = t.rename(body, dict(zip(free, node.slots, strict=True)))
        return out
    if isinstance(node, t.Fn):
        args = [substitute(a, name, free, body) for a in node.args]
        return t.fn(node.name, args)  # type: ignore[arg-type]
    if isinstance(node, t.Cmp):
        left, right = (substitute(a, name, free, body) for a in (node.left, node.right))
        return t.compared(node.relation, left, right)  # type: ignore[arg-type]
    if isinstance(node, t.Red):
        new, inner = t.open_reduction(node)
        return t.reduction(node.kind, new, substitute(inner, name, free, body))  # type: ignore[arg-type]
    if isinstance(node, t.Poly):
        terms: list[tuple[Fraction, t.Mono]] = []
        for c, m in node.terms:
            builder = t.Builder(c)
            for f, e in builder.opened(m):
                builder.times(substitute(f, name, free, body), e)
            terms.extend(builder.close().terms)
        return t.add_terms(terms)
    return node


def occurrences(node: t.Node, name: str) -> int:
    """How often the tensor of that name stands in the node."""
    if name not in names_in([node]):
        return 0
    return sum(found == name for found in tensors_of(node))


def is_trivial(body: t.Poly) -> bool:
    """A number, a copy of one entry, or a product of deltas, scalars and such."""
    if len(body.terms) > 1:
        return False
    for _, m in body.terms:
        if m.bound:
            return False
        values = [f for f, _ in m.factors if not isinstance(f, t.Sym | t.Num | t.Bracket)]
        if len(values) <= 2 and all(isinstance(f, t.Ref) and not f.slots for f in values):
            continue
        if len(values) > 1 or not all(isinstance(f, t.Ref) for f in values):
            return False
        if values and (len(m.factors) > 1 or m.factors[0][1] != 1 or body.terms[0][0] != 1):
            return False
    return True


def is_copy(user: Cotangent) -> bool:
    """One entry and nothing else, over the same indices: no broadcast."""
    body = user.body
    if len(body.terms) != 1 or body.terms[0][0] != 1 or len(body.terms[0][1].factors) != 1:
        return False
    ((f, e),) = body.terms[0][1].factors
    return isinstance(f, t.Ref) and e == 1 and {s.index for s in f.slots} == set(user.free)


def is_outer(body: t.Poly) -> bool:
    """a[i] b[j], a product of two entries that share no index: not worth a name."""
    if len(body.terms) != 1 or body.terms[0][1].bound:
        return False
    factors = body.terms[0][1].factors
    if len(factors) != 2 or not all(isinstance(f, t.Ref) and e == 1 for f, e in factors):
        return False
    (f, _), (g, _) = factors
    return bool(f.free) and bool(g.free) and f.free.isdisjoint(g.free)


def is_product(body: t.Poly) -> bool:
    """A few factors without a sum."""
    return len(body.terms) == 1 and not _has_sum(body) and len(body.terms[0][1].factors) <= 4


def settle(
    cotangents: Sequence[Cotangent],
    keep: frozenset[str],
    simplifier: Simplifier,
    journal: Journal | None = None,
    products: bool = False,
) -> list[Cotangent]:
    """The same cotangents, some inlined and dropped; those of the tensors in `keep` stay.

    With `products`, a product without a sum that is used once is inlined too.
    """
    current = {c.bar.name: c for c in cotangents}
    for c in cotangents:
        if c.of.name not in keep:
            _inline_trivial(c.bar.name, current, simplifier, journal)
    latest = dict(current)
    changed = True
    while changed:
        changed = False
        for name in list(current):
            latest[name] = current.get(name, latest[name])
            if name in current and _inline_shorter(
                name, current, keep, simplifier, journal, products
            ):
                changed = True
    inlined = [latest[c.bar.name] for c in cotangents if c.bar.name in latest]
    return _renamed(inlined, _needed(current, keep), journal)


def _renamed(
    cotangents: Sequence[Cotangent],
    settled: list[Cotangent],
    journal: Journal | None,
) -> list[Cotangent]:
    """A cotangent that was inlined gets its name back where its body stands often enough.

    x_bar = r (g y_bar - mean(g y_bar) - x_hat mean(x_hat g y_bar))  =>  h = g y_bar, thrice
    """
    known = {c.bar.name for c in settled}
    order = {c.bar.name: k for k, c in enumerate(cotangents)}
    for c in cotangents:
        if c.bar.name in known or not _mentions_only(c.body, order, known):
            continue
        pattern = pattern_of_body(c.bar, c.free, c.body)
        if pattern is None or (len(pattern.factors) < 2 and len(c.body.terms) < 2):
            continue
        folder = Folder([pattern], ())
        place = order[c.bar.name]
        new = [  # what stands before it cannot mention it
            replace(u, body=folder.fold(u.body)) if order[u.bar.name] > place else u
            for u in settled
        ]
        uses = sum(occurrences(u.body, c.bar.name) for u in new)
        saved = sum(u.body.cost - v.body.cost for u, v in zip(settled, new, strict=True))
        if uses < 2 or saved <= c.body.cost:
            continue
        if journal is not None:
            for u, v in zip(settled, new, strict=True):
                if u.body is not v.body:
                    reason = f"by definition of {c.bar.name}"
                    journal.note(v.bar, v.free, "fold", reason, u.body, v.body)
        settled = sorted([*new, c], key=lambda x: order[x.bar.name])
        known.add(c.bar.name)
    return settled


def _mentions_only(body: t.Poly, cotangents: Container[str], known: Container[str]) -> bool:
    """Whether every cotangent in the body is one that is kept."""
    return all(name in known for name in tensors_of(body) if name in cotangents)


def _users(name: str, current: dict[str, Cotangent]) -> list[str]:
    return [k for k, c in current.items() if occurrences(c.body, name)]


def _inline_trivial(
    name: str,
    current: dict[str, Cotangent],
    simplifier: Simplifier,
    journal: Journal | None,
) -> None:
    c = current[name]
    if not is_trivial(c.body) or occurrences(c.body, name):
        return
    for user in _users(name, current):
        new = _with(current[user], c, simplifier)
        _report(journal, current[user], c, new, simplifier)
        current[user] = new
    del current[name]


def _with(user: Cotangent, c: Cotangent, simplifier: Simplifier) -> Cotangent:
    body = substitute(user.body, c.bar.name, c.free, c.body)
    assert isinstance(body, t.Poly)
    return replace(user, body=simplifier.simplify(body))


def _report(
    journal: Journal | None, old: Cotangent, c: Cotangent, new: Cotangent, simplifier: Simplifier
) -> None:
    if journal is None:
        return
    body = substitute(old.body, c.bar.name, c.free, c.body)
    assert isinstance(body, t.Poly)
    journal.note(new.bar, new.free, "inline", c.bar.name, old.body, body)
    report_forms(journal, new.bar, new.free, body, simplifier)


def report_forms(
    journal: Journal, bar: Tensor, free: tuple[Index, ...], body: t.Poly, simplifier: Simplifier
) -> None:
    """Record the way from a body to its simplest form."""
    before = body
    for form in simplifier.forms(body):
        if form.raw is not before:
            journal.note(bar, free, form.rule, REASONS[form.rule], before, form.raw)
        reason = simplifier.folder.explained(form.terms)
        journal.note(bar, free, "fold", f"by {reason}", form.raw, form.folded)
        before = form.folded


def _inline_shorter(
    name: str,
    current: dict[str, Cotangent],
    keep: frozenset[str],
    simplifier: Simplifier,
    journal: Journal | None,
    products: bool,
) -> bool:
    c = current[name]
    users = _users(name, current)
    if name in users or not 0 < len(users) <= MOST_USERS:
        return False
    if c.body.cost > LARGEST_BODY:
        return False
    repeats = sum(occurrences(current[u].body, name) for u in users) > 1
    if repeats and _has_sum(c.body):
        return False
    new = {u: _with(current[u], c, simplifier) for u in users}
    stays = c.of.name in keep
    credit = 0 if repeats and c.body.cost > LARGEST_REPEAT else c.body.cost - 2
    saved = 0
    for u in users:
        before = current[u].body.cost
        before += credit * occurrences(current[u].body, name)
        saved += before - new[u].body.cost
    shorter = all(new[u].body.cost <= current[u].body.cost for u in users)
    if len(users) == 1 and not stays:
        shorter = shorter or is_copy(current[users[0]]) or (not repeats and is_outer(c.body))
        shorter = shorter or (products and not repeats and is_product(c.body))
    joined = all(len(new[u].body.terms) < len(current[u].body.terms) for u in users)
    if shorter or (not stays and saved >= NAME_COST + (not joined)):
        for u in users:
            _report(journal, current[u], c, new[u], simplifier)
        current.update(new)
        if not stays:
            del current[name]
        return True
    return False


def _has_sum(body: t.Poly) -> bool:
    return any(
        m.bound or any(isinstance(f, t.Poly) and _has_sum(f) for f, _ in m.factors)
        for _, m in body.terms
    )


def _needed(current: dict[str, Cotangent], keep: frozenset[str]) -> list[Cotangent]:
    wanted = {name for name, c in current.items() if c.of.name in keep}
    queue = list(wanted)
    while queue:
        body = current[queue.pop()].body
        for found in tensors_of(body):
            if found in current and found not in wanted:
                wanted.add(found)
                queue.append(found)
    return [c for name, c in current.items() if name in wanted]


__all__ = ["Cotangent", "report_forms", "settle"]
