"""The words that the schema uses, and what each means.

The enums are the services' own; here they get their descriptions.
"""

from schema.types.describing import describe
from services.access.identity import Role
from services.access.logins.sessions import SessionKind
from services.engines.engine import Phase
from services.engines.options import Algorithm as ChecksumAlgorithm
from services.engines.options import Conflict, ProxyKind
from services.engines.options import Kind as FileKind
from services.errors import ErrorCode
from services.events.feed import LagReason
from services.events.kinds import EventKind as TaskEventKind
from services.tasks.changing.moving import Where
from services.tasks.limits.queue import Paused
from services.tasks.limits.speeds import Limited
from services.tasks.limits.windows import Weekday
from services.tasks.listing.sorting import TaskOrder
from services.tasks.priorities import Priority as TaskPriority
from services.tasks.states import TaskState

describe(
    Role,
    "Role",
    "What kind of user.",
    {
        Role.ADMIN: "Sees what everybody has.",
        Role.USER: "Sees what is their own.",
    },
)
describe(
    SessionKind,
    "SessionKind",
    "Who holds a login.",
    {
        SessionKind.BROWSER: "A browser, as a cookie.",
        SessionKind.PROGRAM: "A program, as tokens.",
    },
)
describe(
    TaskState,
    "TaskState",
    "Where a task stands.",
    {
        TaskState.PENDING: "It waits for its turn.",
        TaskState.RUNNING: "It is being done.",
        TaskState.PAUSED: "It was stopped, until somebody resumes it.",
        TaskState.RETRYING: "It failed, and waits to be tried again.",
        TaskState.WAITING_INPUT: "It waits for a person, such as for a choice of files.",
        TaskState.COMPLETED: "Its files lie where they belong.",
        TaskState.FAILED: "It was given up; its error says why.",
        TaskState.CANCELLED: "Somebody wanted it no more.",
        TaskState.SKIPPED: "There was nothing to do; its error says why.",
    },
)
describe(
    Phase,
    "TaskPhase",
    "What a running task is doing.",
    {
        Phase.RESOLVING: "Finding out what there is to fetch.",
        Phase.DOWNLOADING: "Bytes are coming in.",
        Phase.PROCESSING: "What came is checked, hashed and given its name.",
        Phase.UPLOADING: "It is on its way to a remote destination.",
    },
)
describe(
    ErrorCode,
    "ErrorCode",
    "Stable words for what can go wrong. The page `troubleshooting` of the documentation has the "
    "cures.",
    {
        ErrorCode.INVALID_INPUT: "An argument makes no sense.",
        ErrorCode.INVALID_ID: "An id is not of the form that ids have.",
        ErrorCode.INVALID_URL: "A URL cannot be read.",
        ErrorCode.INVALID_FOLDER: "A folder has a name that cannot be.",
        ErrorCode.UNSUPPORTED_SCHEME: "A URL begins with something that is not fetched here.",
        ErrorCode.UNAUTHORIZED: "A key is needed, or this one is not known.",
        ErrorCode.SECOND_FACTOR_NEEDED: "The password is right, and a code is needed too.",
        ErrorCode.FORBIDDEN: "The key lacks a scope.",
        ErrorCode.HOST_NOT_ALLOWED: "The request is for a name that this server has not.",
        ErrorCode.ORIGIN_NOT_ALLOWED: "It comes from a page that may not use this server.",
        ErrorCode.NOT_FOUND: "There is no such thing that you may see.",
        ErrorCode.ILLEGAL_MOVE: "The task is in a state that does not allow this.",
        ErrorCode.CONFLICT: "It cannot be done in the present state of things.",
        ErrorCode.LIMIT_REACHED: "There are as many as there may be.",
        ErrorCode.RATE_LIMITED: "Too many requests in a short time. It says when to come back.",
        ErrorCode.QUOTA_EXCEEDED: "The quota of the user's tier is used up.",
        ErrorCode.BACKUP_UNUSABLE: "The archive is damaged, or none of Argosy's.",
        ErrorCode.BACKUP_TOO_NEW: "The archive was made by a newer Argosy than this one.",
        ErrorCode.UNAVAILABLE: "A part of the server cannot do its work now.",
        ErrorCode.INTERNAL_ERROR: "Argosy made a mistake; its log has the request id.",
        ErrorCode.FORBIDDEN_ADDRESS: "The address is not public, and not allowed.",
        ErrorCode.NAME_NOT_RESOLVED: "The name of the host could not be looked up.",
        ErrorCode.CONNECTION_FAILED: "No connection came about, or it broke.",
        ErrorCode.TLS_FAILED: "No secure connection came about.",
        ErrorCode.TIMED_OUT: "The other side did not answer in time.",
        ErrorCode.TOO_MANY_REDIRECTS: "The other side redirects without end.",
        ErrorCode.HTTP_STATUS: "The other side answered with an error.",
        ErrorCode.BAD_RESPONSE: "The other side's answer makes no sense.",
        ErrorCode.INCOMPLETE: "The other side stopped before everything had come.",
        ErrorCode.CHECKSUM_MISMATCH: "What came is not what the checksum says.",
        ErrorCode.LOGIN_REFUSED: "The other side wants to know who asks, or refuses who it is.",
        ErrorCode.PROXY_FAILED: "The proxy does not let the request through.",
        ErrorCode.NOT_DELIVERED: "A service did not take a message.",
        ErrorCode.HOST_KEY_REFUSED: "The SFTP server is not the one that was expected.",
        ErrorCode.FILTERED: "The file is of a size, kind or date that was not wanted.",
        ErrorCode.ALREADY_THERE: "There is a file of that name.",
        ErrorCode.NOT_MODIFIED: "The file that is there is still the newest.",
        ErrorCode.DUPLICATE: "It was fetched already, and the file is still there.",
        ErrorCode.DISK_FULL: "There is no room for the file.",
        ErrorCode.WRITE_FAILED: "The download folder does not take the file.",
    },
)

describe(
    Conflict,
    "Conflict",
    "What to do where there is a file of that name.",
    {
        Conflict.RENAME: "Take the next free name: `a (1).zip`.",
        Conflict.SKIP: "Fetch nothing.",
        Conflict.OVERWRITE: "Fetch it if it has changed, and put it in the place of the other.",
        Conflict.COMPARE: "Fetch it if it has changed, and keep both.",
    },
)
describe(
    FileKind,
    "FileKind",
    "What a file is, by its extension and media type.",
    {
        FileKind.IMAGE: "A picture.",
        FileKind.VIDEO: "A film.",
        FileKind.ARCHIVE: "Several files in one.",
        FileKind.DOCUMENT: "Something to read.",
    },
)
describe(
    ChecksumAlgorithm,
    "ChecksumAlgorithm",
    "How a checksum is made.",
    {
        ChecksumAlgorithm.MD5: "32 hexadecimal letters. It shows accidents, not intent.",
        ChecksumAlgorithm.SHA1: "40 hexadecimal letters. It shows accidents, not intent.",
        ChecksumAlgorithm.SHA256: "64 hexadecimal letters.",
        ChecksumAlgorithm.SHA512: "128 hexadecimal letters.",
    },
)
describe(
    ProxyKind,
    "ProxyKind",
    "Through what a download goes out.",
    {
        ProxyKind.NONE: "Straight to the host.",
        ProxyKind.SYSTEM: "The proxy that the operator has configured.",
        ProxyKind.CUSTOM: "The proxy whose URL is given.",
    },
)
describe(
    Limited,
    "SpeedLimitScope",
    "What a speed limit is of.",
    {
        Limited.SERVER: "All tasks together. For administrators.",
        Limited.USER: "All tasks of one user: your own, or for administrators anybody's.",
        Limited.TASK: "One task.",
    },
)
describe(
    TaskPriority,
    "TaskPriority",
    "How urgent a task is among those of its owner. Between users it counts for nothing.",
    {
        TaskPriority.LOW: "After all others.",
        TaskPriority.NORMAL: "As usual.",
        TaskPriority.HIGH: "Before all others.",
    },
)
describe(
    TaskOrder,
    "TaskOrder",
    "What comes first. Of two tasks that are alike in it, the id decides.",
    {
        TaskOrder.CREATED_NEWEST: "What was added last.",
        TaskOrder.CREATED_OLDEST: "What was added first.",
        TaskOrder.FINISHED_NEWEST: "What ended last. What has not ended comes behind.",
        TaskOrder.FINISHED_OLDEST: "What ended first. What has not ended comes behind.",
        TaskOrder.NAME: "By name, sign by sign: capitals before small letters.",
        TaskOrder.NAME_REVERSED: "By name from the end.",
        TaskOrder.LARGEST: "The largest. What has no known size comes behind.",
        TaskOrder.SMALLEST: "The smallest. What has no known size comes behind.",
        TaskOrder.QUEUE: "By priority and place in the queue; only what waits and what runs.",
    },
)
describe(
    TaskEventKind,
    "TaskEventKind",
    "What happened to a task.",
    {
        TaskEventKind.TASK_ADDED: "It was added.",
        TaskEventKind.TASK_QUEUED: "It waits for its turn again.",
        TaskEventKind.TASK_STARTED: "An attempt began.",
        TaskEventKind.TASK_PAUSED: "It was stopped, until somebody resumes it.",
        TaskEventKind.TASK_RETRYING: "It failed, and waits to be tried again.",
        TaskEventKind.TASK_COMPLETED: "Its files lie where they belong.",
        TaskEventKind.TASK_FAILED: "It was given up.",
        TaskEventKind.TASK_CANCELLED: "Somebody wanted it no more.",
        TaskEventKind.TASK_SKIPPED: "There was nothing to do.",
        TaskEventKind.TASK_CHANGED: "Its priority, place, options or time were changed.",
        TaskEventKind.TASK_REMOVED: "It was removed.",
        TaskEventKind.TASK_RESTORED: "Its removal was taken back.",
    },
    prefix="TASK_",
)
describe(
    Weekday,
    "Weekday",
    "A day of the week.",
    {day: f"{day.value.capitalize()}." for day in Weekday},
)
describe(
    LagReason,
    "LagReason",
    "Why events were left out.",
    {
        LagReason.SLOW: "They were not read in time. They can be had by the cursor.",
        LagReason.EXPIRED: "What was asked for is kept no more, or never was: read the lists.",
    },
)

describe(
    Where,
    "QueuePlace",
    "Where in the queue.",
    {
        Where.TOP: "Before all others of the same priority.",
        Where.BOTTOM: "After all others of the same priority.",
        Where.BEFORE: "Just before the anchor.",
        Where.AFTER: "Just after the anchor.",
    },
)
describe(
    Paused,
    "QueueScope",
    "Whose queue.",
    {
        Paused.USER: "Your own.",
        Paused.SERVER: "Everybody's. For administrators.",
    },
)

__all__ = [
    "ChecksumAlgorithm",
    "Conflict",
    "ErrorCode",
    "FileKind",
    "LagReason",
    "Limited",
    "Paused",
    "Phase",
    "ProxyKind",
    "Role",
    "TaskEventKind",
    "TaskOrder",
    "TaskPriority",
    "TaskState",
    "Weekday",
    "Where",
]
