"""Which documents clients may send, and how long their answers may be kept."""

from pathlib import Path

from pydantic import BaseModel, Field, field_validator


class DocumentSettings(BaseModel):
    """Documents that are registered."""

    trusted_documents: Path | None = Field(
        default=None,
        description="A folder of `.graphql` files, or a manifest in JSON, of documents to trust "
        "beside Argosy's own.",
    )
    only_trusted_documents: bool = Field(
        default=False, description="Whether other documents are refused, whoever sends them."
    )
    document_cache_seconds: int = Field(
        default=0,
        ge=0,
        le=86_400,
        description="How long a browser may keep what a registered query answered; 0 is never.",
    )

    @field_validator("trusted_documents")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        try:
            place = value and value.expanduser().absolute()
        except RuntimeError:
            message = "there is no such home folder"
            raise ValueError(message) from None
        if place is not None and not place.exists():
            message = "there is no such folder or file"
            raise ValueError(message)
        return place
