"""What a language model writes, as types, and what becomes of it."""
