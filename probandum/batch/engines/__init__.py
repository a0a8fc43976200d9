"""What audits the answers of a batch: on this machine, or on a Ray cluster."""
