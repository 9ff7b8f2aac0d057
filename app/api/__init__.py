"""The HTTP API: one router a resource, endpoints that parse, call and return."""
