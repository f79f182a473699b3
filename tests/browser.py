"""A browser for tests: Chromium by its own debugging pipe, with nothing else installed.

    with Browser(path) as b:  b.open(file);  b.click(".node");  b.evaluate("1 + 1")

DevTools messages are JSON, each ended by a zero byte, on file descriptors 3 and 4. Tried instead:
selenium, whose driver has to be installed too and must have the version of the browser.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60.0  # seconds for one answer
FLAGS = (
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--remote-debugging-pipe", "--window-size=1280,720"),
)


def installed() -> str | None:
    """The path of a Chromium, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page in a browser. `requests` are addresses that it asked for, `messages` complaints."""

    def __init__(self, program: str) -> None:
        self.profile = tempfile.mkdtemp(prefix="symnet-browser-")
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.last, self.buffer, self.session = 0, b"", ""
        theirs, self.out = map(_high, os.pipe())
        self.into, ours = map(_high, os.pipe())
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = os.posix_spawn(
            program,
            [program, *FLAGS, *root, f"--user-data-dir={self.profile}", "about:blank"],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, theirs, 3),
                (os.POSIX_SPAWN_DUP2, ours, 4),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
        os.close(theirs)
        os.close(ours)
        targets = self.send("Target.getTargets")["targetInfos"]
        page = next(t["targetId"] for t in targets if t["type"] == "page")
        attached = self.send("Target.attachToTarget", targetId=page, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, TimeoutError, ConnectionError):
            self.session = ""
            self.send("Browser.close")
        self._end()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _end(self) -> None:
        """Wait for the end of the process, and end it if it does not."""
        for _ in range(50):
            if os.waitpid(self.process, os.WNOHANG)[0]:
                return
            time.sleep(0.1)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)

    # -- messages -----------------------------------------------------------------------------

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to one command."""
        self.last += 1
        message: dict[str, Any] = {"id": self.last, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        for answer in self._incoming(time.monotonic() + PATIENCE):
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise ConnectionError(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
        raise TimeoutError(method)

    def wait(self, event: str) -> None:
        """Until that event has come."""
        for message in self._incoming(time.monotonic() + PATIENCE):
            if message.get("method") == event:
                return
        raise TimeoutError(event)

    def _incoming(self, until: float) -> Iterator[dict[str, Any]]:
        while (left := until - time.monotonic()) > 0:
            while b"\0" in self.buffer:
                text, self.buffer = self.buffer.split(b"\0", 1)
                message = json.loads(text)
                self._note(message.get("method", ""), message.get("params", {}))
                yield message
            if select.select([self.into], [], [], left)[0]:
                read = os.read(self.into, 1 << 20)
                if not read:
                    raise ConnectionError("the browser has ended")
                self.buffer += read

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Log.entryAdded":
            self.messages.append(params["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.messages.append(details.get("exception", details).get("description", str(details)))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.messages.append(str(params["args"]))

    @property
    def loaded(self) -> set[str]:
        """The addresses that were asked for, but those of data that the page itself has."""
        return {address for address in self.requests if not address.startswith("data:")}

    # -- what a reader does -------------------------------------------------------------------

    def open(self, path: Path, address: str = "") -> None:
        """A file, with what follows in its address; requests and messages start anew."""
        self.send("Page.navigate", url="about:blank")
        self.wait("Page.loadEventFired")
        self.requests.clear()
        self.messages.clear()
        self.send("Page.navigate", url=path.as_uri() + address)
        self.wait("Page.loadEventFired")
        self.evaluate("document.fonts.ready.then(() => 0)")

    def evaluate(self, script: str) -> Any:
        """The value of an expression in the page; promises are waited for."""
        answer = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise ValueError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """A click into the middle of an element."""
        x, y = self.evaluate(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)})"
            ".getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, text: str = "") -> None:
        """A key by its name: Escape, ArrowRight, Tab, Enter."""
        codes = {"Escape": 27, "Enter": 13, "Tab": 9}
        code = {"windowsVirtualKeyCode": codes[key]} if key in codes else {}
        down = "keyDown" if text or key == "Enter" else "rawKeyDown"
        typed = {"text": text or "\r"} if down == "keyDown" else {}
        self.send("Input.dispatchKeyEvent", type=down, key=key, code=key, **typed, **code)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, **code)

    def picture(self, path: Path) -> None:
        """A screenshot, to look at."""
        shot = self.send("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(shot["data"]))


def _high(descriptor: int) -> int:
    """The same file at a number above those that the browser expects."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved
