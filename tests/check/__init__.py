"""Tests of the checks: each on evidence that was made by hand."""
