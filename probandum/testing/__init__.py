"""Parts for tests that ship with the library: a scripted judge and a scripted chat server."""
