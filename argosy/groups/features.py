"""What is switched on, and what becomes of what is finished."""

from pydantic import BaseModel, Field, field_validator

LEAST_PART = 1_000_000  # bytes


class FeatureSettings(BaseModel):
    """Whole parts of the server, which an operator may do without."""

    features_playground: bool = Field(
        default=True,
        description="Whether browsers get the GraphQL playground; without it they get 404.",
    )
    features_pages: bool = Field(
        default=True,
        description="Whether browsers get the pages (home, login, documentation); without them "
        "they get 404, the playground too.",
    )
    features_plugins: bool = Field(
        default=True, description="Whether plugins are loaded; without it none is."
    )


class RetentionSettings(BaseModel):
    """How long finished tasks and their files are there."""

    auto_delete_minutes: int = Field(
        default=0,
        ge=0,
        le=5_256_000,
        description="Minutes after which finished tasks and their files are deleted; 0 is never.",
    )
    max_split_size: int = Field(
        default=0,
        ge=0,
        le=1 << 53,
        description="Bytes of a part: larger files are cut into parts when they are finished; 0 is "
        "never, else a million or more.",
    )

    @field_validator("max_split_size")
    @classmethod
    def _is_large_enough(cls, value: int) -> int:
        if 0 < value < LEAST_PART:
            message = f"0, or {LEAST_PART} or more, is needed"
            raise ValueError(message)
        return value
