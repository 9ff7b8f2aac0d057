"""Lists that are screened in the background: kept in a table, taken up by workers, each in a process of its own."""
