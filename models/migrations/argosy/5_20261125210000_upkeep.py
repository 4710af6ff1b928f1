"""What keeps a server going: alerts, notifiers, plugins, webhooks, schedules, more statistics."""

from tortoise import BaseDBAsyncClient

from models.migrations.dialect import column_types

# SQLite cannot take NOT NULL from a column: the table is made anew. Numbers that were given to
# events that are gone must not be given again.
EVENTS_SQLITE = """
CREATE TABLE "events_new" (
    "seq" {big_id},
    "task_id" {uuid},
    "kind" VARCHAR(32) NOT NULL,
    "data" {json} NOT NULL,
    "at" {time} NOT NULL,
    "owner_id" INT {null} REFERENCES "users" ("id") ON DELETE CASCADE
);
INSERT INTO "events_new" ("seq", "task_id", "kind", "data", "at", "owner_id")
    SELECT "seq", "task_id", "kind", "data", "at", "owner_id" FROM "events" {condition};
DELETE FROM "sqlite_sequence" WHERE "name" = 'events_new';
INSERT INTO "sqlite_sequence" ("name", "seq")
    SELECT 'events_new', "seq" FROM "sqlite_sequence" WHERE "name" = 'events';
DROP TABLE "events";
ALTER TABLE "events_new" RENAME TO "events";
CREATE INDEX "events_owner" ON "events" ("owner_id", "seq");
CREATE INDEX "events_task" ON "events" ("task_id", "seq");
"""
EVENTS_POSTGRES = 'ALTER TABLE "events" ALTER COLUMN "owner_id" DROP NOT NULL;'
EVENTS_POSTGRES_BACK = """
DELETE FROM "events" WHERE "owner_id" IS NULL;
ALTER TABLE "events" ALTER COLUMN "owner_id" SET NOT NULL;
"""

UPGRADE = """
CREATE INDEX "events_of_no_task" ON "events" ("kind", "seq") WHERE task_id IS NULL;
ALTER TABLE "tasks" ADD COLUMN "callback" TEXT;
CREATE TABLE "alerts" (
    "id" {uuid} NOT NULL PRIMARY KEY,
    "rule" VARCHAR(64) NOT NULL,
    "subject" VARCHAR(128) NOT NULL DEFAULT '',
    "open" VARCHAR(200) UNIQUE,
    "level" VARCHAR(16) NOT NULL,
    "message" TEXT NOT NULL,
    "details" {json} NOT NULL,
    "occurrences" INT NOT NULL DEFAULT 1,
    "raised_at" {time} NOT NULL,
    "seen_at" {time} NOT NULL,
    "restored_at" {time},
    "acknowledged_at" {time},
    "acknowledged_by" VARCHAR(64),
    "owner_id" INT REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "alerts_owner" ON "alerts" ("owner_id", "id");
CREATE INDEX "alerts_restored" ON "alerts" ("restored_at", "id");
CREATE TABLE "notifiers" (
    "id" {uuid} NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "service" VARCHAR(64) NOT NULL,
    "url" TEXT NOT NULL,
    "shown" VARCHAR(255) NOT NULL,
    "level" VARCHAR(16) NOT NULL,
    "tells_restored" {bool} NOT NULL DEFAULT {yes},
    "tells_others" {bool} NOT NULL DEFAULT {no},
    "is_active" {bool} NOT NULL DEFAULT {yes},
    "quiet_from" {small},
    "quiet_until" {small},
    "time_zone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "digest_seconds" INT NOT NULL DEFAULT 0,
    "failures" INT NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "retry_at" {time},
    "last_sent_at" {time},
    "created_at" {time} NOT NULL,
    "owner_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "notifiers_owner" ON "notifiers" ("owner_id", "id");
CREATE TABLE "notices" (
    "id" {big_id},
    "level" VARCHAR(16) NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "tries" INT NOT NULL DEFAULT 0,
    "created_at" {time} NOT NULL,
    "due_at" {time} NOT NULL,
    "lease_until" {time},
    "notifier_id" {uuid} NOT NULL REFERENCES "notifiers" ("id") ON DELETE CASCADE
);
CREATE INDEX "notices_notifier" ON "notices" ("notifier_id", "due_at");
CREATE INDEX "notices_due" ON "notices" ("due_at");
CREATE TABLE "plugins" (
    "name" VARCHAR(64) NOT NULL PRIMARY KEY,
    "is_enabled" {bool} NOT NULL DEFAULT {no},
    "settings" {json} NOT NULL,
    "state" {json} NOT NULL,
    "crashes" INT NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "last_crashed_at" {time},
    "disabled_because" TEXT,
    "updated_at" {time} NOT NULL
);
CREATE TABLE "webhooks" (
    "id" {uuid} NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL DEFAULT '',
    "url" TEXT NOT NULL,
    "shown" TEXT NOT NULL DEFAULT '',
    "events" {json} NOT NULL,
    "conditions" {json} NOT NULL,
    "headers" TEXT,
    "secret" TEXT NOT NULL,
    "previous_secret" TEXT,
    "previous_until" {time},
    "is_active" {bool} NOT NULL DEFAULT {yes},
    "failing_since" {time},
    "disabled_because" TEXT,
    "created_at" {time} NOT NULL,
    "updated_at" {time} NOT NULL,
    "owner_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "webhooks_owner" ON "webhooks" ("owner_id", "id");
CREATE TABLE "webhook_deliveries" (
    "id" {big_id},
    "message" {uuid} NOT NULL UNIQUE,
    "task_id" {uuid},
    "event" VARCHAR(48) NOT NULL,
    "body" TEXT NOT NULL,
    "url" TEXT,
    "state" VARCHAR(16) NOT NULL,
    "tries" INT NOT NULL DEFAULT 0,
    "created_at" {time} NOT NULL,
    "due_at" {time} NOT NULL,
    "lease_until" {time},
    "ended_at" {time},
    "owner_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "webhook_id" {uuid} REFERENCES "webhooks" ("id") ON DELETE CASCADE
);
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" ("due_at", "id")
    WHERE ended_at IS NULL;
CREATE INDEX "webhook_deliveries_order" ON "webhook_deliveries" ("task_id", "webhook_id", "id")
    WHERE ended_at IS NULL;
CREATE INDEX "webhook_deliveries_webhook" ON "webhook_deliveries" ("webhook_id", "id");
CREATE INDEX "webhook_deliveries_owner" ON "webhook_deliveries" ("owner_id", "id");
CREATE INDEX "webhook_deliveries_ended" ON "webhook_deliveries" ("ended_at", "id");
CREATE TABLE "webhook_attempts" (
    "id" {big_id},
    "number" INT NOT NULL,
    "at" {time} NOT NULL,
    "milliseconds" INT NOT NULL,
    "request_headers" {json} NOT NULL,
    "status" INT,
    "answer_headers" {json} NOT NULL,
    "answer" TEXT,
    "error" TEXT,
    "delivery_id" BIGINT NOT NULL REFERENCES "webhook_deliveries" ("id") ON DELETE CASCADE,
    CONSTRAINT "webhook_attempts_number" UNIQUE ("delivery_id", "number")
);
CREATE TABLE "transfers" (
    "id" {big_id},
    "day" DATE NOT NULL,
    "engine" VARCHAR(16) NOT NULL,
    "host" VARCHAR(255) NOT NULL,
    "downloads" BIGINT NOT NULL DEFAULT 0,
    "failures" BIGINT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "milliseconds" BIGINT NOT NULL DEFAULT 0,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "transfers_user_day" UNIQUE ("user_id", "day", "engine", "host")
);
CREATE TABLE "schedules" (
    "name" VARCHAR(64) NOT NULL PRIMARY KEY,
    "next_at" {time} NOT NULL,
    "lease_until" {time},
    "last_at" {time},
    "last_error" TEXT
);
CREATE TABLE "log_counts" (
    "level" VARCHAR(16) NOT NULL PRIMARY KEY,
    "count" BIGINT NOT NULL DEFAULT 0
);
"""

TABLES = (
    "log_counts",
    "schedules",
    "transfers",
    "webhook_attempts",
    "webhook_deliveries",
    "webhooks",
    "plugins",
    "notices",
    "notifiers",
    "alerts",
)


def _is_sqlite(db: BaseDBAsyncClient) -> bool:
    return db.capabilities.dialect == "sqlite"


async def upgrade(db: BaseDBAsyncClient) -> str:
    types = column_types(db)
    events = EVENTS_SQLITE.format(**types, null="", condition="")
    return (events if _is_sqlite(db) else EVENTS_POSTGRES) + UPGRADE.format_map(types)


async def downgrade(db: BaseDBAsyncClient) -> str:
    tables = "".join(f'DROP TABLE "{name}";\n' for name in TABLES)
    before = EVENTS_SQLITE.format(
        **column_types(db), null="NOT NULL", condition="WHERE owner_id IS NOT NULL"
    )
    columns = 'DROP INDEX "events_of_no_task";\nALTER TABLE "tasks" DROP COLUMN "callback";\n'
    return tables + columns + (before if _is_sqlite(db) else EVENTS_POSTGRES_BACK)


MODELS_STATE = (
    "eJztXeuT2zaS/1dQ8yX2ljLljJ+xr65q7Hg3vrU9W/H4srU7KQkSIQk7FKEQoGXtXv736wb4FikRelI0vtgjEg2Q3SDQ/"
    "esH/nNBw4mQy8vPkoUXL8l/LgI6Y/BH4XoPfs7n2VW8oOjQ1w0jaCF1k6FUIR0puDimvmRwyWNyFPK54iLAptdkDm1FQE"
    "RI5qGYhHRG1JQqIhaBJIrKe/kKLjCCD0G4JNCNwAs8JGPheyz8Tup7lzieJ0YwIA8m++36LrgLBnMq5UKEXn9K5XSg28O"
    "bB1fcIzwgXEnslyj2VQF1OHtFFlxNRQTDBTCEGApvSXwxkdh6uCRJd9D5QAk170s2CpnSHUtGfea9gk7JSEQBdD0OxYzE"
    "7XgwYgPo9TK5oNhck+G7+FQqoji8EF6+CxZTIRn04jGyoJKAZLyX8DSBfmFF7xk88oKPGHbGWTjQL2y6+j0SwCQixvqXZ"
    "EoBYyU8769TgdQhm4kvzCMPBvFffaoGD/FO/LY0WJKZCJnhcigWZCKgb+RL9qyme2C5FoiWYhTw3yPWV2LC4BbOwX/+Bp"
    "d54LGvTCY/5/f9MWe+V5ii3MMO9PW+Ws71tXeB+rNuiBNk2B8JP5oFWeP5EsQUpK15oPDqhAUspIph9yqMcOYGke/HMzy"
    "ZzOZJsybmEXM0HhvTyMf5j9TmAbJrF/3+x5vb/qe3t/3+xcq3kVDk5nR8aSQC/K7gUaV++wk+wvdXPzx5/uTF42dPXkAT"
    "/Zjpled/mKEzxhhCzZ6Ptxd/6PtUUdNC8zhjqv5/ha1vpjSs5mvSvsRZeOQyZxM+tpe1M/q177Ngoqbw8/HVGj7+7/Uvb"
    "36+/uXB46uHOKCAdc+shh/jO1f6FrI6Y20ofCvWJu33w9rkQsbbbJU+OnN/eNaAuT88q2Uu3ioyF9ZTZAYsS6ss/gnu4D"
    "JZzeYiZYnZXkx6mfxxhqxfw+rbdx/efrq9/vA37H4m5e++5tf17Vu8c6WvLktXH5TFknZCfn13+zPBn+QfNx/fanYKqSa"
    "hHjFrd/uPC3wmGinRD8SiT708T5LLyaWCmHHfsvmGkvYn/oaiwOczjgO1d3nisg/aG/9SsUa9FrAU0aBmZ83Tlfg8BMJj"
    "MjrdLvb9oby+uXlf+EZev7stsfbzh9dvYdHSHIdGIO38jpvxuaBbrvL6FpTKakavEG41qWMWncPi9PbvtwWeJ7P3wYfrv"
    "z8srE3vbz7+JWmeE8mb9zevS9zPqd82vC+ROc5vy3k0aGx36CLlHnboM5LE2W3QiZVasYvwSa15ViDbbKUdcg95tMMWbY"
    "yzH6+uHj9+fvXo8bMXT588f/70xaPUSlu9tc5ce/3uL7h/FIS5uqFkFrnth1WkdB9W2z4shD7G9zk7HS8M6eh+QUENWLk"
    "jrkRd29Vbs6tZ+QoN6EQLCbmpn9OAgH9ly4sKbBAv99ZBg/ds2RQZDAgdjZiUBGguycDjEyZVCnR9+vn6+6unzxJ4Ctog"
    "sDZlX3tkMA/ZmH8daFBuzEOpiM+UYqGsAAkPMQrihbeImY3EnJHBn3R37AsLl/ElhLUQgesRGnhkwX2fDBGCQ0SsjxgdQ"
    "mkaY+OTqSJKw5JkxoNIsYYQ2X8uMklqQLZv4C74F1uyr/D4UgKvU1knokQR4UNo/SX58i80DYhM//jDCoD7/PndTxYIXB"
    "Rx7xJpDoMWXfzXOApGOMuIHgn/efLfF8dfbow5ZtaP/MqgX73NiFyrYKNnTxoYvc+e1Bq9eKtkjOnv2oa9GUUHGbx/XM6"
    "ssTYMzig6hynvf/7qLUausvd/Pt18rGZvRlHW9/hIkf8jPpdHVbcPv/YiL9Zbs2XDtbRIYwdla9bhzZ3VuvNiBtWJQ3db"
    "iLlI6WyrNks5r4rbyrlM6yTdZknnjKOGgQM5itPiUi0KIFjBJYoMXuXun0XI+CT4K1tqJr+DJ6LVcG4p7ujMmPtHMnuSq"
    "9nXHNJFakLnJxW8u8d8ZrxFb64/vbn+6a2xuY8P9NxSeX9RgfTo6711UI8O6GmG9dwEiIkAFwnFEKWQACnzMI4KY4cQBx"
    "GLBJIB3qkpoUMMreJqFdHZoS8d50WVYrN5BgGNWTDC3pS4Z8FL6HQhwnsdG7YIuWKSjGgYLnXTmFTHbfkUFnYd3RWyLxy"
    "BlgGZwNBx/JNBg0ZTGkwYoksw+RUwRgegUUVkQOdyKhT2HpAhI3N8Qgxl81iInQrNOzkgUwFSJAsk8vh4zMI4WAyfJ5IR"
    "9V+RgXFSyVxsmQGeBHxvSbBWwBj0w9VdgK+wNPMACRYaqzKIVYCPrQPJaLDEx9BxdUzK/oyG97r/KXB3hpFfw6UygWRAt"
    "9D/TDHYbMpMTBu+9JhyPwJyEwk2ZBN4VxqwBfZs/Mf9mUx79QVIAcG2mM3QuRD3JMHAerrvBeUYpgadqQUz482Iz8YwXm"
    "QE/A4I5z6FN+dBHOfGIi2DOIYP3hBGHC4R4eMCZLwcmL4nWkuHJ9Von74WmHZCchTHoHcX6MA2RpNWl2TAZd+L2IBIupR"
    "GujA/ZnSJYgWxhwpD/QyX4QYMHX8kWSsUKLAEetG4oA79mwqEKVGKg3tY2eDPMH2Jz7+813fwb/xse2QwBqawEF4oyGa2"
    "xLhH+C7wx12gf3nw/r6gHgwwor6PS0jWXM8c3bl5CxSA7yWDsgCofo1vxF6Eu2A1OPCezXWEJHxJMzFjATDSPAMGKi6mA"
    "miB0em3bYl0avk1hjr1EtXXNGvATlQWaobQn631WP2UzH5ElLv9gAmV/Xg4uezHS6jsx4OJyuU0VZ3thk2Itxs6QUntxk"
    "yo7MdTQlF/i8nD/73lgGYl0hpWvLLF+rRevWyeRK+Zuz5EMin38jA7TPHc2thsQE8EFi9vvUbsujo0GiSMggA1psbDmN2"
    "nWec+vIDFilr0OTdlU0xlOQz1LXeHmGrNMM4ZdlJnGAsmPLByh2UUzl/TwF8Thf4qd+vj4uLmnWDtsQPiTN6RDbcziuMx"
    "/OIEC8RB2F3tR69n9vH96J1hdarUNF2kU4JOLCSHXqPnUyqt2JsSdCFu+dDcTSA8Cx9BnuR4ToJHh2LwXlIMcyCygfAs+"
    "JmjcOwsszMBUi34mSdxDC0z1GD8NutpRtG9BfVxkwX1cf2C+nhlQUWEnPWjQPEK02KDc71I6nzrbfatx6CRpYgzKhcK1W"
    "rxhmzEeIzBNU/syVN1Zus5coJPwfFqx/4VUieD7WSQ+m+sctpo1bbVjOct26hOw/U0MMCO8wUyN+O34z0LQxH2sZqQFdx"
    "eoOqgerz3uguGYzNYpOnECqBcIewCt48NVbo4/m9CeY1jr7YQc5HSWaBtlnIpnshGzCVSJ+c2yzkOiF2VcX3aW47k+Hlv"
    "uciLYcR9xQN5icOeIvjiINlwcdCxjfaSI3F6i73ekkTANWV3Gn/nvNm2rE7iW5uaQEn7LkzrQztb8+GYFiwukXVgUh/ay"
    "szH3Ra5/GlGfX8NgJiL1+0KkvL46vmzFDvBH+vQkk8frt+/rwBlc8HLFnhsjqoz7DwyMJUFlZf4vqFKZRIOf7wSlUkI7n"
    "E3wT3WqgSuTUIRVRVz28DslOyI7E6vnC2/40zCbdCoAqUzX9tsvrqCfd+MlNMMlKaJIUWqHRJEzkeyG9NBVr8cTJK1sRf"
    "KdM40axIHizyT0KFfFWy4VgFYoXVagI0WEGdj2+A7eZouzO5jgzzFHNFGUbV5ElcaZnNpmDT1vshfVxumWBsmP63aVBzm"
    "z1yzdaU4jL7eW1ccJt0FmhWHweZYaILqY6IuyWBOlTmEK2Q+xciepEhuUsEiPsKrR3Q5E6LjhbGkhs+TqiTVpWMOMpIpC"
    "IwFLnTP2hDWBTtMeRRdsAVraAzZhOu0bOiMjqamVAzeGEShP3hFBLaXZCRmWTmVJXZ0FyTOystcOZK4cgcP47oxZMAUnc"
    "RVQ2bC4yBmU2qY6vosVMWFPkIs8yIpaJYX6dfSuAQH8i1ZAq2y+fWc6GvyPGGz5G4UU7MBxNggEXJN5y6l+6Qp3e3Py+y"
    "QmqO/HAtmJ+0ds7dJg42LtzR3DyQUXVInj+wdkFN69fSZDTiQUXTBcDp0xWnUKmxWkKR9F3h77AUkp7bZIsUlUgcVtxkq"
    "dkHI34SYj1hb54w+1oOoubXBGd9WZMbecuTPoaLLxZubD397//b27U+HMoAP7XJxKVcu5ar7i3MOM2yKreVhxj0CbO1l/"
    "AY8bY2XRcW12nd0siQl38+TpRudLLkJ1SYfy3Vc+KjCzXKd1USq97Qk1dKbO1uSMvZUxV6QtN63+MLCV2QQRLMhC9PC4N"
    "jkO0myyvmLKTpRuCIhDaq9LPsdQtftF5FCv0hWrhy1jbTeOlYuVwI6TopPbChWH9eGx6LmNS6QgqPDPO7FbyW/iJUbYR0"
    "I2NSjHM/r3TwIHcH/1rgXjLSaGwIZQZdQ2L1ZAvGnZ6Og5kg64UdwZoAzA5wZsKsZcE71pDqyS7ayHkLbBNIlxBlU2q2E"
    "nKdzIm61iB2a4tAUh6ZUoilvv7CgEksxN3rrkBSGTRriKNfE2Ix48iA0vMRD+H5PTgCMwQUdlIkRoWAJzbiS8LB4+hnFq"
    "5IxSa7IkI1hXpEfVlGUfQ+AGEpyeps5EFEfpzcVfhoQOqUSO9DByOYAwUWBAO5pKAf+H8TiH+x6hhu81KaoTiMW21Pccv"
    "Oz+RjJp99siKTog8U7jGFN3zRKLaiE41gpzjGBg5X2AyudbNs9H6vRIq/vqCVW2rbLHhrmwDm8ytz6UllJ++PXyTrNPD1"
    "IRSx7m8tZW2dgbZ0iTbBlK363sgRbxtxzTxL8xJQy77didCW3euvMLmkaWTiwQzZjsW30hfpRTaZfZavNpkqt+n3PKipp"
    "rdFXWFUBrS3VldNq3wdJL6jXs7W0bLSXlMCpLzuoL9Hc2zIivUjp1JnWqTMre++JdgpFFXyLfFS5V6Q31+8WSbOG+4XGv"
    "ARsBxEoB2TM1GgKG4II9DWPLsmDz7dvHl6SwYz7sFAwkLwnTZARzFUi5yxQsNrSQI5ZiJNkdbPZ/xA64AlkimFMcRp5mo"
    "4uTcyTjmKioxGbKzOYvgqj9fIxUEiYxD7B7RGwnPCgdxcgsscQ9NOXxBhbzhBkVKB0meCp4bIifkrnz0sCE3JhuvR5nOX"
    "+Uieyy2imQ7zuAur7+DgSu0pSz6FHqhPsze5bH3qFnIxVHehjt7irbyXoasdwn/r9GCVQuSPUYQlVik9hG+jWFoDLehl/"
    "ST5WO8C2QNaZjJQjxznUH5a5jvWdPC/zyJzXu4Qd21MSx/PteJ7XKexYX6Z0EtjywDLU0+xYn5KcNpzt0bmx+tzjB8+O4"
    "cYcsPQ6pzSO2VbMzhk9DS2YHEWXAmMP5WeIpCtGuNnPkJtUbXIz/MKAi7Iytiu51VsHHIWmUeP4rri9qdFHyT1bIkyCGM"
    "fI5yxQ38l8jBS0oxJ+S8RlvKpwrp3604BQ7gSUNAvu08/X3189fYZdaUJNJe+Z18MgsSn7+hI60WUFyVB4SzO6Tp9D3Ac"
    "fgmPQ110QsjnY5/j69ahM3gOF7o0yLPPPfG2S31xyXCujmE7pxjr19lJwZF09fdrAkwWtal1Z+t55H250dm7DvDEg8XlX"
    "uFzvJ8wonKNwB0ehK121jSjOwlF46rintsmzW4FPbePu+Uc+6Wj/i8rIJ3NrrUkik2yBhiaJLyY8dvT6FEyZSzLw+ASMi"
    "hVzwOj+sV+XjIS459CjCJMrIRvDSgGWgLhnFSU8DjcUGjLXxWum9nrAFswz5okujQ5W6KvymPEDxR0jhdSO922SUHJW7u"
    "bK5Ymg+gmC0CxBBHrk0KW2hhoOoEmWa4awsqpc5fJ9Vy53WQsHLIJhvnYb9mYULs5yo8EkR2Je5Z+tN5gyCmcw7ZIY4nm"
    "48NtM7BxJB5eO/c9tUNDsEJeUoIPsBbWsEbJVvzbre87q/watftT2Uc3dRtBlWifqVos6Z55YCrpI6cTcajG7sAIXVtAC"
    "EK+lYQU3AbuFNeoWkaiLCiCvcL+3Ds0TAevjctfXqFZjUM9gYEl53AnmjOij/7j+jbtpEXvDiIEi9laF3+2hVx1zgEDII"
    "E3hWEyFThqZUU8X58WKMUqQe1h6CJ2A8FcG2QKZa46alTi+A3jmkIejZng6FO2QKJqr/XF8iMfp0k6Xdrq006W/aV36Fz"
    "bC3N/lGyxIXhmnm7u/VpcO45a6tnljVRobxz5rMdFVEgXMkk2Kbi8LikW+fgdtvKRuIldVyvXBxtmYC22UTncMxVlE2p7"
    "eqDj1XnFgp4/bjd1u7Hbj2oOlIo+rt4EKl1V7ce7u2p2YYrs+g4a86Ub8Scxg+wLOmj1Swk+de+JxTweGYVfeJXmniIiU"
    "z7+YyiIzeAFhyPQxTSEbs1DDS5SEYrG6Dx9mGI16jULmwStz6g+IYr4vzdatMbAHA8yaMZzqXw8fe2/Hg4c9UjifanDz1"
    "wE+AjWqghgTfXyIhN4HCkiZkqawC/cwXUfrAxJLNusnxLg3pij3ZYa8jaY0mGBWD6YIBRqEo0AAD1qrOazD2EB+onn4W2"
    "EO9DXtGpCtFARHR8kRq1sMFFM2HGkjYFjqX20DFTqd6pQ6laux2klcJb8eNVTl8iSuxmpFWQrNH/3LwgIpUjkrpIEVkik"
    "LNowuUnWQ0T82cWz8WO/Y+HHFseHCKA8fRpmqXBYLRkzhGNyAwe4ozYOffRAbWDYu0ByJ84Lu4AWNzVYr73NG4li/A+vj"
    "8iKVOnT92lKk6uDysp8VfAUiPRGi57OwsgCOudFbi+NhE4sa+1NGfTUlXMqIvSTAXqnLDI+gOcxCXeIrCfaSZEQjyZJAs"
    "+pq/Dv0pyG5MPLZgEgsKBwXusEyy7JHBjIa/ouN9JnxcJ19hVfzdVmbRSiCCXlAyRS+HUTO8Lj3uYCJ8vAVYnJDoaZ3QQ"
    "KZ4Vn1M2ESSvVB9XMWGLhNJfWddbjblM3QoTfA+wMjIn1EGlCMFTw/lfo8en7PEO6zOHLtEvocjaIwZMAVOSAjEcGU1jW"
    "YTc86v1ZzBqv8SMYCrOPMfZaUC8JH2vVAtgYgnZ5JtuexJUKOUbfGwyR0+4LqXErsvlNi8cu02nPi9m63aZKzaRY3G/7m"
    "SI7H4otDzdlStOTViybhklcv6uMl8V7JJpszK5M3ab+XE+BbFPd79ehRk7TBR4/q0wbxXpG5PvvCrICxlKCD68P+g31ns"
    "HuCsrjK4FvYIKsZnCPpBIvX+UHe/v12vaWVukHe33z8S9K8bH6dt5Gb0zGGEfcVD+QlDnsKNeMgpm9Oa7bwH5WojhcO9M"
    "Ohlpo9O5CMjbZFRHuB0DleW+14RStyCxHnyJyAWy3gkt1t9R0XSfcg6Ja53LskZzrCLEyfeZOtZF1B7uR9NvIeWpV0riD"
    "diynbKlPrAK5bdw50t8qhtoy5TcPN21oN9aNQfMQuKtxT8Z3eOv9UoNtsF2FOMaSbw2OGulCo0DHbPXToDLyIwXamg7F9"
    "mAmhjgefCCa17ylxnCjhV5zZcLBRLN0zybBJEpgebJP7JOZnPyFu7qmx698zJy+7KOpziqJ2oOxBQVnFVZVLrB6STQk6w"
    "d5jA7KY9WPD7aS9Y/YWzE7zwBqqwGn7zhwvuTeA1VXU3GpWn5ulHutTliLOqJx4Wy1en1HJ+lGgeIVGtaFeapHUAW5tln"
    "PJCmsaVVYi22d4WXuFuyGabA0ElDdXd0SBPua6Ok/WboSCSpOrbWiQ5n4NHpRIZj0ihK0sgpYXdInATKhPkKE6rf6SDKL"
    "Q14n0klGfeS914UoB7xAftSnjPHoMCaY6MJePaoKY99i/DmqWU7EIsiT/GXQ/xJIE1DNng0Ln2vJOD93BHUOlZT0RUHpF"
    "Br9HnKn+OBSzAcYrQ7/mit5YTJ2BGQ8ixSShY4XlO7kX8MlU6ThmXUDz3yJgg1dxqQExY6bgAd42JWn68Tnx+CAYMu17p"
    "uoR9GyiieBJx5T7UchM0YIsahm4gXeYRySPwTCsE04WIrxn8Pj6KckAGBQuEUTr3QVJgQZ8RSziYGqLHj6yOZ1xG4ObXc"
    "jxSUOObbOaXT6zTcixWaFs+JsjcSxuUrgqrLAV6gGruHknWHtsvEpvsVZzOSHoBLuPcOSxcyYc1pmA9acKaVAlr5kQoBU"
    "GNejrCnGJ50OgPhTTE9XjuKvI65ub94VV5PW78jLx+cPrtyAFLQRoxFXBbVZmvUBFswLybsD4jPSIbE+vnC3fuan99aVC"
    "B1nL9AKdm+jNGZ5ZkKsc/zSjvl/r3ilSdijG6fHV82epgwd/rPPtfPpw/f59HVtroOEmfK2Dhr91xqaYhY3aUSA6Ymbk5"
    "9s3h7KuD22nFMGfVWbXTt9VQuf+LU/iBC+zYGuexDG0zFB9/KAutGpjXBepuhAIfWwTO4Fubd2feTrn+2yz71N/I5IFat"
    "tDQXO0TtJtlrSLSfomxHyKXJa2ybNbySxt4+65Z7P8zY8mPLioiF6I7/TWxS7MdZuGkQu3U0ZgFih9UAD61A11jwyXuho"
    "ajn9Jfi0GE6BvXjKlQAYyF32wGrew197j0xGonOYqlKV+fUxy0b59ueBYnQ0LvOFhBlwiX7z+kOnyZXGHeJwonsCAcQ2m"
    "HNpdkBJyDJcYX8JT4KOn8Q/m2b+TWDGtYTxArav+tE7kFtX9Ofx5n1z2WaDngD2imyN0ILoFppt8vqscr69Tk6dxhWrWG"
    "8pbFKrRa5mVPBICJ4y9CyPexSw04ByFA98c+NYO8E1z0MzMbaz2CnIH0LTZci8r0zZfWxWt++bsv7lo7m0JkhUpHUjWuk"
    "9tBdA5DfrwKxtOhbi/qIAfklu9dfjDwjRqenJyVhndJCmYxIZ3YNt//uV9LwYFpC6GPmXUw8MKMavAgAJg4Wd5DECOdjq"
    "Q6WSCFTTicEPdBXH6BNamQ0AjwRawATRns7la9hBYQMTNk2SMZ0Tqkuq+j1KTJudCmmrs30miqLyXBvJgX1iQnNk4p0qx"
    "MJBERpgFIskAG17+aXBJPptchnnIvnARyTgDo5dLBAnM/3wSYL17jgXos+bm5QdECRHnUwDX+hpeiZNETD6FxliGbEIDz"
    "EbBdmtQFqwRX4RZSBllaQak7JBYkUxHl1fh8irOos64C/k/Y/WsJuS/ntknCPk/2Dw+NrPNzmgDamUU7sCnXfArEXhc6d"
    "3WgvlFKgcr7l0ssdJqs/zkSJw1vsVyr7Vmq/U+pXD76xYML9krNpyvIHVTfgcJbFV2ZpXaQb5tw6FcOtQJXecF5MX261o"
    "hdh9Xmz8u5085/Xbmgo6/iU/Nuc2+CTG72HIXW36Ur+VsY8tjF+61UuiUvKh38iYteg18vX1qGluUy1OhLmcHfAEjIXyZ"
    "HKxt/JTm7Ov0Eg3kgoXMuyQfk+ps2heZxoxXV8zb/xAVjsp/XsT9L2NhB9FsCLd+axoK7k4jOOVpBLG0mm8XGYHbLCrM1"
    "y1O/3J6Vfv1qhn3fW5fiqFM5j6ZqrNOGbyWVP1a7029R62C1Pk1d0ySiGwmeEbQoSo5+9sMtFK1zcRepXTu4r3PdsNkG9"
    "Axo3BQ4xbhKrYZKi45ZQdul8yy5gZWibBLOssRjK01yFHC2D2ARzFG8VOuxzOTSFMcqTQbWwglpUKox5LyctoMJsWvzJu"
    "eyKmxHnNWpsAgfH1EAPyJBQeSgP8eWYRc4ZkAGPiuA9J1LGB8noHSB2piFH4NlLS37jGk/zYX+W8yETCKn0wRh4qzDeKT"
    "HbKsgEsy4N6ATEKxkIhN4RAiBO0I25iwxm1i6bOjnhpH0ufks+EEztLhnviS8TROurIM4s8PrV+++eB7GHGRZb80G3OrR"
    "IXCO25IWSiNB7MxdVRtNZ7uYM14DsRsJYgZn4OyKoL6LJUcyXFTVU6jYW7MS8nVd81WqabMzJHswMzz0dctuKl3plVe1q"
    "f1pASdCI8tZvY8edEgs+fJi9rMHrzljp89Xer18dKozmctOExYfXWxmjUHp9QUqznPiX3wYz3cOcruHGXn/3TnKDvxunO"
    "UvyU55wESGyHn6ZyE2yxhFwC8fx2nCJ02BUWKVA4XWesay0HL+/GMnS1fNzrEivOq2h+2siLsgbEuXr13CifjbUgDOa4+"
    "yz2911vnVlRxq4beRF2NHH17WB2MjJmpVoWnzOmrU4Hnh6OTz/j/Jhz+E+Y8co8uyYPPt28erjoR99Ir+g5vksJl30lNJ"
    "cmQLUXgaYfgTCQntGOxMF0iHU8wn9NQl1Wn2FfPVOOKZqauOVVJMTPs7S4Y3F3cXQzqo91x6HiaQGfaP6SfFv/CHlzg+3"
    "n4jGLhrWrBNaYsrcKNC8rv+S6OVVxFbbbsy0gnemNnRkrhcMkGuKRePyzYm7TvIHMPclq2B5u8L2hVCP/agLg8WWcg4KO"
    "sv01OXFzH+k4eunhkzg+XypbtKYnj+XY8X58vtI71p0sZ6pYEcnp6QxwsR+FgsM3RzJF0sMJmWCE3qdqEKnxC8zvSnF1B"
    "FdJ7vXWogoxbNUYVGNrf/xJDEkaBJAH7GqegT8VCn1+G0cJYXBvLhwuGpbKnAl5Fm+bayUQ8wSQ0rQIX9tu5O9isPVWc1"
    "6Sug5S38GXlyJxXutW+LOeV/kbkjOcgbXl8kvNJn4l83fFkR4kiXVHYT6NfvheTN+h9qdIv03tr9UtfTPrmjNtmCubPoO"
    "nB4yyJzwPQ5LCYEYE+Juj/MZ4nH/Q+kIo5MRcVvyGb8CAAia1qlDv3toMKqXu20SFTgs4pkfuC2OuVyFEyE5sjNCmJg2Z"
    "2SIs+zbp0zUI+mlatSvGdtWsSzdpsWo/qRbDDymAFZ3XMXbxjNFf9CvCFhZgearPg5kic662Z6w0/KgsOx807yN0fHj1q"
    "sqc9elS/qeG9lfNoVGWe4drDaFR1pqErmfVyQxGhk25mf/w/OyWpKw=="
)
