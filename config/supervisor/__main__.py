"""Command line: `python -m config.supervisor demo [--reset] [--port N]`, `... test [-- PYTEST ARGUMENTS]`."""

from __future__ import annotations

import argparse
import sys

from config.supervisor.demo import DEFAULT_PORT, demo
from config.supervisor.suite import suite


def port_number(text: str) -> int:
    """A TCP port a person may use."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is between 1 and 65535")
    return number


def main(arguments: list[str]) -> int:
    """Run the named command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m config.supervisor", description="Throughline on one machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    demo_parser = commands.add_parser("demo", help="run the demonstration on this machine")
    demo_parser.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, help="port on 127.0.0.1 (%(default)s)"
    )
    demo_parser.add_argument("--reset", action="store_true", help="throw the data of earlier runs away first")
    test_parser = commands.add_parser("test", help="lint, then the test suite on real servers")
    test_parser.add_argument("--no-lint", action="store_true", help="only pytest")
    test_parser.add_argument(
        "pytest", nargs="*", metavar="PYTEST ARGUMENT", help="after --, handed on to pytest"
    )
    chosen = parser.parse_args(arguments)
    if chosen.command == "demo":
        return demo(chosen.port, reset=chosen.reset)
    return suite(chosen.pytest, lint=not chosen.no_lint)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
