"""Edits of a tree: what they share, and where they reach."""

from symnet.verify.slips.node import Node, merged, walk
from symnet.verify.slips.reading import read_formula
from symnet.verify.slips.tree import Tree
from symnet.verify.slips.writing import Writer


def test_a_name_is_edited_wherever_it_is_mentioned() -> None:
    root = read_formula("z = a + b; z*z", "numpy").root
    tree = Tree(root, "numpy")
    (b,) = [n for n in walk(root) if n.word == "b"]
    new = tree.replaced(b, Node("name", word="c"))
    shown = Writer("", "numpy", whole=True).written(new)
    assert shown == "(a + c)*(a + c)"


def test_what_is_not_edited_is_shared() -> None:
    root = read_formula("f(x) + y", "numpy").root
    tree = Tree(root, "numpy")
    new = tree.replaced(root.parts[1], Node("name", word="z"))
    assert new.parts[0] is root.parts[0]


def test_axes_and_slots_are_no_factors() -> None:
    root = read_formula("np.sum(x[1], axis=0)*y", "numpy").root
    found = [s.node.word for s in Tree(root, "numpy").expressions() if s.node.head == "number"]
    assert found == []


def test_products_are_whole_terms() -> None:
    text = "a*b - np.exp(c*d)"
    tree = Tree(read_formula(text, "numpy").root, "numpy")
    writer = Writer(text, "numpy")
    assert [writer.written(s.node) for s in tree.products()] == [text, "a*b", "np.exp(c*d)", "c*d"]


def test_parts_that_read_alike_are_merged() -> None:
    root = merged(read_formula("(a + b)*f(a + b) + 2*2", "numpy").root)
    sums = [n for n in walk(root) if n.head == "+"]
    assert len(sums) == 2
    assert len([n for n in walk(root) if n.head == "number"]) == 2
