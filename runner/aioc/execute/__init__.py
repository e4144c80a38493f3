"""Sending requests: the only package that knows httpx; it never judges."""
