"""Who may ask for what, and how much: routes, limits, and the files that they are kept in."""
