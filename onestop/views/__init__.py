"""Pages of cases: `filing` and `mine` for citizens, `desk` for civil servants, `papers` for files."""
