"""How well judges, searches and extractions do."""
