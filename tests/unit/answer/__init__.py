"""A package, so that its tests can share what they make (--import-mode=importlib)."""
