"""symnet train NAME: fit a page's model, or measure all that the page promises (--accept)."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace

from rich.console import Console
from rich.table import Table

from symnet.cli import UsageError, names
from symnet.cli.trainable import Figure, Training
from symnet.train.loop import Fitted
from symnet.train.model import save


def run(options: Namespace) -> int:
    """0 if the run ended (with --accept: if every figure was reached), 1 if not."""
    training = training_of(options.name)
    return _accept(training, options) if options.accept else _train(training, options)


def training_of(name: str) -> Training:
    """What the page trains. Raises UsageError if there is no such page, or it trains nothing."""
    found = getattr(names.page_module(name), "TRAINING", None)
    if found is None:
        known = [n for n in names.page_names() if hasattr(names.page_module(n), "TRAINING")]
        raise UsageError(f"{name} trains nothing; what can be trained: {', '.join(known)}")
    assert isinstance(found, Training), name
    return found


def _train(training: Training, options: Namespace) -> int:
    started = time.perf_counter()
    epochs = training.epochs if options.epochs is None else options.epochs
    fitted = training.fit(
        seed=options.seed,
        epochs=epochs,
        progress=True,
        checkpoint=options.checkpoint or options.resume,
        resume=options.resume,
    )
    if fitted.interrupted:
        return _interrupted(fitted, options)
    figures = training.score(fitted, options.seed)
    if options.save:
        save(options.save, fitted)
    seconds = time.perf_counter() - started
    if options.json:
        about = {"seed": options.seed, "epochs": epochs, "steps": fitted.steps}
        history = fitted.history.as_json()
        print(json.dumps({**about, "figures": figures, "history": history}, indent=2))
        return 0
    print(f"{options.name}: seed {options.seed}, {epochs} epochs, {fitted.steps} steps")
    print(f"  {'training loss':24} {fitted.history.loss[-1]:.6g}")
    for name, value in figures.items():
        print(f"  {name:24} {value:.6g}")
    if options.save:
        print(f"  model written to {options.save}")
    print(f"{seconds:.1f} s", file=sys.stderr)
    return 0


def _interrupted(fitted: Fitted, options: Namespace) -> int:
    how = "nothing was saved: give --checkpoint FILE to be able to resume"
    if fitted.checkpoint is not None:
        words = ["symnet train", options.name, f"--seed {options.seed}"]
        words += [f"--epochs {options.epochs}"] if options.epochs is not None else []
        words += [f"--resume {fitted.checkpoint}"]
        how = f"go on with: {' '.join(words)}"
    print(f"symnet: interrupted after {fitted.steps} steps; {how}", file=sys.stderr)
    return 1


def _accept(training: Training, options: Namespace) -> int:
    started = time.perf_counter()
    figures = training.accept(True)
    seconds = time.perf_counter() - started
    good = all(f.reached for f in figures)
    if options.json:
        rows = [
            {"figure": f.name, "measured": f.measured, "target": f.bound, "reached": f.reached}
            for f in figures
        ]
        print(json.dumps({"name": options.name, "figures": rows, "reached": good}, indent=2))
    else:
        _table(figures)
    print(f"{seconds:.1f} s", file=sys.stderr)
    return 0 if good else 1


def _table(figures: list[Figure]) -> None:
    table = Table("figure", "target", "measured", "reached")
    for f in figures:
        mark = "[green]yes[/green]" if f.reached else "[red]NO[/red]"
        table.add_row(f.name, f.bound, f"{f.measured:.4g}{f.unit}", mark)
    Console().print(table)
