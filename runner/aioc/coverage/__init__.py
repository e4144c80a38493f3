"""What the catalogue covers: endpoints, request fields, answer fields, and the holes."""
