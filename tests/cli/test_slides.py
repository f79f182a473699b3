"""symnet slides: every format, and one clear error for what cannot be made."""

import re
from pathlib import Path

import pytest

from symnet.cli import main
from symnet.render.setting.typst_wheel import compiled

TYPED = ["np.sum((X@w - y)**2)/2", "--shape", "X=N,D w=D y=N", "--wrt", "w"]


@pytest.mark.parametrize("suffix", ["tex", "typ", "html", "pdf"])
def test_formats(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"deck.{suffix}"
    assert main(["slides", *TYPED, "-o", str(path), "--engine", "typst"]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    expected = {"pdf": b"%pdf", "tex": b"documentclass", "typ": b"#let", "html": b"<!doctype html"}
    assert expected[suffix] in path.read_bytes()[:2000].lower()


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    made = []
    for k in range(2):
        path = tmp_path / f"{k}.pdf"
        assert main(["slides", *TYPED, "-o", str(path), "--engine", "typst"]) == 0
        made.append(path.read_bytes())
    assert made[0] == made[1]


def test_two_decks_in_one_folder_keep_their_pictures(tmp_path: Path) -> None:
    """Nothing that lies beside a deck is written over, be it another deck's or the user's."""
    own = tmp_path / "formula-1.svg"
    own.write_text("mine")
    other = ["np.sum(np.exp(u))", "--shape", "u=N", "--wrt", "u"]
    for name, words in (("a b", TYPED), ("c", other)):
        assert main(["slides", *words, "-o", str(tmp_path / f"{name}.typ")]) == 0
    assert own.read_text() == "mine"
    read = {
        name: set(re.findall(r'image\("([^"]+)"', (tmp_path / f"{name}.typ").read_text("utf-8")))
        for name in ("a b", "c")
    }
    assert all((tmp_path / file).exists() for files in read.values() for file in files)
    assert {file.split("/")[0] for file in read["a b"]} == {"a-b-files"}
    assert {file.split("/")[0] for file in read["c"]} == {"c-files"}
    files = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*.svg")}
    assert compiled((tmp_path / "c.typ").read_text("utf-8"), files, "pdf")[0].startswith(b"%PDF")


def test_a_fragment_and_its_preamble(tmp_path: Path) -> None:
    path = tmp_path / "part.tex"
    assert main(["slides", *TYPED, "-o", str(path), "--fragment"]) == 0
    assert r"\documentclass" not in path.read_text()
    assert r"\begin{frame}" in path.read_text()
    assert "amsmath" in (tmp_path / "part_preamble.tex").read_text()


def test_a_run_gives_its_curve(tmp_path: Path) -> None:
    kept = tmp_path / "run.safetensors"
    assert main(["train", "digits", "--epochs", "1", "--checkpoint", str(kept)]) == 0
    path = tmp_path / "digits.html"
    assert main(["slides", "digits", "--checkpoint", str(kept), "-o", str(path)]) == 0
    assert "Training" in path.read_text()


@pytest.mark.parametrize(
    "words, said",
    [
        (["softmax", "-o", "x.ppt"], "a deck ends in"),
        (["softmax", "-o", "x.pdf", "--fragment"], "ends in .tex"),
        (["nothing"], "nothing"),
        (["softmax", "-o", "x.html", "--notes"], "are for pages"),
        (["softmax_cross_entropy_one_hot", "--wrt", "p", "-o", "x.tex"], "cannot vary it"),
        (["softmax", "--train", "-o", "x.html"], "trains nothing"),
    ],
)
def test_what_cannot_be_made(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["slides", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_machine_without_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No TeX, no Graphviz: PDF, LaTeX, HTML and a drawing all the same."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("deck.pdf", "deck.tex", "deck.html"):
        assert main(["slides", *TYPED, "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).stat().st_size > 1000
    assert (tmp_path / "deck.pdf").read_bytes().startswith(b"%PDF")
    assert main(["draw", *TYPED, "-o", str(tmp_path / "graph.svg")]) == 0


def test_notes_say_the_formulas(tmp_path: Path) -> None:
    path = tmp_path / "deck.tex"
    assert main(["slides", *TYPED, "-o", str(path), "--notes"]) == 0
    assert r"\note" in path.read_text()
