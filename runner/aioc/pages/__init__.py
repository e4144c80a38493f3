"""The generated pages of docs/: a server from its overlay and what was seen of it, a topic from its cases."""
