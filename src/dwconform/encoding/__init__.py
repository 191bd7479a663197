"""Strict readers of what travels.

Each reader takes bytes and returns the value together with a list of :class:`~dwconform.encoding.problem.Problem`; it
never raises on bad input and never repairs in silence.
"""
