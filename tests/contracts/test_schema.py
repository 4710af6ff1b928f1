"""The GraphQL schema: its snapshot, and what every part of it must have."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.build import build_schema, executable
from schema.types.access import is_open

ROOT = Path(__file__).parents[2]
SNAPSHOT = ROOT / "graphql" / "schema.graphql"

# Names that tell what a value is made of instead of what it is.
TYPE_IN_NAME = re.compile(
    r"(List|Array|Dict|Map|Str|String|Int|Integer|Bool|Boolean|Float|Obj|Enum)$"
)
TYPE_OF_TYPE = re.compile(r"(Type|Object|Model|Dto|DTO|Schema)$")

# Lists that are no connections, and what keeps each from growing.
OF_USERS = (
    *("BeginSecondFactor", "ChangePassword", "ConfirmSecondFactor", "CreateUser", "DeleteUser"),
    *("DisableSecondFactor", "Login", "Logout", "NewRecoveryCodes", "RefreshLogin"),
    *("RevokeSession", "UpdateUser"),
)
OF_WEBHOOKS = (
    *("CreateWebhook", "DeleteWebhook", "Redeliver", "RotateCallbackSecret"),
    *("RotateWebhookSecret", "TestWebhook", "UpdateWebhook"),
)
CHANGES = ("Cancel", "Move", "Pause", "Remove", "Restore", "Resume", "Retry", "Update")
# Mutations of the older systems, whose arguments stay as they were.
OF_THE_SEEDS = {
    "clearCache",
    "restartService",
    "createBackup",
    "togglePlugin",
    "triggerAlert",
}
CAPPED = {
    **{
        f"{change}TasksPayload.{field}": "one for each id of the input, 1,000 at most"
        for change in CHANGES
        for field in ("errors", "results", "tasks")
    },
    **{f"{change}Payload.errors": "one for each value of the input" for change in OF_USERS},
    **{
        f"{change}NotifierPayload.errors": "one for each value of the input"
        for change in ("Create", "Update", "Delete", "Test")
    },
    "ClearCachePayload.caches": "one for each cache of the server",
    "ClearCachePayload.errors": "one",
    "Configuration.settings": "one for each setting of the program",
    "Query.services": "one for each part of the server",
    "RestartServicePayload.errors": "one",
    "Setting.choices": "one for each word that it may be",
    "UpdateConfigurationPayload.errors": "one for each setting of the input, 100 at most",
    "UpdateConfigurationPayload.updated": "one for each setting of the input, 100 at most",
    "AddDownloadsPayload.errors": "one for each value of the input",
    "RestoreBackupPayload.errors": "one for each value of the input",
    "RestoreBackupPayload.files": "two that an archive may have",
    "RestorePreview.examples": "10 of each kind of change of the tables with names",
    "RestorePreview.migrations": "those that this version has",
    "RestorePreview.tables": "those that this version has",
    "RestorePreview.warnings": "one for each thing that there is to know",
    "AddDownloadsPayload.tasks": "one for each URL of the input, 1,000 at most",
    "AcknowledgeAlertPayload.errors": "one for each value of the input",
    "Alert.details": "4 KiB at most",
    "AlertSummary.recentAlerts": "ten at most",
    "ApiKey.scopes": "one for each scope",
    "AuditEntry.details": "one for each kind of value that may be told, 100 at most",
    "AuditEntry.targets": "100 at most",
    "CreateBackupPayload.errors": "one for each value of the input",
    "DeleteBackupPayload.errors": "one for each value of the input",
    "Query.backups": "the newest 100",
    "VerifyBackupPayload.errors": "one for each value of the input",
    "VerifyBackupPayload.problems": "20 at most",
    "ClearFinishedTasksPayload.errors": "one for each value of the input",
    "CreateApiKeyPayload.errors": "one for each value of the input",
    "ConfirmSecondFactorPayload.recoveryCodes": "ten",
    "DownloadStats.topDownloaders": "ten at most",
    "Statistics.byDay": "366 at most",
    "Statistics.byEngine": "as many as there are engines",
    "Statistics.byHost": "100 at most",
    "Statistics.byUser": "100 at most",
    "LogLine.fields": "50 at most",
    "LoggerStats.recentErrors": "ten at most",
    "NewRecoveryCodesPayload.recoveryCodes": "ten",
    "Plugin.granted": "as many as there are permissions",
    "Plugin.hooks": "as many as there are hooks",
    "Plugin.permissions": "as many as there are permissions",
    "PauseQueuePayload.errors": "one for each value of the input",
    "Query.plugins": "200 of each of three sources",
    "Query.nodes": "one for each id that is given, 100 at most",
    "QueueProgress.tasks": "as many as servers run at once, 1,000 each at most",
    "ResumeQueuePayload.errors": "one for each value of the input",
    "RevokeApiKeyPayload.errors": "one for each value of the input",
    "Session.scopes": "as many as there are scopes",
    "SetLogLevelPayload.errors": "one for each value of the input",
    "SetSpeedLimitPayload.errors": "one for each value of the input",
    "SetSpeedSchedulePayload.errors": "one for each value of the input",
    "SpeedSchedule.windows": "50 at most",
    "SpeedWindow.days": "seven at most",
    "TaskOptions.checksums": "ten at most",
    "TaskOptions.excludedExtensions": "100 at most",
    "TaskOptions.excludedKinds": "as many as there are kinds",
    "TaskOptions.mirrors": "100 at most",
    "TogglePluginPayload.errors": "one for each value of the input",
    "UpdatePluginSettingsPayload.errors": "one for each value of the input, 20 at most",
    "TriggerAlertPayload.errors": "one for each value of the input",
    "Viewer.scopes": "as many as there are scopes",
    **{f"{change}Payload.errors": "one for each value of the input" for change in OF_WEBHOOKS},
    "Webhook.events": "50 at most",
    "WebhookAttempt.answerHeaders": "50 at most",
    "WebhookAttempt.requestHeaders": "ours, and 20 at most of the user's",
    "WebhookDelivery.attempts": "10 at most",
    "WebhookFilter.engines": "50 at most",
    "WebhookFilter.hosts": "50 at most",
    "WebhookFilter.kinds": "50 at most",
}

Described = GraphQLNamedType | GraphQLField | GraphQLInputField | GraphQLArgument


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return executable(build_schema())


def own_types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    """Return the types that are ours, not GraphQL's."""
    return [
        found
        for found in schema.type_map.values()
        if not is_introspection_type(found) and not is_specified_scalar_type(found)
    ]


def own_fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField | GraphQLInputField]]:
    """Yield each field of an object or input with its address."""
    for found in own_types(schema):
        if isinstance(found, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in found.fields.items():
                yield f"{found.name}.{name}", field


def own_arguments(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLArgument]]:
    """Yield each argument of a field with its address."""
    for address, field in own_fields(schema):
        if isinstance(field, GraphQLField):
            for name, argument in field.args.items():
                yield f"{address}({name})", argument


def undescribed(parts: Iterator[tuple[str, Described]]) -> list[str]:
    """Return the addresses of those that say nothing of themselves."""
    return [address for address, part in parts if not (part.description or "").strip()]


def run(*arguments: str) -> str:
    """Return what Python prints when it runs this."""
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    return ended.stdout


def test_snapshot_is_the_schema() -> None:
    program = "from schema.build import build_schema; print(build_schema().as_str())"

    printed = run("-c", program)

    assert printed == SNAPSHOT.read_text(encoding="utf-8")


def test_command_prints_the_snapshot() -> None:
    assert run("-P", "-m", "argosy", "schema", "print") == SNAPSHOT.read_text(encoding="utf-8")


def test_every_type_is_described(schema: GraphQLSchema) -> None:
    assert undescribed((found.name, found) for found in own_types(schema)) == []


def test_every_field_is_described(schema: GraphQLSchema) -> None:
    assert undescribed(own_fields(schema)) == []


def test_every_value_of_an_enum_is_described(schema: GraphQLSchema) -> None:
    values = [
        (f"{found.name}.{name}", value)
        for found in own_types(schema)
        if isinstance(found, GraphQLEnumType)
        for name, value in found.values.items()
    ]

    assert [address for address, value in values if not value.description] == []


def test_description_of_a_page_says_how_large_it_may_be(schema: GraphQLSchema) -> None:
    sizes = {a: b.description for a, b in own_arguments(schema) if a.endswith("(first)")}

    assert set(sizes.values()) == {"How many to give, 1 to 100."}


def test_field_that_needs_a_scope_says_so(schema: GraphQLSchema) -> None:
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    fields = {name: field for root in roots if root for name, field in root.fields.items()}

    silent = {n for n, f in fields.items() if "Needs the scope `" not in (f.description or "")}

    assert silent == {"viewer", "rateLimit", "status", "login", "refreshLogin", "logout"}


def test_little_is_open_to_those_who_have_proved_nothing(schema: GraphQLSchema) -> None:
    opened = [address for address, field in own_fields(schema) if is_open(field)]

    assert opened == ["Mutation.login", "Mutation.refreshLogin"]


def test_name_of_a_field_says_what_it_is_not_what_it_is_made_of(schema: GraphQLSchema) -> None:
    names = [address for address, _ in (*own_fields(schema), *own_arguments(schema))]

    assert [name for name in names if TYPE_IN_NAME.search(name.rstrip(")"))] == []


def test_name_of_a_type_does_not_say_that_it_is_one(schema: GraphQLSchema) -> None:
    assert [t.name for t in own_types(schema) if TYPE_OF_TYPE.search(t.name)] == []


def test_names_have_graphqls_letter_cases(schema: GraphQLSchema) -> None:
    types = [found.name for found in own_types(schema)]
    fields = [address.partition(".")[2] for address, _ in own_fields(schema)]

    assert [name for name in types if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []
    assert [name for name in fields if not re.fullmatch(r"[a-z][A-Za-z0-9]*", name)] == []


def test_list_is_a_connection_or_capped(schema: GraphQLSchema) -> None:
    inputs = {f"{t.name}." for t in own_types(schema) if isinstance(t, GraphQLInputObjectType)}
    lists = {
        address
        for address, field in own_fields(schema)
        if isinstance(get_nullable_type(field.type), GraphQLList)
        and not address.startswith(tuple(inputs))
        and not re.search(r"Connection\.(edges|nodes)$", address)
    }

    assert lists == set(CAPPED)


def test_list_of_an_input_says_how_long_it_may_be(schema: GraphQLSchema) -> None:
    inputs = [t for t in own_types(schema) if isinstance(t, GraphQLInputObjectType)]
    lists = {
        f"{found.name}.{name}": field.description or ""
        for found in inputs
        for name, field in found.fields.items()
        if isinstance(get_nullable_type(field.type), GraphQLList)
    }

    assert {
        address for address, text in lists.items() if not re.search(r"\bUp to \d", text)
    } == set()


def test_connection_is_paged(schema: GraphQLSchema) -> None:
    connections = {
        address: field
        for address, field in own_fields(schema)
        if isinstance(field, GraphQLField)
        and get_named_type(field.type).name.endswith("Connection")
    }

    assert set(connections) == {
        "Query.alerts",
        "Query.apiKeys",
        "Query.auditLog",
        "Query.backupFiles",
        "Query.logs",
        "Query.notifiers",
        "Query.installedPlugins",
        "Query.sessions",
        "Query.taskEvents",
        "Query.tasks",
        "Query.users",
        "Query.webhookDeliveries",
        "Query.webhooks",
        "Task.attempts",
        "Task.events",
        "Task.files",
    }
    for field in connections.values():
        arguments = {name: str(argument.type) for name, argument in field.args.items()}
        assert arguments.items() >= {"first": "Int!", "after": "String"}.items()
        assert set(arguments) <= {"first", "after", "filter", "orderBy", "userId"}
        assert field.args["first"].default_value == 25


def test_mutation_takes_one_input(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None

    arguments = {name: list(f.args) for name, f in schema.mutation_type.fields.items()}

    flat = {name for name, given in arguments.items() if given != ["input"]}
    assert flat == OF_THE_SEEDS


def test_mutation_reports_errors_in_its_payload(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    payloads = [get_named_type(f.type) for f in schema.mutation_type.fields.values()]

    errors = {p.name: str(p.fields["errors"].type) for p in payloads if hasattr(p, "fields")}

    assert errors == dict.fromkeys(errors, "[UserError!]!")
    assert len(errors) == len(payloads)


def test_every_argument_has_a_description(schema: GraphQLSchema) -> None:
    assert undescribed(own_arguments(schema)) == []


def test_schema_may_be_built_more_than_once() -> None:
    assert build_schema().as_str() == build_schema().as_str()
