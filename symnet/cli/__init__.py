"""The command line: one verb, one name, one answer.

    symnet derive | steps | draw | slides | export | cost  SUBJECT [--shape X=N,D] [--wrt W] ...
    symnet check   FUNCTION --wrt W --claim CLAIM  [--shape X=N,D] [options]
    symnet train | list | tour                     [NAME] [options]

Exit status: 0 done; 1 a claim was refuted, a bound was missed, a judge disagreed, or the work
failed; 2 wrong usage: what was given cannot be read or does not exist.
Answers go to standard output, progress and errors to standard error. What a verb needs is imported
when it is asked for, so that --help is quick.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

from symnet.cli.options import EXAMPLES, OPTIONS

MODULES = {  # verb: the module whose `run` does it
    "derive": "derive",
    "check": "check",
    "steps": "stepwise",
    "draw": "drawing",
    "slides": "slides",
    "export": "export",
    "cost": "cost",
    "train": "training",
    "list": "listing",
    "tour": "tour",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    top = parser()
    options = top.parse_args([*map(_positional, sys.argv[1:] if argv is None else argv)])
    if options.verb is None:
        top.print_help(sys.stderr)
        return 2
    return _guarded(options)


def parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="symnet",
        description="One definition of a layer or loss: its gradient, formulas, picture, code.",
        epilog="example: symnet derive softmax",
    )
    top.add_argument("--version", action=_Version)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for name, verb in OPTIONS.items():
        line = (verb.__doc__ or "").splitlines()[0]
        made = verbs.add_parser(
            name,
            help=line,
            description=line,
            epilog=EXAMPLES[name],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb(made)
    return top


def _positional(word: str) -> str:
    """-np.sum(p*np.log(p)) is TEXT and no option: with a blank in front, argparse sees that."""
    is_text = word[:1] == "-" and word[:2] != "--" and any(c in word for c in "([*/+@^")
    return f" {word}" if is_text else word


class _Version(argparse.Action):
    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and leave")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        parser.exit(0, f"symnet {metadata.version('symnet')}\n")


def _guarded(options: argparse.Namespace) -> int:
    """Run the verb; an error that symnet raises on purpose becomes a message.

    What was given can be wrong (2); work on what was given can fail (1).
    """
    from symnet.notation import CheckFailed, SymnetError, TrainingError

    module = import_module(f"symnet.cli.{MODULES[options.verb]}")
    try:
        return int(module.run(options))
    except UsageError as error:
        return _say(error, 2)
    except (CheckFailed, TrainingError) as error:
        return _say(error, 1)
    except SymnetError as error:
        return _say(error, 2)
    except BrokenPipeError:
        sys.stdout = None  # nobody reads any more: nothing to flush either
        return 1
    except OSError as error:
        return _say(f"{error.filename or 'a file'}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        return _say("interrupted", 1)


class UsageError(Exception):
    """The command was given something that does not exist."""


def _say(error: object, status: int) -> int:
    print(f"symnet: {error}", file=sys.stderr)
    return status
