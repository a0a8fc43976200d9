"""Cuts text into sentences, passages and search terms, with exact offsets."""
