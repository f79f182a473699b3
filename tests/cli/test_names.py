"""NAME -> page or layer, from a checkout and from a wheel."""

from pathlib import Path

import pytest

from symnet.cli import UsageError, names
from symnet.layers import catalogue
from symnet.train.optimizers import OPTIMIZERS

PAGE = """
from symnet.cli.page import Page
PAGE = Page("mine", "My page", "?", lambda: [], "!")
"""


def test_a_wheel_carries_the_pages_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "symnet" / "_derivations"
    folder.mkdir(parents=True)
    (folder / "mine.py").write_text(PAGE)
    (folder / "_private.py").write_text("raise SystemExit")
    monkeypatch.setattr(names, "PACKAGE", tmp_path / "symnet")
    assert names.page_names() == ["mine"]
    assert names.page("mine").title == "My page"


def test_pages_come_before_layers() -> None:
    assert names.names()[: len(names.page_names())] == names.page_names()
    assert set(names.names()) == {*names.page_names(), *catalogue(), *OPTIMIZERS}


def test_unknown() -> None:
    with pytest.raises(UsageError, match=r"unknown name 'gat'; did you mean gate"):
        names.graph("gat")
    with pytest.raises(UsageError, match=r"unknown name 'zzzzzz'; known: .*dense"):
        names.graph("zzzzzz")
