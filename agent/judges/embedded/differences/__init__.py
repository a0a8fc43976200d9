"""Typed differences between a claim and the sentences nearest to it, a file for each kind."""
