"""A name that is assigned again stands for another tensor from there on.

    S = Q @ K.T; S = S/np.sqrt(d); softmax(S)   =>   S2 = S/np.sqrt(d); softmax(S2)

A definition keeps its value, so the second one gets a name of its own, which is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from symnet.notation.parse.names import unused


def told_apart(
    body: tuple[ast.stmt, ...], given: Collection[str], taken: Collection[str]
) -> tuple[tuple[ast.stmt, ...], list[tuple[str, str]]]:
    """The statements with a new name for every further assignment, and a note on each.

    `given` are tensors, which may be assigned too; `taken` are names that must not be made up.
    """
    names = {n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name)}
    used = {*names, *taken}
    bound = set(given)
    current: dict[str, str] = {}
    notes: list[tuple[str, str]] = []
    out: list[ast.stmt] = []
    for s in body:
        moved = _Renamed(current).visit(s) if current else s
        if isinstance(moved, ast.Assign) and len(moved.targets) == 1:
            target = moved.targets[0]
            if isinstance(target, ast.Name):
                name = target.id
                if name in bound:
                    new = unused(name, used)
                    used.add(new)
                    notes.append((new, f"{name} from line {s.lineno} on"))
                    current = {**current, name: new}
                    fresh = ast.copy_location(ast.Name(new, ast.Store()), target)
                    moved = ast.copy_location(ast.Assign([fresh], moved.value), s)
                bound.add(name)
        out.append(moved)
    return tuple(out), notes


class _Renamed(ast.NodeTransformer):
    """Names that are read, under the names that they have by now; loop variables stay."""

    def __init__(self, current: dict[str, str]) -> None:
        self.current = current

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if not isinstance(node.ctx, ast.Load) or node.id not in self.current:
            return node
        return ast.copy_location(ast.Name(self.current[node.id], node.ctx), node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._shadowed(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._shadowed(node)

    def _shadowed(self, node: ast.ListComp | ast.GeneratorExp) -> ast.AST:
        own = {g.target.id for g in node.generators if isinstance(g.target, ast.Name)}
        inner = {k: v for k, v in self.current.items() if k not in own}
        return _Renamed(inner).generic_visit(node)
