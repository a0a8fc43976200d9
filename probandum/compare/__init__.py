"""Comparing two outputs of a bench or of a batch: what is paired, what differs by more than chance, what flipped."""
