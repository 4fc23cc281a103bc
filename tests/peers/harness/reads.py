"""Somebody who reads one thing after the other, on whatever stand-in for a platform."""

from collections.abc import Callable

from .processes import PATIENCE, wait_for


class Reads:
    """Whoever has `posts` of a channel and those to them `alone`, oldest first, and sees each as it is `now`."""

    shown: str

    def __init__(self) -> None:
        self._read: dict[str, int] = {}

    def reads(self, text: str, channel=None, patience: float = PATIENCE):
        """Waits for the next post there that says `text`; without a channel, in the conversation with the bot."""
        channel = channel or self.direct
        return self._waits(text, str(channel.id), lambda: self.posts(channel), patience)

    def is_told(self, text: str, patience: float = PATIENCE):
        """Waits for the next thing that is said to them alone, wherever, and says `text`."""
        return self._waits(text, "alone", self.alone, patience)

    def sees(self, post, text: str, patience: float = PATIENCE):
        """Waits until a post says `text`."""

        def look():
            now = self.now(post)
            return now if text in now.text else None

        try:
            return wait_for("", look, patience)
        except AssertionError:
            raise AssertionError(f"{self.shown} does not see {text!r} but:\n{self.now(post).text}") from None

    def _waits(self, text: str, where: str, look: Callable[[], list], patience: float):
        def next_one():
            posts = look()
            for number in range(self._read.get(where, 0), len(posts)):
                if text in posts[number].text:
                    self._read[where] = number + 1
                    return posts[number]
            return None

        try:
            return wait_for("", next_one, patience)
        except AssertionError:
            said = "\n---\n".join(post.text for post in look()[-6:])
            raise AssertionError(f"{self.shown} does not read {text!r}; the last that was said:\n{said}") from None
