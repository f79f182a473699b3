"""symnet train NAME: fit a page's model; --accept and --short measure what the page promises."""

from __future__ import annotations

import json
import sys
import time
from argparse import Namespace
from pathlib import Path

from symnet.cli import UsageError
from symnet.cli.acceptance import accepted, trainable, training_of
from symnet.cli.pictures import curves
from symnet.cli.trainable import Training
from symnet.train.loop import Fitted
from symnet.train.model import save


def run(options: Namespace) -> int:
    """0 if the run ended (with --accept or --short: if every figure was reached), 1 if not."""
    measured = options.accept or options.short
    if options.all and (options.name or not measured):
        raise UsageError("--all takes no NAME, and goes with --accept or --short")
    if not options.all and not options.name:
        raise UsageError(f"what is to be trained? NAME is one of {', '.join(trainable())}")
    if not measured:
        return _train(training_of(options.name), options)
    chosen = trainable() if options.all else [options.name]
    return accepted(options, {name: training_of(name) for name in chosen})


def variant(training: Training, options: Namespace) -> dict[str, str]:
    """The chosen model of a page that has several. Raises UsageError for another name."""
    if options.variant is None:
        return {"variant": training.variants[0]} if training.variants else {}
    if options.variant not in training.variants:
        known = f"one of {', '.join(training.variants)}" if training.variants else "none"
        raise UsageError(f"{options.name} has no variant {options.variant!r}; expected {known}")
    return {"variant": options.variant}


def _train(training: Training, options: Namespace) -> int:
    started = time.perf_counter()
    chosen = variant(training, options)
    usual = training.usual_epochs(chosen.get("variant"))
    epochs = usual if options.epochs is None else options.epochs
    fitted = training.fit(
        seed=options.seed,
        epochs=epochs,
        progress=True,
        checkpoint=options.checkpoint or options.resume,
        resume=options.resume,
        **chosen,
    )
    if fitted.interrupted:
        return _interrupted(fitted, options)
    figures = training.score(fitted, options.seed)
    if options.save:
        save(options.save, fitted)
    if options.report:
        _report(training, fitted, options)
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
    if options.report:
        print(f"  pictures written to {options.report}")
    print(f"{seconds:.1f} s", file=sys.stderr)
    return 0


def _report(training: Training, fitted: Fitted, options: Namespace) -> None:
    """Curves for every page, and what the page itself draws."""
    folder = Path(options.report)
    folder.mkdir(parents=True, exist_ok=True)
    curves(folder / "loss.svg", {options.name: fitted.history})
    if training.report is not None:
        training.report(fitted, options.seed, folder)


def _interrupted(fitted: Fitted, options: Namespace) -> int:
    how = "nothing was saved: give --checkpoint FILE to be able to resume"
    if fitted.checkpoint is not None:
        words = ["symnet train", options.name, f"--seed {options.seed}"]
        words += [f"--epochs {options.epochs}"] if options.epochs is not None else []
        words += [f"--variant {options.variant}"] if options.variant is not None else []
        words += [f"--resume {fitted.checkpoint}"]
        how = f"go on with: {' '.join(words)}"
    print(f"symnet: interrupted after {fitted.steps} steps; {how}", file=sys.stderr)
    return 1
