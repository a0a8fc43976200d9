"""Tables, JSON, YAML and lists read as rows of cells with exact spans; what a judge makes of them is elsewhere."""
