"""`python -m argosy` is the command `argosy`."""

import sys

from argosy.rooms import strangers


def run() -> None:
    """Run the command, unless Python would take a package of ours from somewhere else."""
    if lines := strangers():
        sys.exit("\n".join(f"argosy: {line}" for line in lines))
    from argosy.cli.main import main  # this imports those packages

    main()


if __name__ == "__main__":
    run()
