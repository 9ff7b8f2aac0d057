"""What can be seen of a running service from outside, and nothing of a person in it."""
