"""The audit as a service: the graph behind the LangGraph server, with keys, limits, figures and a page of its own."""
