"""Speed, each figure measured against its floor or a peer in one run: `python -m tests.benchmarks`."""
