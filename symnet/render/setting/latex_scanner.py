r"""The text of a formula, token by token: a command, a sign, the raw text of an argument.

\frac{a}{b}  =>  \frac  {  a  }  {  b  }
"""

from __future__ import annotations

from symnet.notation.errors import UnsupportedExpression


class Scanner:
    """A place in a text that moves from left to right; spaces between tokens are passed over."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def refusal(self, what: str) -> UnsupportedExpression:
        """The error that says what is wrong here."""
        return UnsupportedExpression(f"{what}, after {self.at} signs of the LaTeX {self.text!r}")

    def peek(self) -> str:
        """The next token, which is not taken; nothing at the end."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        if self.text[self.at : self.at + 1] != "\\":
            return self.text[self.at : self.at + 1]
        end = self._letters(self.at + 1)
        return self.text[self.at : max(end, self.at + 2)]

    def _letters(self, end: int) -> int:
        while end < len(self.text) and self.text[end].isascii() and self.text[end].isalpha():
            end += 1
        return end

    def take(self) -> str:
        """The next token."""
        token = self.peek()
        self.at += len(token)
        return token

    def takes(self, token: str) -> bool:
        """Whether the next token is this one, which is then taken."""
        found = self.peek() == token
        self.at += len(token) if found else 0
        return found

    def expect(self, token: str) -> None:
        """Take this token; any other is refused."""
        if not self.takes(token):
            raise self.refusal(f"expected {token}, found {self.peek() or 'the end'}")

    def number(self) -> str:
        """Digits, with a point and further digits if they follow."""
        start = self.at
        self._digits()
        if self.text[self.at : self.at + 1] == "." and _is_digit(self.text[self.at + 1 :][:1]):
            self.at += 1
            self._digits()
        return self.text[start : self.at]

    def _digits(self) -> None:
        while _is_digit(self.text[self.at : self.at + 1]):
            self.at += 1

    def raw(self) -> str:
        """What stands in the next braces, as it is written."""
        self.expect("{")
        start, depth = self.at, 1
        while depth and self.at < len(self.text):
            c = self.text[self.at]
            depth += (c == "{") - (c == "}")
            self.at += 2 if c == "\\" else 1
        if depth:
            raise self.refusal("a brace that is not closed")
        return self.text[start : self.at - 1]


def _is_digit(text: str) -> bool:
    return text.isascii() and text.isdigit()
