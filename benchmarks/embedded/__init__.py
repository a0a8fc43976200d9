"""The embedded judge from inside: its weights, what each part is worth, how right it is, and as a screen."""
