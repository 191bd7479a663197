"""Small hostile servers: what a run must survive. `servers.STUBS` lists them all."""
