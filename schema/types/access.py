"""What stands around a resolver: what its field needs, and where its errors go."""

from collections.abc import Sequence
from inspect import isawaitable
from typing import Any, Protocol

from graphql import GraphQLField, GraphQLInputField
from strawberry.extensions.field_extension import (
    AsyncExtensionResolver,
    FieldExtension,
    SyncExtensionResolver,
)
from strawberry.types import Info
from strawberry.types.field import StrawberryField

from services.access.identity import Scope
from services.errors import ArgosyError, Conflict, InvalidInput, InvalidInputs, NotFound


class Needs(FieldExtension):
    """The key must have `scope`; the field's description says so."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def apply(self, field: StrawberryField) -> None:
        note = f"Needs the scope `{self.scope.value}`."
        if note not in (field.description or ""):  # a schema may be built more than once
            field.description = f"{field.description} {note}"

    def resolve(self, next_: SyncExtensionResolver, source: Any, info: Info, **kwargs: Any) -> Any:
        info.context.identity.require(self.scope)
        return next_(source, info, **kwargs)

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **kwargs: Any
    ) -> Any:
        info.context.identity.require(self.scope)
        found: Any = next_(source, info, **kwargs)
        return await found if isawaitable(found) else found  # a subscription's is a stream


class Payload(Protocol):
    """What a mutation gives back, made of nothing but errors."""

    @classmethod
    def failed(cls, errors: Sequence[ArgosyError]) -> Any: ...


class Open(FieldExtension):
    """Anybody may ask for it, without having proved who they are."""

    def apply(self, field: StrawberryField) -> None:
        note = "Needs neither a key nor a login."
        if note not in (field.description or ""):
            field.description = f"{field.description} {note}"

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **kwargs: Any
    ) -> Any:
        return await next_(source, info, **kwargs)


def is_open(field: GraphQLField | GraphQLInputField) -> bool:
    """Whether anybody may ask for a field of the schema."""
    definition = field.extensions.get("strawberry-definition")
    if not isinstance(definition, StrawberryField):
        return False
    return any(isinstance(extension, Open) for extension in definition.extensions)


class Reports(FieldExtension):
    """Errors about the input are given back in the payload, not beside it.

    So are those `of` other kinds, where a program is to act on them.
    """

    def __init__(self, payload: type[Payload], *of: type[ArgosyError]) -> None:
        self.payload = payload
        self.kinds: tuple[type[ArgosyError], ...] = (InvalidInput, NotFound, Conflict, *of)

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **kwargs: Any
    ) -> Any:
        try:
            return await next_(source, info, **kwargs)
        except InvalidInputs as error:
            return self.payload.failed(error.errors)
        except self.kinds as error:
            return self.payload.failed([error])
