"""From a file of records to the answers of a batch."""
