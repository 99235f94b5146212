"""Pages of identity: the doors, keys for programs, and the organisation's office."""
