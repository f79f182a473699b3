"""symnet list: every NAME with one line about it."""

from __future__ import annotations

import json
from argparse import Namespace

from symnet.cli import names
from symnet.layers import catalogue
from symnet.render.text import text
from symnet.train.optimizers import OPTIMIZERS


def run(options: Namespace) -> int:
    """Always 0."""
    pages = {name: names.page(name).title for name in names.page_names()}
    layers = {name: text(build()).splitlines()[-1] for name, build in catalogue().items()}
    rules = {name: text(make().graph).splitlines()[-1] for name, make in OPTIMIZERS.items()}
    trainable = [name for name in pages if hasattr(names.page_module(name), "TRAINING")]
    answer = {"pages": pages, "layers": layers, "optimizers": rules, "trainable": trainable}
    if options.json:
        print(json.dumps(answer, indent=2))
        return 0
    print("Pages (symnet derive NAME):")
    for name, title in pages.items():
        print(f"  {name:28} {title}{'  [symnet train]' if name in trainable else ''}")
    print("\nLayers and losses (symnet derive | draw | export | cost NAME):")
    for name, line in layers.items():
        print(f"  {name:28} {line}")
    print("\nOptimisers (the same verbs):")
    for name, line in rules.items():
        print(f"  {name:28} {line}")
    return 0
