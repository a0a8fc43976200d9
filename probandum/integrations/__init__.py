"""Probandum inside other people's evaluation frameworks, a file each."""
