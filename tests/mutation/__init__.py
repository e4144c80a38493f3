"""Mutation testing of the catalogue: every check must be broken by at least one broken answer."""
