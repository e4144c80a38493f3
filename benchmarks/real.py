"""A whole run against a real llama-server: what of its time was not the server's.

`python -m benchmarks.real DIR`, with what scripts/real/get_llama_server.sh made, prints the run's seconds and the
server's.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aioc.report.journal import read_journal


def main(llama: str) -> None:
    """Run the catalogue once and add up."""
    with TemporaryDirectory() as folder:
        journal = Path(folder) / "run.jsonl"
        held_up = ["scripts/real/run_llama_server.py", llama, "--set-up", "default", "--log-dir", folder, "--"]
        ours = ["-m", "aioc", "run", "specs/", "--server", "llama.cpp", "--jobs", "1", "--journal", str(journal)]
        # What the run finds is no matter here.
        command = [sys.executable, *held_up, sys.executable, *ours]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        read = read_journal(journal)
    assert read.summary.complete
    waited = sum(transfer.total_ms for record in (*read.cases, *read.shown) for transfer in record.transfers) / 1000
    print(json.dumps([read.summary.seconds, waited]))


if __name__ == "__main__":
    main(sys.argv[1])
