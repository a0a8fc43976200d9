"""One file for each format that documents come in."""
