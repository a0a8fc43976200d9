"""The one seam to a language model: the protocol, the client, and what stands before and behind it."""
