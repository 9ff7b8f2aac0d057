"""一次性告知单: everything that a household is to know, told at once, as a page to print."""
