"""Files in, files out: many households at once."""
