"""From a response to claims: clauses, what is checkable, what a claim refers to."""
