"""Where evidence comes from: documents, passages, search; and the ground floor that every layer stands on."""
