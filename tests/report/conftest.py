from __future__ import annotations

import pytest

from dwconform.report.results import Results

from . import sample


@pytest.fixture(scope="package")
def faulty() -> Results:
    return sample.faulty()


@pytest.fixture(scope="package")
def clean() -> Results:
    return sample.clean()
