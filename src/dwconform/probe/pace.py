"""No more requests a second than the target is to bear, over all threads."""

from __future__ import annotations

import threading
import time

__all__ = ["Pace"]


class Pace:
    """Gives each request its turn; turns are ``1 / per_second`` apart. None means no limit."""

    def __init__(self, per_second: float | None) -> None:
        self._gap = 1.0 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for the next turn."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
        if turn > now:
            time.sleep(turn - now)
