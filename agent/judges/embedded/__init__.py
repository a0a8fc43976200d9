"""The judge that needs no model and no key: lexical evidence, measured and calibrated."""
