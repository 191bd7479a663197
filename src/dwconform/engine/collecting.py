"""How often the garbage collector runs while much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["seldom_collecting"]

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Keep the garbage collector from walking again and again, for nothing, through all that is loaded and recorded.

    It takes a tenth of a run otherwise, and a quarter of loading the suites.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
