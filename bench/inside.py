"""Runs cases on the Dovecot of the system it runs in, as root in a box.

Prints what it does; the results are written as JSON.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SOURCE / "tests" / "integration"))

import cases  # noqa: E402
from harness.series import installed_version  # noqa: E402
from lab import Lab  # noqa: E402


def add_options(parser):
    """Those that are the same here and on the outside."""
    parser.add_argument("cases", nargs="*", metavar="CASE",
                        help="cases or groups of them; all without any")
    parser.add_argument("--messages", type=int, default=100_000,
                        help="in a mailbox (default: %(default)s)")
    parser.add_argument("--storage", default="sdbox",
                        choices=("sdbox", "maildir", "mdbox"),
                        help="of the mailboxes (default: %(default)s)")
    parser.add_argument("--samples", type=int, default=25,
                        help="of each side (default: %(default)s)")
    parser.add_argument("--fresh-samples", type=int, default=5,
                        help="of each side where each takes a fresh mailbox "
                        "(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1,
                        help="of the messages (default: %(default)s)")


def main(argv):
    parser = argparse.ArgumentParser()
    add_options(parser)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--results", required=True)
    options = parser.parse_args(argv)

    def tell(text):
        print(f"  {text}", flush=True)

    results = []
    with Lab(options, tell) as lab:
        for name in cases.chosen(options.cases):
            tell(name)
            before = os.getloadavg()[0]
            result = cases.run(name, lab)
            results.append({**result.as_json(),
                            "when": time.strftime("%F %T", time.gmtime()),
                            "load": [before, os.getloadavg()[0]]})
    Path(options.results).write_text(json.dumps({
        "dovecot": "%d.%d.%d" % installed_version(), "results": results}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
