"""House rules that neither the linter nor the import contract can express.

Each rule is a function `syntax tree -> lines that break it`, tried on a sample before it is
believed; the rule then runs over every file of the package.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "symnet"
TESTS = ROOT / "tests"
SOURCES = sorted(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py"))

# Tests of something that is not one module of the package.
NO_MIRROR = {
    "test_house.py",  # the rules below
    "test_derivations.py",  # derivations/
    "test_decks.py",  # docs/gallery/decks.py
    "test_front_door.py",  # symnet/__init__.py
    "test_own_data.py",  # docs/own_data.md
    "test_own_layer.py",  # docs/own_layer.md
    "test_training.py",  # the pages that train a model
    "test_reproducible.py",  # the same pages
    "layers/test_goldens.py",  # of every layer
    "notation/parse/test_safety.py",  # of parsing as a whole
    "notation/parse/test_random_texts.py",  # the same
    "verify/test_soundness.py",  # of checking as a whole
}
NO_MIRROR_FOLDERS = {"benchmarks", "judges", "golden", "literature", "claims"}

RAW_REWRITING = {"diff", "subs", "xreplace", "doit"}
MAY_REWRITE = {"symnet/notation/index.py", "symnet/calculus/derivative.py"}

EVALUATES_TEXT = {"eval", "exec", "compile", "__import__"}
MAY_EXECUTE = {"symnet/codegen/build.py": {"exec", "compile"}}
SYMPY_EVALUATES_TEXT = {"sympify", "parse_expr"}
EXECUTES_ON_LOAD = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "marshal", "shelve"}


def imported_names(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """(line, module, name) for each name that an import brings in; a whole module has no name."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name, "") for alias in names)
            case ast.ImportFrom(module=module, names=names):
                yield from ((node.lineno, module or "", alias.name) for alias in names)


def raw_rewriting(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """`e.diff(...)`, `sympy.diff(e)`, `from sympy import diff`; `np.diff` is another thing."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy"))):
                continue
            case ast.Call(func=ast.Attribute(attr=name)) if name in RAW_REWRITING:
                yield node.lineno, f".{name}("
    for line, module, name in imported_names(tree):
        if module.split(".")[0] == "sympy" and name in RAW_REWRITING:
            yield line, f"from {module} import {name}"


def evaluated_text(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Whatever could turn text or a file into running code."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) if name in EVALUATES_TEXT | SYMPY_EVALUATES_TEXT:
                yield node.lineno, name
            case ast.Attribute(value=ast.Name(id="builtins"), attr=name) if name in EVALUATES_TEXT:
                yield node.lineno, name
            case ast.Attribute(attr=name) if name in SYMPY_EVALUATES_TEXT:
                yield node.lineno, name
            case ast.keyword(arg="allow_pickle", value=value):
                if not (isinstance(value, ast.Constant) and value.value is False):
                    yield value.lineno, "allow_pickle"
    for line, module, name in imported_names(tree):
        if module.split(".")[0] in EXECUTES_ON_LOAD:
            yield line, module
        if name in SYMPY_EVALUATES_TEXT:
            yield line, name


def parsed(path: str) -> ast.AST:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=path)


@pytest.mark.parametrize("path", SOURCES)
def test_raw_rewriting_stays_in_two_files(path: str) -> None:
    found = [] if path in MAY_REWRITE else sorted(set(raw_rewriting(parsed(path))))
    assert not found, "\n".join(f"{path}:{line}: {what}" for line, what in found)


@pytest.mark.parametrize("path", SOURCES)
def test_text_is_never_evaluated(path: str) -> None:
    allowed = MAY_EXECUTE.get(path, set())
    found = sorted({hit for hit in evaluated_text(parsed(path)) if hit[1] not in allowed})
    assert not found, "\n".join(f"{path}:{line}: {what}" for line, what in found)


def test_tests_mirror_the_package() -> None:
    """tests/<package>/test_<module>.py has its symnet/<package>/<module>.py (or package)."""
    orphans = []
    for test in sorted(TESTS.rglob("test_*.py")):
        place = test.relative_to(TESTS)
        if place.as_posix() in NO_MIRROR or NO_MIRROR_FOLDERS & set(place.parts):
            continue
        module = PACKAGE / place.parent / test.stem.removeprefix("test_")
        if not (module.with_suffix(".py").exists() or (module / "__init__.py").exists()):
            orphans.append(f"tests/{place}: no {module.relative_to(ROOT)}.py")
    assert not orphans, "\n".join(orphans)


# Pages that name files, as people and CI follow them; a changelog may name what is gone.
GUIDES = [
    ".ci/run",
    "README.md",
    *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md")),
]
NAMED_FILE = re.compile(
    r"(?<![\w/.-])(?:tests|symnet|derivations|docs)/[\w/.-]+\.(?:py|md|npz|json)\b"
)


@pytest.mark.parametrize("guide", GUIDES)
def test_files_that_are_named_exist(guide: str) -> None:
    named = NAMED_FILE.findall((ROOT / guide).read_text(encoding="utf-8"))
    assert sorted({file for file in named if not (ROOT / file).exists()}) == []


IS_RAW_REWRITING = """
e.diff(x)
sp.diff(e, x)
f(x).subs({x: 1}).y
e.args[0].xreplace(m)
a.b.doit()
from sympy import diff
from sympy.core.function import diff as d
"""
IS_NO_RAW_REWRITING = """
np.diff(a)
rename(e)
diff = a - b
".subs("
"""
IS_EVALUATED_TEXT = """
eval(t)
exec(t)
compile(t, "", "exec")
f = eval
builtins.exec(t)
__import__("os")
import pickle
from pickle import loads
import marshal as m
sympify(t)
sp.sympify(t)
from sympy import sympify as s
parse_expr(t)
from sympy.parsing.sympy_parser import parse_expr
np.load(p, allow_pickle=True)
np.load(p, allow_pickle=flag)
"""
IS_NO_EVALUATED_TEXT = """
re.compile(p)
np.load(p, allow_pickle=False)
f.eval(x)
"eval(x)"
from sympy import S
"""


@pytest.mark.parametrize("line", IS_RAW_REWRITING.strip().splitlines())
def test_rule_sees_raw_rewriting(line: str) -> None:
    assert list(raw_rewriting(ast.parse(line)))


@pytest.mark.parametrize("line", IS_NO_RAW_REWRITING.strip().splitlines())
def test_rule_passes_what_is_no_raw_rewriting(line: str) -> None:
    assert not list(raw_rewriting(ast.parse(line)))


@pytest.mark.parametrize("line", IS_EVALUATED_TEXT.strip().splitlines())
def test_rule_sees_evaluated_text(line: str) -> None:
    assert list(evaluated_text(ast.parse(line)))


@pytest.mark.parametrize("line", IS_NO_EVALUATED_TEXT.strip().splitlines())
def test_rule_passes_what_evaluates_no_text(line: str) -> None:
    assert not list(evaluated_text(ast.parse(line)))
