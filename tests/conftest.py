"""What tests of several packages share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from bench import scripted_server
from dwconform.engine.library import Library, load_library
from dwconform.origin.server import OriginServer
from stubs.servers import Stub

# No test depends on how busy the machine is.
settings.register_profile("dwconform", deadline=None)
settings.load_profile("dwconform")

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def healthy() -> Iterator[OriginServer]:
    """A healthy origin; runs of different seeds do not meet in it."""
    with OriginServer() as origin:
        yield origin


@pytest.fixture(scope="session")
def shipped() -> Library:
    """All that dwconform comes with."""
    return load_library()


@pytest.fixture
def server() -> Iterator[Stub]:
    """A server that answers as the suite says; it counts what it was asked."""
    with scripted_server() as stub:
        yield stub
