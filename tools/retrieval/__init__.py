"""Finds passages by words and by meaning, in memory or in a corpus kept on disk."""
