"""Many answers at once: reading them, auditing them with an engine, going on after a stop, and adding up what came."""
