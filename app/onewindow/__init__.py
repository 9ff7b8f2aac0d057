"""One window: a qualified household handed over to the units that handle it, and their answers brought back."""
