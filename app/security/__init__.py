"""Trust: keys, sealing, the audit trail."""
