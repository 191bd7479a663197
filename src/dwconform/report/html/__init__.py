"""The report that people read: one HTML file that needs nothing else, not even JavaScript."""

from __future__ import annotations

from dwconform.report.html.page import render_html

__all__ = ["render_html"]
