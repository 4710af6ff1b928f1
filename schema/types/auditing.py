"""Every mutation is recorded in the audit log: those that there are, and those to come."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLResolveInfo, GraphQLSchema

from schema.types.context import Context
from schema.types.evidence import Evidence
from services.audit.entries import CANCELLED, DONE
from services.audit.remarks import Remarks, remarking
from services.errors import ArgosyError, ErrorCode

Resolve = Callable[..., Awaitable[Any]]


def record_mutations(schema: GraphQLSchema) -> None:
    """Have each mutation of `schema` recorded, once it has been tried and before its answer."""
    if schema.mutation_type is not None:
        for name, field in schema.mutation_type.fields.items():
            field.resolve = _recorded(name, field)


def _recorded(name: str, field: GraphQLField) -> Resolve:
    """Return how to resolve `field` so that an entry tells of it, whatever becomes of it."""
    resolve: Any = field.resolve

    async def recorded(source: Any, info: GraphQLResolveInfo[Context], **given: Any) -> Any:
        evidence = Evidence()
        evidence.read_input(field.args, given)
        outcome = ErrorCode.INTERNAL_ERROR.value
        with remarking() as remarks:
            try:
                found = resolve(source, info, **given)
                payload = await found if isawaitable(found) else found
                outcome = _outcome(payload)
                evidence.read_payload(payload)
            except asyncio.CancelledError:
                outcome = CANCELLED
                raise
            except Exception as error:
                outcome = _code(error)
                raise
            else:
                return payload
            finally:
                await _record(info.context, name, outcome, evidence, remarks)

    return recorded


async def _record(
    context: Context, name: str, outcome: str, evidence: Evidence, remarks: Remarks
) -> None:
    await context.services.audit.record(
        *(context.identity, context.caller, name, outcome),
        targets=evidence.targets,
        tried=evidence.tried,
        details=evidence.details(is_done=outcome == DONE),
        request_id=context.request_id,
        remarks=remarks,
    )


def _outcome(payload: object) -> str:
    """Return the code of the first of the errors that a mutation gives back."""
    errors = getattr(payload, "errors", None)
    return str(errors[0].code.value) if errors else DONE


def _code(error: Exception) -> str:
    if isinstance(error, ArgosyError):
        return error.code.value
    is_input = isinstance(error, GraphQLError) and error.original_error is None
    return (ErrorCode.INVALID_INPUT if is_input else ErrorCode.INTERNAL_ERROR).value
