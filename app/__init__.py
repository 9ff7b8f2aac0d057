"""Huimin 惠民筛查: which of a district's benefits a household qualifies for, and why."""

__version__ = "0.1.0"
