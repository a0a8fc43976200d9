"""What a batch comes to, added up from its rows, and how that looks."""
