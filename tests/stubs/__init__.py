"""Small hostile servers: what a run must survive."""
