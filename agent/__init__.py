"""The reasoning over claims: types, judges, gathering, reopening, consolidation and scores; no graph, no files."""
