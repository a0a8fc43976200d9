"""Probandum beside its peers: the same answers to the same endpoint, each contender in an environment of its own."""
