"""Probandum audits the answer of a language model, claim by claim, against evidence."""
