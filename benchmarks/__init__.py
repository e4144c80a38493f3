"""What aioc costs beside the least that its libraries must cost: `make bench`."""
