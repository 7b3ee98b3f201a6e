"""Command line of the supervisor.

python -m config.supervisor demo [--reset] [--port N] [--size small]    the demonstration on this machine
python -m config.supervisor test [-- PYTEST ARGUMENT ...]               every check on real servers
python -m config.supervisor servers -- COMMAND ...                      any command with throw-away servers
"""

from __future__ import annotations

import argparse
import sys

from config.supervisor.demo import DEFAULT_PORT, demo
from config.supervisor.suite import lint_only, suite, with_servers


def port_number(text: str) -> int:
    """A TCP port a person may use."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a port is between 1 and 65535")
    return number


def main(arguments: list[str]) -> int:
    """Run the named command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.supervisor", description="Throughline on one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo_parser = commands.add_parser("demo", help="run the demonstration on this machine")
    demo_parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="on 127.0.0.1, %(default)s")
    demo_parser.add_argument("--reset", action="store_true", help="throw the data of earlier runs away first")
    demo_parser.add_argument("--size", choices=("full", "small"), default="full", help="of a new district")
    test_parser = commands.add_parser("test", help="lint, then the test suite on real servers")
    which = test_parser.add_mutually_exclusive_group()
    which.add_argument("--no-lint", action="store_true", help="only pytest")
    which.add_argument("--only-lint", action="store_true", help="no servers and no pytest")
    test_parser.add_argument("rest", nargs="*", metavar="PYTEST ARGUMENT", help="after --")
    servers_parser = commands.add_parser("servers", help="run a command with throw-away servers")
    servers_parser.add_argument("rest", nargs="+", metavar="COMMAND", help="after --")
    chosen = parser.parse_args(arguments)
    if chosen.command == "demo":
        return demo(chosen.port, reset=chosen.reset, size=chosen.size)
    if chosen.command == "servers":
        return with_servers(chosen.rest)
    if chosen.only_lint:
        return lint_only()
    return suite(chosen.rest, lint=not chosen.no_lint)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
