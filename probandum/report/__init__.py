"""How a report looks: as text for people; its content is made elsewhere."""
