"""The YAML test language: its model, a loader whose errors name file, line and column, and the matrix of a case."""

from dwconform.suite.loader import ONLY_STEP, SuiteSet, load_suites
from dwconform.suite.model import Alternative, Case, Control, Expectation, Keep, Send, Step, Vocabulary

__all__ = [
    "ONLY_STEP",
    "Alternative",
    "Case",
    "Control",
    "Expectation",
    "Keep",
    "Send",
    "Step",
    "SuiteSet",
    "Vocabulary",
    "load_suites",
]
