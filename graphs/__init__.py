"""The state machines; the only layer that knows LangGraph."""
