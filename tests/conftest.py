"""What every test shares: one fixed seed, Hypothesis profiles, golden files.

pytest --seed 7                        other random numbers, everywhere
pytest --hypothesis-profile explore    more examples, drawn anew each time
pytest --update                        rewrite golden files (then read the diff)
"""

import os
import zlib
from collections.abc import Callable
from pathlib import Path

# Before NumPy is loaded: the products in tests are small, and on busy cores threads cost minutes.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("default", derandomize=True, print_blob=True, deadline=None)
settings.register_profile("explore", max_examples=1000, print_blob=True, deadline=None)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=0, help="seed of the `rng` fixture (default 0)")
    parser.addoption("--update", action="store_true", help="rewrite golden files")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Here and not in the header, which -q hides."""
    profile = settings.get_current_profile_name()
    terminalreporter.write_line(f"seed {config.getoption('--seed')}, hypothesis profile {profile}")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator of its own for each test: --seed and the test's name decide, not the order."""
    name = zlib.crc32(request.node.nodeid.encode())
    return np.random.default_rng([request.config.getoption("--seed"), name])


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: text equals the file `golden/<name>` beside the test.

    --update rewrites the file where it differs; without it, a missing file is a failure.
    """
    folder = Path(request.path).parent / "golden"

    def compare(name: str, text: str) -> None:
        path = folder / name
        known = path.read_text(encoding="utf-8") if path.exists() else None
        if known != text and request.config.getoption("--update"):
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif known is None:
            pytest.fail(f"no golden file {path}: write it with --update, then read it")
        else:
            assert text == known

    return compare
