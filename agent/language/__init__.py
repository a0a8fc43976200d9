"""Text as language: words, names, values, dates, which language it is; whether a claim holds is decided elsewhere."""
