"""Checks: each reads the evidence of one step and yields observations. A check observes and never judges."""
