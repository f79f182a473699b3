"""A text in a file: its numbers are those of the text in memory; only windows are read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnet.layers import dense, embedding, join, labels, softmax_cross_entropy
from symnet.notation import Graph, Index, ShapeMismatch, Tensor, TrainingError, UnknownTensor
from symnet.train.datasets import documentation
from symnet.train.loop import fit
from symnet.train.streams import Streams, streams
from symnet.train.text_file import BLOCK, open_text


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_numbers_are_those_of_the_text_in_memory(tmp_path: Path) -> None:
    known = documentation()
    found = open_text(written(tmp_path / "a.txt", known.text))
    assert found.symbols.decode() == known.symbols and len(found) == len(known.text)
    assert (found.ids == known.ids).all()
    assert (found[100:200].ids == known.ids[100:200]).all()
    assert found[100:200].symbols == found.symbols
    assert found.decoded(found[:50].ids) == known.text[:50]
    assert (found.encoded("for while") == known.encoded("for while")).all()


def test_what_is_a_symbol(tmp_path: Path) -> None:
    found = open_text(written(tmp_path / "a.txt", "\ufeffné\r\nN n"))
    assert found.symbols == b"\n\r Nn\xa9\xc3"
    assert found.decoded(found.ids) == "né\r\nN n"
    assert found.decoded(found.ids[1:3]) == "é" and found.decoded(found.ids[1:2]) == "\ufffd"
    with pytest.raises(UnknownTensor, match="the text has no symbol 'x'"):
        found.encoded("nx")


def test_another_file_has_the_same_numbers(tmp_path: Path) -> None:
    first = open_text(written(tmp_path / "a.txt", "abc"))
    assert first.read(written(tmp_path / "b.txt", "cbb")).ids.tolist() == [2, 1, 1]
    with pytest.raises(UnknownTensor, match=r"b.txt holds b'xy', no symbols of the first text"):
        first.read(written(tmp_path / "b.txt", "ayxb"))


def test_symbols_in_every_block_count(tmp_path: Path) -> None:
    found = open_text(written(tmp_path / "a.txt", b"a" * BLOCK + b"b" * BLOCK + b"c"))
    assert found.symbols == b"abc"


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is empty"):
        open_text(written(tmp_path / "a.txt", ""))
    with pytest.raises(TrainingError, match="holds b'' only"):
        open_text(written(tmp_path / "a.txt", "\ufeff"))
    with pytest.raises(TrainingError, match=r"holds b'z' only; .* two symbols"):
        open_text(written(tmp_path / "a.txt", "zzzz"))
    with pytest.raises(TrainingError, match=r"b.txt: no such file; did you mean a.txt\?"):
        open_text(tmp_path / "b.txt")


def language_model(symbols: int, steps: int | str = "T") -> Graph:
    t = Index("t", steps)
    x = Tensor("x", Index("n", "N"), t, assume="integer", below=symbols)
    read = embedding(x, Index("d", 4), output="e")
    logits = dense(read.output, read.parameters[0].indices[0], output="z")
    return join(read, logits, softmax_cross_entropy(logits.output, labels(logits.output, "y")))


def test_a_model_learns_from_the_file_as_from_memory(tmp_path: Path) -> None:
    known = documentation()
    there = open_text(written(tmp_path / "a.txt", known.text))
    model, options = language_model(len(known.symbols)), {"epochs": 1, "batch": 8}
    kept = slice(0, 20_000)
    a, b = (
        fit(model, streams(ids, 16), validation=streams(rest, 16), **options)  # type: ignore[arg-type]
        for ids, rest in ((there[kept], there[-3000:]), (known.ids[kept], known.ids[-3000:]))
    )
    assert (a.parameters["E"] == b.parameters["E"]).all()
    assert a.history == b.history


def test_resume_knows_the_text_by_its_bytes_and_symbols(tmp_path: Path) -> None:
    content = "some text, some other text. " * 100
    text = open_text(written(tmp_path / "a.txt", content))
    first = streams(text, 4).digest()
    assert first == streams(open_text(tmp_path / "a.txt"), 4).digest()
    assert first != streams(text, 5).digest() and first != streams(text[1:], 4).digest()
    other = open_text(written(tmp_path / "b.txt", content[:-1] + "e"))
    assert first != streams(other, 4).digest()
    more = open_text(written(tmp_path / "c.txt", content + "!"))
    assert first != streams(more[:-1], 4).digest()


def sparse(path: Path, size: int) -> Streams:
    """A file that is larger than any memory here, and empty but for its first bytes."""
    with path.open("wb") as file:
        file.write(b"\1\2\3\4" * 25)
        file.truncate(size)
    return streams(np.memmap(path, np.uint8, "r"), 4)


def test_only_the_windows_are_read(tmp_path: Path) -> None:
    found = sparse(tmp_path / "a.bin", 1 << 38)  # 256 GiB
    assert found.is_slow
    batch, count = found.batch(0, 0, 0, 2)
    assert count == 2 and batch["x"].tolist() == [[1, 2, 3, 4], [0, 0, 0, 0]]
    assert batch["y"].tolist() == [[2, 3, 4, 1], [0, 0, 0, 0]]
    assert batch["x"].dtype == np.intp
    assert len(found.digest()) > 64


@pytest.mark.parametrize("in_file", [True, False])
def test_a_number_that_the_model_does_not_have(tmp_path: Path, in_file: bool) -> None:
    np.save(tmp_path / "ids.npy", np.arange(200) % 9)
    ids: Any = np.load(tmp_path / "ids.npy", mmap_mode="r" if in_file else None)
    with pytest.raises(ShapeMismatch, match=r"x holds 0 .. 8, expected integers 0 .. 7"):
        fit(language_model(8), streams(ids, 4), epochs=1, batch=4)
    text = open_text(written(tmp_path / "a.txt", "abcdefghi" * 20))
    with pytest.raises(ShapeMismatch, match=r"x holds 0 .. 8, expected integers 0 .. 7"):
        fit(language_model(8), streams(text[:90], 4), epochs=1, batch=4)
    assert fit(language_model(9), streams(ids, 4), epochs=1, batch=4).steps == 12
