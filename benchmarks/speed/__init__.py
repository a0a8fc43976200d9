"""How fast, and at what price in memory."""
