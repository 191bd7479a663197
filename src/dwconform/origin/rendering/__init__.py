"""Pixels into pictures: the pipelines of PS3.4 N.2 and the parameters of PS3.18 8.3.5."""
