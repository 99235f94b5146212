"""The catalogue's office at /quan-tri/: who changes procedures, who approves, what came of it."""
