"""What plugins may take."""

from pydantic import BaseModel, Field


class PluginSettings(BaseModel):
    """Bounds of the processes of plugins."""

    plugin_hook_seconds: float = Field(
        default=5,
        ge=0.1,
        le=300,
        allow_inf_nan=False,
        description="How long a hook of a plugin may take; then its process is ended.",
    )
    plugin_memory: int = Field(
        default=512 << 20,
        ge=128 << 20,
        le=1 << 40,
        description="How many bytes of address space the process of a plugin may have.",
    )
    plugin_crashes: int = Field(
        default=5,
        ge=1,
        le=1000,
        description="After how many failures within an hour a plugin is switched off.",
    )
