"""A file that a person names: what is refused, and what is said then."""

from pathlib import Path

import pytest

from symnet.notation import TrainingError
from symnet.train.paths import readable


def test_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    assert readable(str(tmp_path / "a.csv")) == tmp_path / "a.csv"


def test_refusals(tmp_path: Path) -> None:
    (tmp_path / "wine.csv").touch()
    with pytest.raises(TrainingError, match=r"wine.csv is empty"):
        readable(tmp_path / "wine.csv")
    with pytest.raises(TrainingError, match=r"wines.csv: no such file; did you mean wine.csv\?"):
        readable(tmp_path / "wines.csv")
    with pytest.raises(TrainingError, match=r"is a folder; expected a file"):
        readable(tmp_path)
    with pytest.raises(TrainingError, match=r"a.csv: no such file; there is no folder .*none$"):
        readable(tmp_path / "none" / "a.csv")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("x")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(TrainingError, match=r"a.csv cannot be read: Permission denied"):
        readable(tmp_path / "a.csv")
