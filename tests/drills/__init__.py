"""What must hold when things break, tried again and again: `python -m tests.drills` prints the figures."""
