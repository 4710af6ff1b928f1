"""`python -m argosy` is the command `argosy`."""

import gc
import sys

from argosy.ending import leave_when_asked
from argosy.rooms import strangers


def run() -> None:
    """Run the command, unless Python would take a package of ours from somewhere else."""
    if sys.argv[1:2] == ["serve"]:
        leave_when_asked()  # until the server itself does: its imports take a while
        gc.disable()  # until it is ready: what is made until then stays, and there is much of it
    if lines := strangers():
        sys.exit("\n".join(f"argosy: {line}" for line in lines))
    from argosy.cli.main import main  # this imports those packages

    main()


if __name__ == "__main__":
    run()
