"""Over all claims: the evidence graph, findings, corrections, scores, and the report put together."""
