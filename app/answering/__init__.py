"""Results on their way out: put into words, into the contract's shape, into bytes."""
