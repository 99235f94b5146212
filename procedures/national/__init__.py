"""The national portal's catalogue: `client` reads it (generation 1), `record` puts an answer into words of ours."""
