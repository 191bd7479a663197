"""The engine: plans the cases, prepares the fixtures, executes, judges; one stream of events, many listeners."""
