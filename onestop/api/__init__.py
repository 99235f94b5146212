"""One's own cases for programs that bring a key; the same services as beneath the pages."""
