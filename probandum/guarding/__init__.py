"""Answers checked while they are written: sentences are held back until they are judged."""
