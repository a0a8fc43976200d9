"""Worked examples in a prompt: the bank they come from, and which are chosen."""
