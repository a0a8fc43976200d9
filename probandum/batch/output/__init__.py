"""What a batch writes: rows, files, tables."""
