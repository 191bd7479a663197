"""What is under test: where its services are, what it claims, how to log in, and what it may be asked to bear."""

from dwconform.target.load import load_target
from dwconform.target.model import Target
from dwconform.target.waiver import Waiver

__all__ = ["Target", "Waiver", "load_target"]
