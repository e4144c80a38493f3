"""From exchanges to findings and verdicts: pure, no I/O; scripts ask for requests and are handed the answers."""
