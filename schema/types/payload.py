"""What every mutation gives back: what changed, or errors and nothing else."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Self

from schema.types.errors import UserError
from services.errors import ArgosyError

ERRORS = "Empty if all is well."


class MutationPayload:
    """A payload with `errors` whose other fields may be null."""

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> Self:
        """Return a payload of nothing but errors."""
        nothing = {field.name: None for field in fields(cls)}  # type: ignore[arg-type]
        return cls(**nothing | {"errors": [UserError.of(error) for error in errors]})
