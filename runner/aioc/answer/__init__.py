"""From the bytes of an answer to what they say: JSON, events, the assembled answer, facts. Pure."""
