"""A browser for the tests of pages, one for all of them.

Where no Chromium is found they are skipped; with SYMNET_BROWSER=required they fail.
"""

import os
from collections.abc import Iterator

import pytest

from tests.browser import Browser, installed


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = installed()
    if program is None and os.environ.get("SYMNET_BROWSER") == "required":
        pytest.fail("SYMNET_BROWSER=required, and no chromium is installed")
    if program is None:
        pytest.skip("no chromium is installed")
    with Browser(program) as opened:
        yield opened
