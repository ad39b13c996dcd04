"""Run a command to its end and print its seconds, peak memory in bytes and exit code as JSON.

A process of its own and without imports of weight: a child's peak counts what its parent held when it was forked.
"""

import json
import resource
import subprocess
import sys
import time


def main() -> None:
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, error = process.communicate()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    said = error.decode(errors="replace").strip().splitlines() or ["no message"]
    print(json.dumps([seconds, peak, process.returncode, said[-1]]))


if __name__ == "__main__":
    main()
