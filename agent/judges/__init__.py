"""What turns a claim and evidence into a verdict: the protocol, and a folder for each kind of judge."""
