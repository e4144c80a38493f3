"""`python -m aioc`."""

from aioc.cli import main

main()
