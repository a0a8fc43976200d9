"""A judge that asks a cross-encoder of one's own: any model that compares a passage with a claim."""
