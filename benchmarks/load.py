"""The whole catalogue read and checked, as for a run: `python -m benchmarks.load` prints the processor's seconds."""

import time

from aioc.read.tree import load

if __name__ == "__main__":
    begun = time.process_time()
    loaded = load(client_requests=False)
    print(time.process_time() - begun)
    assert not loaded.problems
