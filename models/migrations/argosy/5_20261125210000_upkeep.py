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
    "level" VARCHAR(16) NOT NULL,
    "is_active" {bool} NOT NULL DEFAULT {yes},
    "quiet_from" {small},
    "quiet_until" {small},
    "time_zone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "digest_seconds" INT NOT NULL DEFAULT 0,
    "failures" INT NOT NULL DEFAULT 0,
    "last_error" TEXT,
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
    "eJztXeuT2zaS/1dQ8yX2ljLljJ+xr65q7Hg3vrU9W/H4srU7KRESIQk7FKAQoGXtXv73Qw"
    "N8i6QIPSkaX+wRiQbIbhDo/vUD/7nA4ZSL1eVnQcKLl+g/FwzPifqjcH2gfi4W2VW4IPEo"
    "0A0j1ULoJiMhQzyW6uIEB4KoSz4R45AuJOUMml6jhWrLGeIhWoR8GuI5kjMsEV8ygSQW9+"
    "KVukAQPASiAqluOFygIZrwwCfhd0Lfu4TxfD5WA1I23W/Xd+yOeQssxJKH/nCGxczT7dWb"
    "syvqI8oQlQL6RZJ8lYo6nL9CSypnPFLDMTUEH3F/hQI+FdB6tEJJd6pzT3K5GAoyDonUHQ"
    "uCA+K/Up2iMY+Y6noS8jmK21E2Jp7q9TK5IMlCk8G7BFhIJKl6Ibh8x5YzLojqxSdoiQVS"
    "kvFfqqdh+oUlvifqkZd0TKAzSkJPv7Dp6veIKyYhPtG/BJFSMVao5/11xoE6JHP+hfjogR"
    "f/NcTSewh34rfFbIXmPCSGyyFfoilXfQNfsmc13SuWa4FoKUaM/h6RoeRTom7BHPznb+oy"
    "ZT75SkTyc3E/nFAS+IUpSn3oQF8fytVCX3vH5J91Q5ggo+GYB9GcZY0XKyUmlramTMLVKW"
    "EkxJJA9zKMYOayKAjiGZ5MZvOkWRPziDkan0xwFMD8B2rzANm1i+Hw483t8NPb2+HwYu3b"
    "SChyczq+NOYMviv1qEK//RQe4furH548f/Li8bMnL1QT/Zjpled/mKEzxhhCzZ6Ptxd/6P"
    "tYYtNC8zhjqv5/ja1vZjis5mvSvsRZ9chlziZ87C5r5/jrMCBsKmfq5+OrBj7+7/Uvb36+"
    "/uXB46uHMCBX655ZDT/Gd670LWB1xtqQB1asTdrvh7XJhYy32Sp9dOb+8KwFc394VstcuF"
    "VkrlpPgRlqWVpn8U/qDiyT1WwuUpaY7cekl8kfZ8j6Blbfvvvw9tPt9Ye/QfdzIX4PNL+u"
    "b9/CnSt9dVW6+qAslrQT9Ou7258R/ET/uPn4VrOTCzkN9YhZu9t/XMAz4UjyIePLIfbzPE"
    "kuJ5cKYoZ9y+YbStqf+BuKWEDnFAbq7vJExVBpb/RLxRr1mqulCLOanTVPV+LzSBEek9Hp"
    "drHvD+X1zc37wjfy+t1tibWfP7x+qxYtzXHVSEk7v+NmfC7oluu8vlVKZTWj1wi3mtQxi8"
    "5hcXr799sCz5PZ++DD9d8fFtam9zcf/5I0z4nkzfub1yXu59RvG96XyBznt+U8GDS2O3SR"
    "cg879BlJ4uw26MRKrdhF6LTWPCuQbbbSDrmHPNphizbG2Y9XV48fP7969PjZi6dPnj9/+u"
    "JRaqWt32oy116/+wvsHwVhrm8omUVu+2EVKd2H1bUPC6CPyX3OTocLIzy+X2KlBqzd4Ve8"
    "ru36rfnVvHwFMzzVQgJu6uc0IOBfyeqiAhuEy4MmaPCerNoigwzh8ZgIgRTNJfJ8OiVCpk"
    "DXp5+vv796+iyBp1QbANZm5OsAeYuQTOhXT4NyExoKiQIiJQlFBUh4iFEAL7wFzGzMFwR5"
    "f9LdkS8kXMWXANYCBG6AMPPRkgYBGgEEB4jYEDA6gNI0xkanM4mkhiXRnLJIkpYQ2X8uMk"
    "lqQHZo4C71L7QkX9XjC6F4nco6ESWICB5C6y/Jl3+haZTI9I8/rAC4z5/f/WSBwEUR9S+B"
    "5jBo0cV/TSI2hlmG9Ejwz5P/vjj+cmPMMbN+5FcG/epdRuQ6BRs9e9LC6H32pNbohVslY0"
    "x/1zbszSh6yOD943JmjbVhcEbRO0x5//NXbzFinb3/8+nmYzV7M4qyvkfHEv0fCqg4qrp9"
    "+LUXeNFszZYN19IiDR2UrVmHN/dW686LWalOVHW3hZiLlM626rKU86q4rZzLtE7SXZZ0zj"
    "hqGTiQozgtLtWhAII1XKLI4HXu/pmHhE7ZX8lKM/mdeiJcDeeW4o7OjLl/JLMnuZp9zSFe"
    "piZ0flKpd/dJQIy36M31pzfXP701NvfxgZ5bLO4vKpAefX3QBPXogJ52WM8NA0xEcRFhCF"
    "EKkSIlPsRRQewQ4CB8mUAyindyhvAIQquoXEd0duhLx3lhKcl8kUFAE8LG0Jvk94S9VJ0u"
    "eXivY8OWIZVEoDEOw5VuGpPquK0Aq4VdR3eF5AsFoMVDUzV0HP9k0KDxDLMpAXRJTX6pGK"
    "MD0LBEguGFmHEJvTM0ImgBTwihbD4JoVOueSc8NONKimgJRD6dTEgYB4vB80QiwsEr5Bkn"
    "lcjFlhngiavvLQnWYoSofqi8Y/AKKzMPgGCpsSqDWDF4bB1IhtkKHkPH1REhhnMc3uv+Z4"
    "q7c4j8Gq2kCSRTdEv9zwyCzWbExLTBS08wDSJFbiLBRmSq3hUzsoSejf94OBdprwFXUgCw"
    "LWaz6pzze5RgYAPd9xJTCFNTncklMePNUUAmarzICPidIlwEWL05ZXGcG4m0DOIYPvWGas"
    "TRChA+ypWMV57pe6q1dPWkGu3T15hpxwUFcXiDO6YD2whOWl0ij4qhHxEPCbwSRrpqfszx"
    "CsSqxB5KCPUzXFY31NDxR5K1AoEqlqheNC6oQ/9mHGBKkKJ3r1Y29WeYvsTnX97rO/A3fL"
    "YD5E0UU0ioXohlM1tA3KP6LuDHHdO/fPX+Ace+GmCMgwCWkKy5njm6c/MWIIDATwYlTFH9"
    "Gt+IvQh3bD048J4sdISk+pLmfE6YYqR5BghUXM64olWMTr9tS6RTy6811KmXqKGmaQA7QV"
    "moGUJ/ttZjDVMy+xFB7vYDJlT248Hksh8vobIfT01UKmap6mw3bEK83dAJSmo3ZkJlP57k"
    "EgdbTB767y0HNCuR1rDilS3Wp/XqZfMkes3c9SGSSbmXh9lhiufWxnYD+pxZvLz1GrHr6t"
    "BqkDBiDDSm1sOY3add54F6AYsVtehzbsummMpyGBxY7g4xVcMwzhl2UmcYYVPKrNxhGYXz"
    "17Tw10RhsM7d+ri4uHkvWHvsgDiTd2TD7YzieAy/OMECcRB2V/vR65l9fD96b1idKjVtF+"
    "mUoBcLyaHX6MUMCyv2pgR9iFs+NHcTCM/CR5AnOZ6T4NGhGLyXFMMciGwgPAt+5igcO8vs"
    "TIBUC37mSRxDyww1GL/NeppR9G9BfdxmQX1cv6A+XltQASEnw4hJWmFabHCuF0mdb73Lvv"
    "UYNLIUcUblQqE6Ld6QjAmNMbj2iT15qt5sPUdO8Ck4Xu3Yv0bqZLCdDFL/jVVOG67attrx"
    "vGMb1Wm4ngYG2HG+QOZm/Ha8J2HIwyFUE7KC2wtUPVSP9153wXBsrhZpPLUCKNcI+8DtY0"
    "OVLo7/m1Be49irLcRcpHQWaJelXIonshFzidTJuctyjgNi12Vcn/aWIzl+3lsu8mIU0UBS"
    "Ji5h2FMEXxwkGy4OOrbRXnIkTm+x11uSCLi27E7j75w325bVSXxrWxMoad+HaX1oZ2s+HN"
    "OCxSWyHkzqQ1uZ+bjbIpc/zXEQNACIuXjdviApj6+eP0uxE/jRhJZ8+nD9/n0FKJsLXrbA"
    "Y3NUvWHnkYGpLKi8xPcNVSqTcPjjlahMQnCPuwnusVal4to05FFVMbcNzE7Jjsju9MrZ8j"
    "vOJNwGjSpQOvO1y+arK9j3zUg5zUBpmxhSpNohQeR8JLsxHWT9y4EkWRt7oUznTLM2cbDA"
    "M6E6DKqCDRsVgDVapwXYaAFxNrYNvpOn6cPsPjbIU8wRbRVVmydxpWE2l4ZJU++L/HW1YY"
    "q1YfLTqkvFYf5MNVvXisPo64Om4jDpLtCuOAw0h0ITWB8TdYm8BZbmEK6QBBgie5IiuUkF"
    "i/gIrwHS5UyQjheGkhoBTaqSVJeOOchIpiAwFLjQPWtDWBfsMOVRdMEWqKExIlOq07JVZ3"
    "g8M6Vi4IYXhYH3CnFoL9CYz7NyKivo6I4lzsrLXDmSuHIHDeO6McgjEk/jqiFz7lMlZlNq"
    "GOv6LFjGhT5CKPMisNIsL9KvpXUJDuBbsgRaZfPrOTHU5HnCdsndIKZ2A/CJQSJEQ+cupf"
    "ukKd3dz8vskZqjvxwLZiftHbO3SYONi7e0dw8kFH1SJ4/sHRAzfPX0mQ04kFH0wXA6dMVp"
    "0CpsVpCkfR94e+wFJKe22SLFJVIHFXcZKnZByN+EmI9YW+eMPtaDqLm1wRnfVmTG3nLkz6"
    "Giy8Wbmw9/e//29u1PhzKAD+1ycSlXLuWq/4tzDjNsi63lYcY9AmzdZfwGPK3ByyLjWu07"
    "OlmSku/nydKNTpbchOqSj+U6LnxU4Wa5zmoi1Xtakmrp7Z0tSRl7LGMvSFrvm38h4SvksW"
    "g+ImFaGByafCdQVjl/OQMnCpUoxKzay7LfIXTdfh5J8Itk5cpB20jrrUPlcslVx0nxiQ3F"
    "6uPa8FDUvMYFUnB0mMe9+K3kF7FyIzSBgG09yvG83s2D0BP8r8G9YKTV3hDICPqEwu7NEo"
    "g/PRsFNUfSCz+CMwOcGeDMgF3NgHOqJ9WTXbKT9RC6JpA+Ic5Kpd1KyHk6J+JOi9ihKQ5N"
    "cWhKJZry9gthlViKuTFoQlIINGmJo1wjYzPCyYOq4SUcwvd7cgJgDC7ooEyICFWW0JxKoR"
    "4WTj/DcFUQItAVGpGJmlfoh3UUZd8DAIaSnN5mDkTUx+nNeJAGhM6wgA50MLI5QHBZIFD3"
    "NJSj/vdi8Xu7nuGmXmpTVKcRi+0pbrn52X6M5NNvN0RS9MHiHSZqTd80Si2oBONYKc4xgY"
    "OV9gMrnWzbPR+r0SKv76glVrq2yx4a5oA5vM7c+lJZSfvj18k6zTw9SEUse5vLWVtnYG2d"
    "Ik2wYyt+v7IEO8bcc08S/ESkNO+3ZnQltwZNZpcwjSwc2CGZk9g2+oKDqCbTr7LVZlOlVv"
    "2+JxWVtBr0FVJVQGtLdeW02vdB0gvq9WwtLRvtJSVw6ssO6ku08LeMSC9SOnWmc+rM2t57"
    "op1CYqm+RTqu3CvSm827RdKs5X6hMS+utoNIKQdoQuR4pjYEzvQ1H6/Qg8+3bx5eIm9OA7"
    "VQECV5X5ggIzVXkVgQJtVqi5mYkBAmyfpms/8hdMCTkimEMcVp5Gk6ujAxTzqKCY/HZCHN"
    "YPqqGm2Qj4ECwiT2Sd0eK5YjygZ3DJA9AqCfvsQn0HIOIKNUSpcJnhqtKuKndP68QGpCLk"
    "2XAY2z3F/qRHYRzXWI1x3DQQCPI6CrJPVc9Yh1gr3ZfetDr4CTsaqj+tgt7upbCbraMdyn"
    "fj8GCVTuCHVYQpXiU9gG+rUFwLJexl+Sj9UOsC2Q9SYj5chxDvWHZTaxvpfnZR6Z83qXsG"
    "N7SuJ4vh3P8zqFHevLlE4CWx5YBnqaHetTktOGsz06N1afe/zg2THcmAOWXueUxjHbitk5"
    "o6elBZOj6FNg7KH8DJFwxQg3+xlyk6pLboZfiOKiqIztSm4NmoCj0DRqHd8Vtzc1+jC6Jy"
    "uASQDjGAeUMPmdyMdIqXZYqN8CcBm/Kpxrp/40IJQ7ASXNgvv08/X3V0+fQVeaUFOJe+IP"
    "IEhsRr6+VJ3osoJoxP2VGV2nzwHuAw9BIejrjoVkoexzeP16VCbvgQL3RhmW+We+NslvLj"
    "muk1FMp3RjnXp7KTiyrp4+beHJUq1qXVn63nkfbnR2bsO8MSDgede4XO8nzCico3AHR6Er"
    "XbWNKM7CUXjquKeuybNfgU9d4+75Rz7paP+Lysgnc6vRJBFJtkBLkyTgUxo7egOsTJlL5P"
    "l0qoyKNXPA6P6xXxeNOb+nqkceJldCMlErhbIE+D2pKOFxuKHAkLkuXjO11xlZEt+YJ7o0"
    "urJCX5XHjB8o7hgohHa8b5OEkrNyN1cuTwQ1TBCEdgkiqkequtTWUMsBNMmqYQgrq8pVLt"
    "935XKXtXDAIhjma7dhb0bh4iw3GkxizBdV/tl6gymjcAbTLokhvg8Lv83EzpH0cOnY/9xW"
    "Cpod4pIS9JC9Si1rhWzVr836nrP6v0GrH7R9UHO3EXSZ1om606LOmSeWgi5SOjF3WswurM"
    "CFFXQAxOtoWMENI7dqjboFJOqiAsgr3B80oXmckSEsd0ONarUG9QwGlpTHnULOiD76j+rf"
    "sJsWsTeIGChib1X43R561TEHAIR4aQrHcsZ10sgc+7o4L1SMkRzdq6UH4akS/togWyBz7V"
    "GzEsd3AM8c8nDUDE+Hoh0SRXO1P44P8Thd2unSTpd2uvQ3rUv/QsaQ+7t6AwXJK+N0c/cb"
    "dekwbqlrm7dWpaFx7LPmU10lkatZsknRHWRBscDX71QbP6mbSGWVcn2wcTbmQhul0x1DcR"
    "aRtqc3Kk69VxzY6eN2Y7cbu9249mCpyKfyLZPhqmovzt1t3IkxtBsS1ZC23Yg/8bnavhRn"
    "zR4p1E+de+JTXweGQVf+JXonEY9kQL+YyiJz9QLckOljmkIyIaGGlzAK+XJ9Hz7MMBr1Go"
    "fEV69MceAhSYJAmK1bY2APPMiaMZwaXo8e+28n3sMBKpxP5d381YNHwEZV4BOkjw8RqndP"
    "KlIihSnsQn1I19H6gICSzfoJIe6NSEwDkSFv4xlmU8jqgRQhpkE4rAjUg9ZqDk0Ym5Ifbx"
    "/+VpgDQ03bALKVguDwODlidYuBYsqWI20EDEv9y22gQqdTnVKncjVWe4mr5NejlqpcnsTV"
    "WK0oS6H5o39ZWCBFKmeFtLBCMmXBhtFFqh4y+sc2jo0f6x0bP645NlwY5eHDKFOVy2LBiC"
    "kcg1sw2B2lefCzD2IDy8YFmiNxXtAdvKCx2Wrlfc5IHOt3YH1cXqRSh65fW4pUPVxe9rOC"
    "r0GkJ0L0AhJWFsAxNwaNOB40saixPyM4kDNEhYjIS6TYK3SZ4bFqrmahLvGVBHsJNMaRIE"
    "mgWXU1/h3605BcGAXEQwIKCseFbqDMshggT0Sjf5GxPjNeXSdf1asFuqzNMuRsih5gNFPf"
    "DiBncNz7gquJ8vAVYHIjLmd3LIHM4Kz6OTcJpfqg+gVhBm6TSX1nHe42I3Nw6Hlw3zMi0k"
    "ekKYqJVM+PhT6Pnt4TgPssjly7VH2Ox1EYEsUV4aExj9SU1jWYTc86v1ZzBqr8CEIY1HGm"
    "AUnKBcEj7XogWwuQTs8k2/PYEiHHqFvrYRK6fUF1LiV23ymx8GVa7Tlxe7fbtMnZNIubDX"
    "9zJMdj8cWh5mwpWvLqRZtwyasX9fGScK9kky2IlcmbtN/LCfAdivu9evSoTdrgo0f1aYNw"
    "r8jcgHwhVsBYStDD9WH/wb5ztXsqZXGdwbdqg6xmcI6kFyxu8oO8/ftts6WVukHe33z8S9"
    "K8bH6dt5Gb0zFGEQ0kZeIShj2FmnEQ0zenNVv4j0pUxwsH+uFQS82eHUjGRtsior1A6Byv"
    "nXa8ghW5hYhzZE7AnRZwye62+o6LpHsQdMdc7n2SMx5DFmZA/OlWsq4gd/I+G3mPrEo6V5"
    "DuxZTtlKl1ANetOwe6X+VQO8bctuHmXa2G+pFLOiYXFe6p+M6gyT/FdJvtIswxhHRT9Zih"
    "LhTKdcz2ABw6nh8RtZ3pYOxAzYRQx4NPORHa95Q4TiQPKs5sONgolu6ZZNgkCUwPtsl9Ev"
    "NzmBC399TY9e+bk5ddFPU5RVE7UPagoKykssolVg/JpgS9YO+xAVnI+rHhdtLeMXsLZqd5"
    "YC1V4LR9b46X3BvA6ipqbjWrz81Sj/UpSxFnVE68nRZvQLAgw4hJWqFRbaiXWiR1gFuX5V"
    "yywtpGlZXI9hle1l3hbogma4CA8ubqjijQx1xX58najVBQaXJ1DQ3S3K/BgxLJNCNC0Moi"
    "aHmJVwDMhPoEGazT6i+RF4WBTqQXBAfEf6kLV3L1DvFRmyLOo4eQYKwDc+m4Joh5j/3roG"
    "ZtVqcn6sB2INOanYAWvULe7xElcjgJ+dzTwcjxBb1pmBoCc8oiSQTCEwmlOanP6HSmuoAB"
    "dHXMf3NGvFdxHQE+J6aaAcQwm3ozw/gQeC8Z1lQ0Uj2bSKHDhxSnot4YVexifU8a62ubTu"
    "wSiW1ifc3SYMPfHIljcZuKUWGFkl6PFMXNe8HaYwNFDmM+KMZMTX2cLxXLxWvOlSrBana+"
    "PF2J0yNFeChWJ9vhcWf265ub94WZ/fpdeep+/vD6reK9Zr1qRGXBh5IxPFPE1jn+aY6DoB"
    "YCLVL2KA7g8dXzZykICj+a8M9PH67fv69jaw180oavdfDJt87YVPW3WYMLREfMHvp8++ZQ"
    "ivChVYqiDWXhGVkndC6S8iSeYBpEoZXDKU/iGFpmqD6iSxcjtNGDi1R9CBY8ujaM9afO5L"
    "bHquVonZ+gy34C59X9JsR8imjgrsmzX+HAXePuuccD/y2IprTyTLX4zqDJ+7PQbVr6fm5n"
    "BKlZIHWpZfBcGOoBGq10PRkY/xL9WnTHgANEECmVDETOf7Pu+dlr73F9aSxmuRovgubChG"
    "G7R2JJob4NlMiBctBUAF/84YjoAjBxh3AgG9SwBueRKShzx1JCCg6nyaV6Cnj01Mlknv07"
    "ATVnWjp2an0up/UGdKhywuFPTKNiSJieA/Z4X47wiIBfeuVsEb/k813neH2mf57Gpfo3m1"
    "FbpPrrtcxKHgmBE8behRHvYhYacI7CQTMOmukQNGNm5taH3hfJHUDTZcu9rEzbfG1VtO6b"
    "s//mooW/JUhWpHQgWec+tTVA5zTow69kNOP8/qICfkhuDZrwh6Vp1Pbsyay2rAnzNKGh75"
    "Rt//mX94MYFBA6gnNGsA/HPUHsZh3ksGN/GmQgXwhLzplaYClJyAQSEUSuCuRJLO4v/+Rd"
    "os/gP0feIiRfKI9EHFk6yAWvMvM/nTKo0UuhaG7W3DyJhyTnl8gD55t6haEGNOLTq8yB8B"
    "rVGJEpZhBBC+0acA2oa1sENlAZ12gHXewQk5pMABeS6kJSz6I2qouWPGOFCEqU2/A6ad+D"
    "WXxsVpt90QZEyijcERW74EWc+VTqvdaC+UUqB+PtXSyx/mi1+mQkzvq1X4GMzmzD8IzC7a"
    "5bMLxkrdhwvoLUTfkdJLBVovw6tYNYu4b7uOSUE7qqC7iL7de1Ruw+ri5/XM5/cfrtzAX5"
    "fhOfmnNTfRNidrHcLpb7KF/L2cZyxy7TaynJfCEv6p2qSYtBC9/qEJvGFgV+ZKgL8Ci+KC"
    "MhfJkcBWq8lOa0zvQSZmJJQuJfoo/clHGm2hOZxmhX1/jZ/xAVbsp/XsT9r2Jhs2g+Urd+"
    "axt67eonn7J+ciyt9ttFRuA2iwrzdYvzSpxe1X29ak6DgNonxpfJ3CdTdTpbfHJ7rfem3q"
    "NWQer8mjsmJUQ2Ezwj6FHNkv1tBlqpskG1MgqHZW0RD2GbcuCyDXY6Pbag97fX4EuEfdoU"
    "j6DNN0ATCWP3gE7ERvBPuR7PTCJtgYrSbOwgVpEKoR6syMtpM1oRvzJte0iVBhPM8VEcjY"
    "iprKv+hAzyJLh7gJYhlZIwHVet4511sFlcBVjqM6YE4pMarGJv3UPEOOS5j3EQgBhM1DkE"
    "iaMZFohxFLMBjSKpyxhDoLmpfXyJPOp7aBrypQAABIbhoVItoRMTO7dNuHZ2AkLrYO2cjD"
    "YcTFU68yqhtwwOz4+3zLIK2o25VTh6fsRNgeml8dSkSB0SW42nO2gYz4FVnQSr4ire6yKo"
    "z0XIkRw3IeE0it7G7INcVUW1IlqeAJEj2YGZ56M2W3BTbw7rvKxP3kgJehEGWczfePKiRf"
    "7Gkxe1+Rtwyx2MdrqU1uMly5zPWnCY8OnqIiANVfJrioCc58Q++OmV7oQ/d8Kf83O5E/6c"
    "eN0Jf9+SnPMAiY2Q83ROwl2WsAv03L+OU4RO24IiRSqHizR6qHLQ8n4cVGfL141+qeK8qn"
    "ZLra0Ie2Csi0senMLXdxtiJibVp4ym9wZN3j0Zt2rp1NNVnsHFBgWZ0ISYmkRwtpO+CmU5"
    "jK/NuOGmVP3HzWmaPl6hB59v3zxc9+XtpVdw4d0ktaK+E5pKoBFZceZrn9ycJ8eLQkkoXX"
    "pajYIXONTlqjH0NTA1l6K5qReNdfkpuAS93THv7uLuwquPaoah42miOtP+If208JcuWeIC"
    "nM/CZxQLb10LrjFlcRVuXFB+z3dxrOIqaLNlX0Y60Vs7M1IKh0u2wCWrSyTVs/f4JZKOxt"
    "yrp09bcFe1qmWvvleKTFObfMBxVah2Y1xanqw3EPBR1t8255w1sb6XR50dmfOjlbRle0ri"
    "eL4dz5vzQppYf7rUkH5JIKent8TBchQOBtscVBwJBytshhVyk6pLqMInML8jzdk1VCG9N2"
    "hCFUTcqjWqQMD+/hcfoTBiAjHyNU41nvGlPhcKgnahhDKcM8UJFESecfUq2jTXTibkcyJU"
    "0ypwYb+duwOjulOrtyFFWUl5C19Wjsx5pTvty3Je6W9EznC+zJbH0jif9JnI1x37dJQo0j"
    "WF/TT65Xs+fQPelyr9Mr3XqF8GfDo0Z4e2UzB/VpqeepwVCihTmhwUrUGqjyn4f4znKVB6"
    "n5KKOYkUFL8RmVLGlMTWNcqde9tBhdQ92+iQKUHvlMh9Qez1SuQ4mYntEZqUxEEzO2Qnn2"
    "ZduiYhHc+qVqX4TuOahLM2m9ajehHssDJYwVk9cxfvGM1VvwJ8ISGkh9osuDkS53pr53qD"
    "j8qCw3HzHnL3h0eP2uxpjx7Vb2pwb+3cEVmZZ9h46IiszjR0pZFebiiNdNLN7I//Bw35np"
    "E="
)
