"""An embedded server that answers as OpenAI documents its API: first run, oracle and target of mutants."""
