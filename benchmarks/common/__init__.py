"""What several measurements share: commands, labelled files, tables, going on after a stop."""
