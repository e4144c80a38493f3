"""Real clients, driven against the reference server and against broken answers: what their files say is seen."""
