"""Tests of the reference server; a package, so that file names may repeat elsewhere."""
