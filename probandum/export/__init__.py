"""Reports in the forms of other programs, a file each; nothing here judges."""
