"""symnet steps SUBJECT: the derivation as the rules really applied, at one level of detail."""

from __future__ import annotations

import json
from argparse import Namespace

from symnet.cli.show import show
from symnet.cli.subject import answered
from symnet.render.text import text_of
from symnet.verify.derivation import context_of


def run(options: Namespace) -> int:
    """0; every step has been evaluated on both sides before it is printed."""
    answer = answered(options)
    found = answer.steps(options.level)
    if options.json:
        rows = [
            {
                "entry": text_of(s.entry, context),
                "rule": s.rule,
                "reason": s.reason,
                "before": text_of(s.before, context),
                "after": text_of(s.after, context),
            }
            for part in found.parts
            for context in [context_of(part)]
            for s in part.steps
        ]
        show(json.dumps({"wrt": list(answer.wrt), "level": found.level, "steps": rows}, indent=2))
    else:
        show(found.latex if options.latex else str(found))
    return 0
