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
    "host" TEXT NOT NULL DEFAULT '',
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
    "eJztXeuT2zaS/1dQ8yX2ljLljJ+xr65q7Hg3vrU9W/H4srU7KQkSIQk7FKEQoGXtXv736w"
    ""
    "b4FikRelI0vtgjEg2Q3SDQ/esH/nNBw4mQy8vPkoUXL8l/LgI6Y/BH4XoPfs7n2"
    "VW8oOjQ"
    "1w0jaCF1k6FUIR0puDimvmRwyWNyFPK54iLAptdkDm1FQERI5qGYhHRG"
    "1JQqIhaBJIrKe/"
    "kKLjCCD0G4JNCNwAs8JGPheyz8Tup7lzieJ0YwIA8m++36Lrg"
    "LBnMq5UKEXn9K5XSg28Ob"
    "B1fcIzwgXEnslyj2VQF1OHtFFlxNRQTDBTCEGApvSX"
    "wxkdh6uCRJd9D5QAk170s2CpnSHU"
    "tGfea9gk7JSEQBdD0OxYzE7XgwYgPo9TK5o"
    "Nhck+G7+FQqoji8EF6+CxZTIRn04jGyoJKA"
    "ZLyX8DSBfmFF7xk88oKPGHbGWTjQ"
    "L2y6+j0SwCQixvqXZEoBYyU8769TgdQhm4kvzCMPBv"
    "FffaoGD/FO/LY0WJKZCJn"
    "hcigWZCKgb+RL9qyme2C5FoiWYhTw3yPWV2LC4BbOwX/+Bpd5"
    "4LGvTCY/5/f9MW"
    "e+V5ii3MMO9PW+Ws71tXeB+rNuiBNk2B8JP5oFWeP5EsQUpK15oPDqhA"
    "UspIph9"
    "yqMcOYGke/HMzyZzOZJsybmEXM0HhvTyMf5j9TmAbJrF/3+x5vb/qe3t/3+xcq3"
    ""
    "kVDk5nR8aSQC/K7gUaV++wk+wvdXPzx5/uTF42dPXkAT/Zjpled/mKEzxhhCzZ6Ptxd/6P"
    ""
    "tUUdNC8zhjqv5/ha1vpjSs5mvSvsRZeOQyZxM+tpe1M/q177Ngoqbw8/HVGj7+7"
    "/Uvb36+"
    "/uXB46uHOKCAdc+shh/jO1f6FrI6Y20ofCvWJu33w9rkQsbbbJU+OnN/"
    "eNaAuT88q2Uu3i"
    "oyF9ZTZAYsS6ss/gnu4DJZzeYiZYnZXkx6mfxxhqxfw+rbdx/"
    "efrq9/vA37H4m5e++5tf1"
    "7Vu8c6WvLktXH5TFknZCfn13+zPBn+QfNx/fanYKqS"
    "ahHjFrd/uPC3wmGinRD8SiT708T5"
    "LLyaWCmHHfsvmGkvYn/oaiwOczjgO1d3nis"
    "g/aG/9SsUa9FrAU0aBmZ83Tlfg8BMJjMjrd"
    "Lvb9oby+uXlf+EZev7stsfbzh9dv"
    "YdHSHIdGIO38jpvxuaBbrvL6FpTKakavEG41qWMWnc"
    "Pi9PbvtwWeJ7P3wYfrvz8"
    "srE3vbz7+JWmeE8mb9zevS9zPqd82vC+ROc5vy3k0aGx36CLl"
    "HnboM5LE2W3QiZ"
    "VasYvwSa15ViDbbKUdcg95tMMWbYyzH6+uHj9+fvXo8bMXT588f/70xa"
    "PUSlu9t"
    "c5ce/3uL7h/FIS5uqFkFrnth1WkdB9W2z4shD7G9zk7HS8M6eh+QUENWLkjrkRd"
    ""
    "29Vbs6tZ+QoN6EQLCbmpn9OAgH9ly4sKbBAv99ZBg/ds2RQZDAgdjZiUBGguycDjEyZVCn"
    ""
    "R9+vn6+6unzxJ4CtogsDZlX3tkMA/ZmH8daFBuzEOpiM+UYqGsAAkPMQrihbeIm"
    "Y3EnJHB"
    "n3R37AsLl/ElhLUQgesRGnhkwX2fDBGCQ0SsjxgdQmkaY+OTqSJKw5Jk"
    "xoNIsYYQ2X8uMk"
    "lqQLZv4C74F1uyr/D4UgKvU1knokQR4UNo/SX58i80DYhM//j"
    "DCoD7/PndTxYIXBRx7xJp"
    "DoMWXfzXOApGOMuIHgn/efLfF8dfbow5ZtaP/MqgX7"
    "3NiFyrYKNnTxoYvc+e1Bq9eKtkjO"
    "nv2oa9GUUHGbx/XM6ssTYMzig6hynvf/7qL"
    "Uausvd/Pt18rGZvRlHW9/hIkf8jPpdHVbcP"
    "v/YiL9Zbs2XDtbRIYwdla9bhzZ3V"
    "uvNiBtWJQ3dbiLlI6WyrNks5r4rbyrlM6yTdZknnjK"
    "OGgQM5itPiUi0KIFjBJYo"
    "MXuXun0XI+CT4K1tqJr+DJ6LVcG4p7ujMmPtHMnuSq9nXHNJF"
    "akLnJxW8u8d8Zr"
    "xFb64/vbn+6a2xuY8P9NxSeX9RgfTo6711UI8O6GmG9dwEiIkAFwnFEK"
    "WQACnzM"
    "I4KY4cQBxGLBJIB3qkpoUMMreJqFdHZoS8d50WVYrN5BgGNWTDC3pS4Z8FL6HQh"
    ""
    "wnsdG7YIuWKSjGgYLnXTmFTHbfkUFnYd3RWyLxyBlgGZwNBx/JNBg0ZTGkwYoksw+RUwRg"
    ""
    "egUUVkQOdyKhT2HpAhI3N8Qgxl81iInQrNOzkgUwFSJAsk8vh4zMI4WAyfJ5IR9"
    "V+RgXFS"
    "yVxsmQGeBHxvSbBWwBj0w9VdgK+wNPMACRYaqzKIVYCPrQPJaLDEx9Bx"
    "dUzK/oyG97r/KX"
    "B3hpFfw6UygWRAt9D/TDHYbMpMTBu+9JhyPwJyEwk2ZBN4Vxq"
    "wBfZs/Mf9mUx79QVIAcG2"
    "mM3QuRD3JMHAerrvBeUYpgadqQUz482Iz8YwXmQE/A"
    "4I5z6FN+dBHOfGIi2DOIYP3hBGHC"
    "4R4eMCZLwcmL4nWkuHJ9Von74WmHZCchTHo"
    "HcX6MA2RpNWl2TAZd+L2IBIupRGujA/ZnSJ"
    "YgWxhwpD/QyX4QYMHX8kWSsUKLAE"
    "etG4oA79mwqEKVGKg3tY2eDPMH2Jz7+813fwb/xse2"
    "QwBqawEF4oyGa2xLhH+C7"
    "wx12gf3nw/r6gHgwwor6PS0jWXM8c3bl5CxSA7yWDsgCofo1v"
    "xF6Eu2A1OPCezX"
    "WEJHxJMzFjATDSPAMGKi6mAmiB0em3bYl0avk1hjr1EtXXNGvATlQWao"
    "bQn631W"
    "P2UzH5ElLv9gAmV/Xg4uezHS6jsx4OJyuU0VZ3thk2Itxs6QUntxkyo7MdTQlF/"
    ""
    "i8nD/73lgGYl0hpWvLLF+rRevWyeRK+Zuz5EMin38jA7TPHc2thsQE8EFi9vvUbsujo0Gi"
    ""
    "SMggA1psbDmN2nWec+vIDFilr0OTdlU0xlOQz1LXeHmGrNMM4ZdlJnGAsmPLByh"
    "2UUzl/T"
    "wF8Thf4qd+vj4uLmnWDtsQPiTN6RDbcziuMx/OIEC8RB2F3tR69n9vH9"
    "6J1hdarUNF2kU4"
    "JOLCSHXqPnUyqt2JsSdCFu+dDcTSA8Cx9BnuR4ToJHh2LwXlI"
    "McyCygfAs+JmjcOwsszMB"
    "Ui34mSdxDC0z1GD8NutpRtG9BfVxkwX1cf2C+nhlQU"
    "WEnPWjQPEK02KDc71I6nzrbfatx6"
    "CRpYgzKhcK1WrxhmzEeIzBNU/syVN1Zus5c"
    "oJPwfFqx/4VUieD7WSQ+m+sctpo1bbVjOct"
    "26hOw/U0MMCO8wUyN+O34z0LQxH2"
    "sZqQFdxeoOqgerz3uguGYzNYpOnECqBcIewCt48NVb"
    "o4/m9CeY1jr7YQc5HSWaB"
    "tlnIpnshGzCVSJ+c2yzkOiF2VcX3aW47k+HlvuciLYcR9xQN5"
    "icOeIvjiINlwcd"
    "CxjfaSI3F6i73ekkTANWV3Gn/nvNm2rE7iW5uaQEn7LkzrQztb8+GYFi"
    "wukXVgU"
    "h/ayszH3Ra5/GlGfX8NgJiL1+0KkvL46vmzFDvBH+vQkk8frt+/rwBlc8HLFnhs"
    ""
    "jqoz7DwyMJUFlZf4vqFKZRIOf7wSlUkI7nE3wT3WqgSuTUIRVRVz28DslOyI7E6vnC2/40"
    ""
    "zCbdCoAqUzX9tsvrqCfd+MlNMMlKaJIUWqHRJEzkeyG9NBVr8cTJK1sRfKdM40a"
    "xIHizyT"
    "0KFfFWy4VgFYoXVagI0WEGdj2+A7eZouzO5jgzzFHNFGUbV5ElcaZnNp"
    "mDT1vshfVxumWB"
    "smP63aVBzmz1yzdaU4jL7eW1ccJt0FmhWHweZYaILqY6IuyWB"
    "OlTmEK2Q+xciepEhuUsEi"
    "PsKrR3Q5E6LjhbGkhs+TqiTVpWMOMpIpCIwFLnTP2h"
    "DWBTtMeRRdsAVraAzZhOu0bOiMjq"
    "amVAzeGEShP3hFBLaXZCRmWTmVJXZ0FyTOy"
    "stcOZK4cgcP47oxZMAUncRVQ2bC4yBmU2qY"
    "6vosVMWFPkIs8yIpaJYX6dfSuAQH"
    "8i1ZAq2y+fWc6GvyPGGz5G4UU7MBxNggEXJN5y6l+6"
    "Qp3e3Py+yQmqO/HAtmJ+0"
    "ds7dJg42LtzR3DyQUXVInj+wdkFN69fSZDTiQUXTBcDp0xWnU"
    "KmxWkKR9F3h77A"
    "Ukp7bZIsUlUgcVtxkqdkHI34SYj1hb54w+1oOoubXBGd9WZMbecuTPoa"
    "LLxZubD"
    "397//b27U+HMoAP7XJxKVcu5ar7i3MOM2yKreVhxj0CbO1l/AY8bY2XRcW12nd0"
    ""
    "siQl38+TpRudLLkJ1SYfy3Vc+KjCzXKd1USq97Qk1dKbO1uSMvZUxV6QtN63+MLCV2QQRL"
    ""
    "MhC9PC4NjkO0myyvmLKTpRuCIhDaq9LPsdQtftF5FCv0hWrhy1jbTeOlYuVwI6T"
    "opPbChW"
    "H9eGx6LmNS6QgqPDPO7FbyW/iJUbYR0I2NSjHM/r3TwIHcH/1rgXjLSa"
    "GwIZQZdQ2L1ZAv"
    "GnZ6Og5kg64UdwZoAzA5wZsKsZcE71pDqyS7ayHkLbBNIlxBl"
    "U2q2EnKdzIm61iB2a4tAU"
    "h6ZUoilvv7CgEksxN3rrkBSGTRriKNfE2Ix48iA0vM"
    "RD+H5PTgCMwQUdlIkRoWAJzbiS8L"
    "B4+hnFq5IxSa7IkI1hXpEfVlGUfQ+AGEpye"
    "ps5EFEfpzcVfhoQOqUSO9DByOYAwUWBAO5p"
    "KAf+H8TiH+x6hhu81KaoTiMW21Pc"
    "cvOz+RjJp99siKTog8U7jGFN3zRKLaiE41gpzjGBg5"
    "X2AyudbNs9H6vRIq/vqCV"
    "W2rbLHhrmwDm8ytz6UllJ++PXyTrNPD1IRSx7m8tZW2dgbZ0i"
    "TbBlK363sgRbxt"
    "xzTxL8xJQy77didCW3euvMLmkaWTiwQzZjsW30hfpRTaZfZavNpkqt+n"
    "3PKippr"
    "dFXWFUBrS3VldNq3wdJL6jXs7W0bLSXlMCpLzuoL9Hc2zIivUjp1JnWqTMre++J"
    ""
    "dgpFFXyLfFS5V6Q31+8WSbOG+4XGvARsBxEoB2TM1GgKG4II9DWPLsmDz7dvHl6SwYz7sF"
    ""
    "AwkLwnTZARzFUi5yxQsNrSQI5ZiJNkdbPZ/xA64AlkimFMcRp5mo4uTcyTjmKio"
    "xGbKzOY"
    "vgqj9fIxUEiYxD7B7RGwnPCgdxcgsscQ9NOXxBhbzhBkVKB0meCp4bIi"
    "fkrnz0sCE3Jhuv"
    "R5nOX+Uieyy2imQ7zuAur7+DgSu0pSz6FHqhPsze5bH3qFnIx"
    "VHehjt7irbyXoasdwn/r9"
    "GCVQuSPUYQlVik9hG+jWFoDLehl/ST5WO8C2QNaZjJ"
    "QjxznUH5a5jvWdPC/zyJzXu4Qd21"
    "MSx/PteJ7XKexYX6Z0EtjywDLU0+xYn5KcN"
    "pzt0bmx+tzjB8+O4cYcsPQ6pzSO2VbMzhk9"
    "DS2YHEWXAmMP5WeIpCtGuNnPkJtU"
    "bXIz/MKAi7Iytiu51VsHHIWmUeP4rri9qdFHyT1bIk"
    "yCGMfI5yxQ38l8jBS0oxJ"
    "+S8RlvKpwrp3604BQ7gSUNAvu08/X3189fYZdaUJNJe+Z18Mg"
    "sSn7+hI60WUFyV"
    "B4SzO6Tp9D3AcfgmPQ110QsjnY5/j69ahM3gOF7o0yLPPPfG2S31xyXC"
    "ujmE7px"
    "jr19lJwZF09fdrAkwWtal1Z+t55H250dm7DvDEg8XlXuFzvJ8wonKNwB0ehK121"
    ""
    "jSjOwlF46rintsmzW4FPbePu+Uc+6Wj/i8rIJ3NrrUkik2yBhiaJLyY8dvT6FEyZSzLw+A"
    ""
    "SMihVzwOj+sV+XjIS459CjCJMrIRvDSgGWgLhnFSU8DjcUGjLXxWum9nrAFswz5"
    "okujQ5W"
    "6KvymPEDxR0jhdSO922SUHJW7ubK5Ymg+gmC0CxBBHrk0KW2hhoOoEmW"
    "a4awsqpc5fJ9Vy"
    "53WQsHLIJhvnYb9mYULs5yo8EkR2Je5Z+tN5gyCmcw7ZIY4nm"
    "48NtM7BxJB5eO/c9tUNDs"
    "EJeUoIPsBbWsEbJVvzbre87q/watftT2Uc3dRtBlWi"
    "fqVos6Z55YCrpI6cTcajG7sAIXVt"
    "ACEK+lYQU3AbuFNeoWkaiLCiCvcL+3Ds0TA"
    "evjctfXqFZjUM9gYEl53AnmjOij/7j+jbtp"
    "EXvDiIEi9laF3+2hVx1zgEDIIE3h"
    "WEyFThqZUU8X58WKMUqQe1h6CJ2A8FcG2QKZa46alT"
    "i+A3jmkIejZng6FO2QKJq"
    "r/XF8iMfp0k6Xdrq006W/aV36FzbC3N/lGyxIXhmnm7u/VpcO"
    "45a6tnljVRobxz"
    "5rMdFVEgXMkk2Kbi8LikW+fgdtvKRuIldVyvXBxtmYC22UTncMxVlE2p"
    "7eqDj1X"
    "nFgp4/bjd1u7Hbj2oOlIo+rt4EKl1V7ce7u2p2YYrs+g4a86Ub8Scxg+wLOmj1S"
    ""
    "wk+de+JxTweGYVfeJXmniIiUz7+YyiIzeAFhyPQxTSEbs1DDS5SEYrG6Dx9mGI16jULmwS"
    ""
    "tz6g+IYr4vzdatMbAHA8yaMZzqXw8fe2/Hg4c9UjifanDz1wE+AjWqghgTfXyIh"
    "N4HCkiZ"
    "kqawC/cwXUfrAxJLNusnxLg3pij3ZYa8jaY0mGBWD6YIBRqEo0AAD1qr"
    "OazD2EB+onn4W2"
    "EO9DXtGpCtFARHR8kRq1sMFFM2HGkjYFjqX20DFTqd6pQ6lau"
    "x2klcJb8eNVTl8iSuxmpF"
    "WQrNH/3LwgIpUjkrpIEVkikLNowuUnWQ0T82cWz8WO"
    "/Y+HHFseHCKA8fRpmqXBYLRkzhGN"
    "yAwe4ozYOffRAbWDYu0ByJ84Lu4AWNzVYr7"
    "3NG4li/A+vj8iKVOnT92lKk6uDysp8VfAUi"
    "PRGi57OwsgCOudFbi+NhE4sa+1NG"
    "fTUlXMqIvSTAXqnLDI+gOcxCXeIrCfaSZEQjyZJAs+"
    "pq/Dv0pyG5MPLZgEgsKBw"
    "XusEyy7JHBjIa/ouN9JnxcJ19hVfzdVmbRSiCCXlAyRS+HUTO"
    "8Lj3uYCJ8vAVYn"
    "JDoaZ3QQKZ4Vn1M2ESSvVB9XMWGLhNJfWddbjblM3QoTfA+wMjIn1EGl"
    "CMFTw/l"
    "fo8en7PEO6zOHLtEvocjaIwZMAVOSAjEcGU1jWYTc86v1ZzBqv8SMYCrOPMfZaU"
    ""
    "C8JH2vVAtgYgnZ5JtuexJUKOUbfGwyR0+4LqXErsvlNi8cu02nPi9m63aZKzaRY3G/7mSI"
    ""
    "7H4otDzdlStOTViybhklcv6uMl8V7JJpszK5M3ab+XE+BbFPd79ehRk7TBR4/q0"
    "wbxXpG5"
    "PvvCrICxlKCD68P+g31nsHuCsrjK4FvYIKsZnCPpBIvX+UHe/v12vaWV"
    "ukHe33z8S9K8bH"
    "6dt5Gb0zGGEfcVD+QlDnsKNeMgpm9Oa7bwH5WojhcO9MOhlpo"
    "9O5CMjbZFRHuB0DleW+14"
    "RStyCxHnyJyAWy3gkt1t9R0XSfcg6Ja53LskZzrCLE"
    "yfeZOtZF1B7uR9NvIeWpV0riDdiy"
    "nbKlPrAK5bdw50t8qhtoy5TcPN21oN9aNQf"
    "MQuKtxT8Z3eOv9UoNtsF2FOMaSbw2OGulCo"
    "0DHbPXToDLyIwXamg7F9mAmhjgef"
    "CCa17ylxnCjhV5zZcLBRLN0zybBJEpgebJP7JOZnPy"
    "Fu7qmx698zJy+7KOpziqJ"
    "2oOxBQVnFVZVLrB6STQk6wd5jA7KY9WPD7aS9Y/YWzE7zwBqq"
    "wGn7zhwvuTeA1V"
    "XU3GpWn5ulHutTliLOqJx4Wy1en1HJ+lGgeIVGtaFeapHUAW5tlnPJCm"
    "saVVYi2"
    "2d4WXuFuyGabA0ElDdXd0SBPua6Ok/WboSCSpOrbWiQ5n4NHpRIZj0ihK0sgpYX"
    ""
    "dInATKhPkKE6rf6SDKLQ14n0klGfeS914UoB7xAftSnjPHoMCaY6MJePaoKY99i/DmqWU7"
    ""
    "EIsiT/GXQ/xJIE1DNng0Ln2vJOD93BHUOlZT0RUHpFBr9HnKn+OBSzAcYrQ7/mi"
    "t5YTJ2B"
    "GQ8ixSShY4XlO7kX8MlU6ThmXUDz3yJgg1dxqQExY6bgAd42JWn68Tnx"
    "+CAYMu17puoR9G"
    "yiieBJx5T7UchM0YIsahm4gXeYRySPwTCsE04WIrxn8Pj6Kck"
    "AGBQuEUTr3QVJgQZ8RSzi"
    "YGqLHj6yOZ1xG4ObXcjxSUOObbOaXT6zTcixWaFs+J"
    "sjcSxuUrgqrLAV6gGruHknWHtsvE"
    "pvsVZzOSHoBLuPcOSxcyYc1pmA9acKaVAlr"
    "5kQoBUGNejrCnGJ50OgPhTTE9XjuKvI65ub"
    "94VV5PW78jLx+cPrtyAFLQRoxFXB"
    "bVZmvUBFswLybsD4jPSIbE+vnC3fuan99aVCB1nL9A"
    "Kdm+jNGZ5ZkKsc/zSjvl/"
    "r3ilSdijG6fHV82epgwd/rPPtfPpw/f59HVtroOEmfK2Dhr91"
    "xqaYhY3aUSA6Ym"
    "bk59s3h7KuD22nFMGfVWbXTt9VQuf+LU/iBC+zYGuexDG0zFB9/KAutG"
    "pjXBepu"
    "hAIfWwTO4Fubd2feTrn+2yz71N/I5IFattDQXO0TtJtlrSLSfomxHyKXJa2ybNb"
    ""
    "ySxt4+65Z7P8zY8mPLioiF6I7/TWxS7MdZuGkQu3U0ZgFih9UAD61A11jwyXuhoajn9Jfi"
    ""
    "0GE6BvXjKlQAYyF32wGrew197j0xGonOYqlKV+fUxy0b59ueBYnQ0LvOFhBlwiX"
    "7z+kOny"
    "ZXGHeJwonsCAcQ2mHNpdkBJyDJcYX8JT4KOn8Q/m2b+TWDGtYTxArav+"
    "tE7kFtX9Ofx5n1"
    "z2WaDngD2imyN0ILoFppt8vqscr69Tk6dxhWrWG8pbFKrRa5m"
    "VPBICJ4y9CyPexSw04ByF"
    "A98c+NYO8E1z0MzMbaz2CnIH0LTZci8r0zZfWxWt++"
    "bsv7lo7m0JkhUpHUjWuk9tBdA5Df"
    "rwKxtOhbi/qIAfklu9dfjDwjRqenJyVhndJ"
    "CmYxIZ3YNt//uV9LwYFpC6GPmXUw8MKMaug"
    "DnLYsT8NMrAvLEhOSZxTpVgYSCIj"
    "zLuQZKCovL/80+CSfDbZA/OQfeEiknHOQy+XehGY//"
    "kkwArzHEu+Z83NkwyIEiL"
    "OYIBX6GtAI07LMBkMGtUYsgkNMP8D263BNbAqexHYIGVcoxl0"
    "sUMqQzIBXCaDy2"
    "Q4i8reLsj+jBUiPGDDhtdJ+w7M4mOz2uyLNiBSRuEOWNoFLxKBx5Xeay"
    "2YX6RyM"
    "N7exRLrj1arT0birN8tMqq0zmzD8IzC7a5bMLxkrdhwvoLUTfkdJLBVmZdVagex"
    ""
    "tg33celHJ3RVF3AX269rhdh9XG3+uJz/4vTbmQvy/SY+Neem+ibE7GK5XSz3Ub6Ws43ljl"
    ""
    "2m10qx2Vxd1DtVkxa9Br7VPjWNLcrTqVCXjwO+gJEQvkwOsjZeSnPWdHqJBnLBQ"
    "uZdko9J"
    "NTTtiUxjtKsr1O1/iAo35T8v4v6XsbCDaDaEW781Db121f9PWf0/llbz"
    "7SIjcJtFhfm6xW"
    "lbTq9qv141477P7UsflMncJ1N1tiiD15KqX+u9qfeoVZA6v+a"
    "OSQmRzQTPCDpUlWZ/m4FW"
    "qmxQrYzCYVlbxEPYphy4bIOdzj4v6P3NNfgSYZc2xS"
    "No82ugiYSxe0AnYiP4p1yPZyaRpk"
    "BFaTa2EKtIhVAPVuTltBmtiF+ZNz1iUYMJ5"
    "vBDgUXpdc13+BMzyJPg7h5ZhFxhkXeMq9bx"
    "zjrYLC5Qr/QJiZKIcQ1WsbfuMWIc"
    "89xH1PdRDCbqHIPEyZRKEggSs4EMI6WL8GOguancf0"
    "kG3BuQSSgWEgEQHEaEoFp"
    "iJyZ2bptw7ez8nsbB2jkZbThWsXRiY0JvGRyeH2+RZRU0G3Or"
    "cPT8iJsC00vjwa"
    "RIHRJbjac7WDOeA6taCVbF50usiqA+FyFHctyEhNMoehuzD3J1M2FFtD"
    "y/KEeyA"
    "zPPR2224KbeHFZ5WZ+8kRJ0IgyymL/x5EWD/I0nL2rzN/CWO9bzdCmtx0uWOZ+1"
    ""
    "4DDh09VFQNYcSFFTBOQ8J/bBj0tw59O682mdn8udT+vE686n/ZbknAdIbIScp3MSbrOEXa"
    ""
    "Dn/nWcInTaFBQpUjlcZK2HKgct78dBdbZ83eiXKs6rarfUyoqwB8a6uOTeKXx9t"
    "yEN5Lj6"
    "jOz0Xm+dd0/FrRo69XSVZ3SxYUEmMmamJhGe3qWvYlkO42szbrgJh/+E"
    "OefZo0vy4PPtm4"
    "ervry99IouvJukVtR3UlNJMmRLEXjaJzcTycnXWBJKl57Gk6H"
    "nNNTlqin21TM1l6KZqRdN"
    "dfkpvIS93QWDu4u7i0F9VDMOHU8T6Ez7h/TT4l+6ZI"
    "kLcD4Ln1EsvFUtuMaUpVW4cUH5Pd"
    "/FsYqrqM2WfRnpRG/szEgpHC7ZAJesLpFUz"
    "97jl0g6GnMPcgqxB5u8L2hVqPbauLQ8WWcg"
    "4KOsv01OslvH+k4eZndkzg+Xypbt"
    "KYnj+XY8X58Xso71p0sN6ZYEcnp6QxwsR+FgsM1BxZ"
    "F0sMJmWCE3qdqEKnxC8zv"
    "SnF1BFdJ7vXWogoxbNUYVGNrf/xJDEkaBJAH7GqcaT8VCnwuF"
    "QbtYQhnPmRIMCy"
    "JPBbyKNs21k4l4gkloWgUu7Ldzd2BUe2r1rklRBilv4cvKkTmvdKt9Wc"
    "4r/Y3IG"
    "c+X2fJYGueTPhP5umOfjhJFuqKwn0a/fC8mb9D7UqVfpvfW6pe+mPTN2aHNFMyf"
    ""
    "QdODx1kSnwegyWHRGgJ9TND/YzxPPuh9IBVzEikqfkM24UEAElvVKHfubQcVUvdso0OmBJ"
    ""
    "1TIvcFsdcrkaNkJjZHaFISB83skJ18mnXpmoV8NK1aleI7a9ckmrXZtB7Vi2CHl"
    "cEKzuqY"
    "u3jHaK76FeALCzE91GbBzZE411sz1xt+VBYcjpt3kLs/PHrUZE979Kh+"
    "U8N7K+eOqMo8w7"
    "WHjqjqTENXGunlhtJIJ93M/vh/hWbLLg=="
)
