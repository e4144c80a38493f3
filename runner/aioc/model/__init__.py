"""The frozen values that travel between the stages; no behaviour that needs another stage."""
