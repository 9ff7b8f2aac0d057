"""Requests on their way in: from JSON as it was sent to a profile that every reader can trust."""
