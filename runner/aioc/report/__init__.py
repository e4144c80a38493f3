"""Reports: pure functions of what the journal holds."""
