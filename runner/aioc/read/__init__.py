"""From files to values: strict YAML, closed vocabulary, every problem with its place; nothing is sent here."""
