"""The limits of one request, and the sentence that tells of each."""

from dataclasses import dataclass

SATURATED = 1_000_000  # counters go no further: fragments that double would need large numbers


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of something there may be, and what to do where there is more.

    `sentence` has places for what there was and what may be.
    """

    name: str
    most: int
    sentence: str
    advice: str


class LimitExceeded(Exception):
    """A request has more of something than there may be."""

    def __init__(self, limit: Limit, requested: int | None = None) -> None:
        self.limit = limit
        # The lexer stops counting where there is too much.
        self.requested = limit.most + 1 if requested is None else requested
        self.is_more = requested is None or requested >= SATURATED
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What there was, what may be, and what to do."""
        found = f"more than {self.requested - self.is_more:,}" if self.is_more else None
        told = self.limit.sentence.format(found=found or f"{self.requested:,}")
        return f"{told}; {self.limit.most:,} is the most. {self.limit.advice}"

    @property
    def told(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "name": self.limit.name,
            "requested": self.requested,
            "maximum": self.limit.most,
        }


SPLIT = "Ask for less, or in several operations."

LENGTH = Limit(
    "length",
    50_000,
    "The document has {found} letters",
    "Values that are long belong into `variables`.",
)
TOKENS = Limit(
    "tokens",
    2_000,
    "The document has {found} tokens",
    "Values belong into `variables`, and what is not executed into another document.",
)
COMMENTS = Limit(
    "comments", 500, "The document has {found} comments", "Leave out those that nobody reads."
)
NESTING = Limit("nesting", 100, "The document is nested {found} levels deep", "Make it flatter.")
DEFINITIONS = Limit(
    "definitions",
    100,
    "The document has {found} operations and fragments",
    "Send each operation in a document of its own, with the fragments that it uses.",
)
DEPTH = Limit("depth", 10, "The operation is {found} levels of fields deep", SPLIT)
ALIASES = Limit(
    "aliases", 15, "The operation has {found} aliases, those in fragments included", SPLIT
)
ROOT_FIELDS = Limit("rootFields", 10, "The operation has {found} fields at its root", SPLIT)
DIRECTIVES = Limit(
    "directives",
    20,
    "The operation has {found} directives, those in fragments included",
    "Leave out what is not wanted in place of skipping it.",
)
SPREADS = Limit(
    "fragmentSpreads",
    50,
    "The operation spreads fragments {found} times, those within fragments included",
    "Write the fields where they are wanted.",
)
MERGING = Limit(
    "merging",
    10_000,
    "The document repeats fields so often that they need {found} comparisons",
    "Ask for each field once.",
)
COST = Limit(
    "cost",
    5_000,
    "This asks for up to {found} objects, counted over all levels",
    "Ask for smaller pages (`first`), or several times.",
)
INTROSPECTION_DEPTH = Limit(
    "introspectionDepth",
    20,
    "The description of the schema is asked for {found} levels deep",
    SPLIT,
)
INTROSPECTION_COST = Limit(
    "introspectionCost",
    10_000,
    "This asks for {found} parts of the schema's description",
    "Ask for each list of it once.",
)
