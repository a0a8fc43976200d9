"""A claim compared with single statements of the evidence: what decides, where words alone can decide."""
