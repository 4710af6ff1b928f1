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
ALTER TABLE "tasks" ADD COLUMN "restored_at" {time};
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
    "permissions" {json} NOT NULL,
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
CREATE INDEX "transfers_day" ON "transfers" ("day");
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
    columns = (
        'DROP INDEX "events_of_no_task";\nALTER TABLE "tasks" DROP COLUMN "callback";\n'
        'ALTER TABLE "tasks" DROP COLUMN "restored_at";\n'
    )
    return tables + columns + (before if _is_sqlite(db) else EVENTS_POSTGRES_BACK)


MODELS_STATE = (
    "eJztXeuT2zaS/1dQ8yX2ljLljJ+xr65q7Hg3vrU9W/H4srU7KQkSIQk7FKEQoGXtXv736wb4FikRelI0vtgjEg2Q3SDQ+"
    "PXrPxc0nAi5vPwsWXjxkvznIqAzBn8Urvfg53yeXcULig593TCCFlI3GUoV0pGCi2PqSwaXPCZHIZ8rLgJsek3m0FYERI"
    "RkHopJSGdETakiYhFIoqi8l6/gAiP4EIRLAt0IvMBDMha+x8LvpL53ieN5YgQD8mCy367vgrtgMKdSLkTo9adUTge6Pbx"
    "5cMU9wgPClcR+iWJfFVCHs1dkwdVURDBcAEOIofCWxBcTia2HS5J0B50PlFDzvmSjkCndsWTUZ94r6JSMRBRA1+NQzEjc"
    "jgcjNoBeL5MLis01Gb6LT6UiisML4eW7YDEVkkEvHiMLKglIxnsJTxPoF1b0nsEjL/iIYWechQP9wqar3yMBTCJirH9Jp"
    "hQwVsLz/joVSB2ymfjCPPJgEP/Vp2rwEO/Eb0uDJZmJkBkuh2JBJgL6Rr5kz2q6B5ZrgWgpRgH/PWJ9JSYMbuEc/OdvcJ"
    "kHHvvKZPJzft8fc+Z7hSnKPexAX++r5VxfexeoP+uGOEGG/ZHwo1mQNZ4vQUxB2poHCq9OWMBCqhh2r8IIZ24Q+X48w5P"
    "JbJ40a2IeMUfjsTGNfJz/SG0eILt20e9/vLntf3p72+9frHwbCUVuTseXRiLA7woeVeq3n+AjfH/1w5PnT148fvbkBTTR"
    "j5leef6HGTpjjCHU7Pl4e/GHvk8VNS00jzOm6v9X2PpmSsNqvibtS5yFRy5zNuFje1k7o1/7Pgsmago/H1+t4eP/Xv/y5"
    "ufrXx48vnqIAwpY98xq+DG+c6VvIasz1obCt2Jt0n4/rE0uZLzNVumjM/eHZw2Y+8OzWubirSJzYT1FZsCytMrin+AOLp"
    "PVbC5SlpjtxaSXyR9nyPo1rL599+Htp9vrD3/D7mdS/u5rfl3fvsU7V/rqsnT1QVksaSfk13e3PxP8Sf5x8/GtZqeQahL"
    "qEbN2t/+4wGeikRL9QCz61MvzJLmcXCqIGfctm28oaX/ibygKfD7jOFB7lycu+6C98S8Va9RrAUsRDWp21jxdic9DIDwm"
    "o9PtYt8fyuubm/eFb+T1u9sSaz9/eP0WFi3NcWgE0s7vuBmfC7rlKq9vQamsZvQK4VaTOmbROSxOb/9+W+B5MnsffLj++"
    "8PC2vT+5uNfkuY5kbx5f/O6xP2c+m3D+xKZ4/y2nMcDje0OXaTcww59RpI4uw06OaVW7CJ8Uns8K5BtPqUdcg95tMMWbQ"
    "5nP15dPX78/OrR42cvnj55/vzpi0fpKW311rrj2ut3f8H9oyDM1Q0lO5HbflhFSvdhte3DQuhjfJ87p+OFIR3dLyioASt"
    "3xJWoa7t6a3Y1K1+hAZ1oISE39XMaEPCvbHlRgQ3i5d46aPCeLZsigwGhoxGTkgDNJRl4fMKkSoGuTz9ff3/19FkCT0Eb"
    "BNam7GuPDOYhG/OvAw3KjXkoFfGZUiyUFSDhIUZBvPAWMbORmDMy+JPujn1h4TK+hLAWInA9QgOPLLjvkyFCcIiI9RGjQ"
    "yhNY2x8MlVEaViSzHgQKdYQIvvPRSZJDcj2DdwF/2JL9hUeX0rgdSrrRJQoInwIrb8kX/6FpgGR6R9/WAFwnz+/+8kCgY"
    "si7l0izWHQoov/GkfBCGcZ0SPhP0/+++L4y405jpn1I78y6FdvMyLXKtjo2ZMGh95nT2oPvXirdBjT37UNezOKDjJ4/7i"
    "cWWNtGJxRdA5T3v/81VuMXGXv/3y6+VjN3oyirO/xkSL/R3wuj6puH37tRV6sP82WD66lRRo7KJ9mHd7cWa07L2ZQnTh0"
    "t4WYi5TubNVmKedVcVs5l2mdpNss6dzhqKHjQI7itLhUixwIVnCJIoNXuftnETI+Cf7KlprJ7+CJaDWcW/I7OjPm/pHMn"
    "uRq9jWHdJEeofOTCt7dYz4z1qI315/eXP/01py5jw/03FJ5f1GB9OjrvXVQj3boaYb13ASIiQAXCUUXpZAAKfPQjwp9hx"
    "AHEYsEkgHeqSmhQ3St4moV0dmhL+3nRZVis3kGAY1ZMMLelLhnwUvodCHCe+0btgi5YpKMaBguddOYVPtt+RQWdu3dFbI"
    "vHIGWAZnA0LH/k0GDRlMaTBiiSzD5FTBGO6BRRWRA53IqFPYekCEjc3xCdGXzWIidCs07OSBTAVIkCyTy+HjMwthZDJ8n"
    "khH1X5GBMVLJnG+ZAZ4EfG+Js1bAGPTD1V2Ar7A08wAJFhqrMohVgI+tHclosMTH0H51TMr+jIb3uv8pcHeGnl/DpTKOZ"
    "EC30P9M0dlsyoxPG770mHI/AnLjCTZkE3hXGrAF9mzsx/2ZTHv1BUgBwbaYzdC5EPckwcB6uu8F5eimBp2pBTPjzYjPxj"
    "BeZAT8DgjnPoU350Hs58YiLYPYhw/eEEYcLhHh4wJkvByYvidaS4cn1WifvhaYdkJyFMegdxdoxzZGk1aXZMBl34vYgEi"
    "6lEa6MD9mdIliBbGHCl39DJfhBgwdfyRZKxQosAR60bigdv2bCoQpUYqDe1jZ4M8wfYnPv7zXd/Bv/Gx7ZDAGprAQXijI"
    "ZrZEv0f4LvDHXaB/efD+vqAeDDCivo9LSNZczxzduXkLFIDvJYOyAKh+jW/EVoS7YNU58J7NtYckfEkzMWMBMNI8AzoqL"
    "qYCaIHRyCSYuTA5FOwTKR6azKElTHZvGyRUy7cxFKqXsL6mWQOGojJRM4T+rK3H6qdk9iPivLAfMKGyHw8nn/14CZX9eD"
    "CRuZymqrXdsAnxdkMnKKrdmAmV/XhKKOpvMXn4v7cc0KxUWgOLV75Y39arm82T6DV114dIJuVeHmaHKZ5bO5sN6InA4uW"
    "t14hdV4dGg4RREKBG1XgYszs169yHF7BYUYs26aZsiqksh6G+5e4QU60ZxhnLTmosY8GEB1bmsozC2XMa2HOi0F/lbr3f"
    "XNy8E6w9tsOciUuy4XZGcTyGX5xggTgIu6vt7PXMPr6dvTOsTpWapot0StCJheTQa/R8SqUVe1OCLvg1H5q7CcRnYUPIk"
    "xzPiPDoUAzeSwhiDmQ2EJ8FP3MUjp1ldiZAqwU/8ySOoWWGGhuAzXqaUXRvQX3cZEF9XL+gPl5ZUBFBZ/0oULziaLHB+F"
    "4kdbb3NtveY9DIUsQZlXOVarV4QzZiPMbgmgf+5Kk6s/UcOQCoYJi1Y/8KqZPBdjJI7TdWMW+0attqxvOWbVSn4XrqOGD"
    "H+QKZm/Hb8Z6FoQj7mG3ICm4vUHVQPd57XgbDsRks0nRiBVCuEHaB28eGKp2f/zehvMa+WVuIuUjpTqBtlnLJn8hGzCVS"
    "J+c2yzl2mF2VcX1YXI7k+HFxOc+LYcR9xQN5icOewvniINFysVOyjfaSI3F6i73eknjANWV36n/nrNm2rE78W5segZL2X"
    "ZjWhza25t0xLVhcIuvApD70KTPvd1vk8qcZ9f01AGLOX7crSMrjq+fPUuwEf6xDSz59uH7/vgKUzTkvW+CxOarOsPPIwF"
    "TmVF7i+4Yslok7/PFSWCYuuMfdBPeYyxK4NglFVJXsbQOzU7Ijsju9crb8jiMNt0GjCpTu+Nrm46tL6PfNSDmNQGkaGFK"
    "k2iFA5HwkuzEcZPXLwSBam/NCmc4dzZr4wSLPJHToVzkbrlUAVmidFmCjBcTR2jb4Tp6mC7P72CBPLjjdflMukLpduc27"
    "cjEWuJH3dJ7EpQjanCIoTbFQ5K/LEVTMEZSfVm1KEvRnrtm6kiRIX++tSxKU7vbNkgRhc0w4QnW5sEsymFNlirGFzKfow"
    "ZUkS04ymcSl3HpEp7Uh2i8cU6v4PMlOU51C6CAjmcTQmOhE96wBD524xaTJ0Yl7MJfKkE24Dr+HzuhoalIG4Y1BFPqDV0"
    "Rge0lGYsZyKVGgo7sgMUpf5tLSxBlceBjnDyIDpugkzh4zEx4HMZsUK1Tn6aEqTvgSYrofSbdLtYJ8S5ZAq6wNek70NXm"
    "esFkQP4qp2QBibBAnuaZzF7p/0tD99sffdkid1V+OBbOT9o7Z24Q7x0l6mpuBEoouqZNHtgLJKb16+swGBMoounBAPnTm"
    "cdQqbFaQpH0XeHvsBSSnttmCDyVSBz60GXxwzubfhJiPmEPpjD7Wg6i5tU4435YHzt5yIZxD5p6LNzcf/vb+7e3bnw51A"
    "D60ac2F1rnQuu4vzjnMsCm2locZ9wiwtZfxG/C0NVYWFefs39HIkqT+P0+WbjSy5CZUm2ws13GCqwozy3WW+6re0pJkzW"
    "9ubEnKGVAVW0HSvO/iCwtfkUEQzYYsTBPEY5PvJMkqKCymaEThioQ0qLay7HcIXb9BRArtIlnaetQ20rz7mMFeCZ1Z3iQ"
    "Z2VC0IK4RgMnta0wgBUOHedyL30p2ESszwjoQsKlFOZ7Xu1kQOoL/rTEvGGk1PwhkBF1CYfd2Eog/PRsFNUfSCTuCOwa4"
    "Y4A7BuzuWXc+ecM6sku2Mu9F2wTSJcQZVNqthJyncyJutYgdmuLQFIemVKIpb7+woBJLMTd665AUhk0a4ijXxJwZsQIlN"
    "LzEYoy/J5UgY3BBO2WiRyichGZcSXhYrIJH8apkTJIrMmRjmFfkh1UUZd8DIIaSVPEzhTF1WcWp8FOH0CmV2IF2RjaFJB"
    "cFArinoRz4fxCLf7BrrT54qU1enUYsttX6cvOz+RjJp99siCS5h8U7jGFN3zRKLaiE41gpzjGBg5X2AyudbNs9n1OjRfz"
    "mUVPptG2XPTTMgXN4lbn1KdGS9sfPh3aaeXqQzGf2Zy532jqD09YpwgRbtuJ3K0qwZcw99yDBT0wp834rh67kVm/dsUua"
    "RhYG7JDNWHw2+kL9qCbSr7LV5qNKrfp9zyoypq3RV1hVorQt1ZXTat8HCS+o17O1tGy0l5TAqS87qC/R3NvSI71I6dSZ1"
    "qkzK3vviXYKRRV8i3xUuVekN9fvFkmzhvuFxrwEbAcRKAdkzNRoChuCCPQ1jy7Jg8+3bx5eksGM+7BQMJC8J42TEcxVIu"
    "csULDa0kCOWYiTZHWz2f8Q2uEJZIpuTHEYeRqOLo3Pk/ZioqMRmyszmL4Ko/XyPlBImPg+we0RsJzwoHcXILLHEPTTl8Q"
    "YW84QZNTpS/TDDZcV/lM6fl4SmJAL06XP4yj3lzqQXUYz7eJ1F1Dfx8eR2FUSeg49Uh1gb3bfetcr5GSs6kAfu/ldfStO"
    "Vzu6+9TvxyiByh2hDkuoUnwK20C3tgBc1sv4S/Kx2gG2BbLORKQc2c+hvijqOtZ3si7qkTmvdwk7tqckjufb8TyvU9ixv"
    "kzpJLBlYTrU0+xYn5Kc1p3t0bmx+tz9B8+O4eY4YGl1Tmkcs62YnTv0NDzB5Ci65Bh7KDtDJF0yws12htykapOZ4RcGXJ"
    "SVvl3Jrd464Cg0jRr7d8XtTY4+Su7ZEmESxDhGPmeB+k7mfaSgHZXwWyIu41W5c+3UnwaEcpVu0ii4Tz9ff3/19Bl2pQk"
    "1lbxnXg+dxKbs60voRKcVJEPhLc3oOnwOcR98CI5OX3dByOZwPsfXr0dl8hYoNG+UYZl/5nOT/OaC41rpxXRKM9apt5eC"
    "Ievq6dMGlixoVWvK0vfOu4jV2ZkNC2m68XlXuFxvJ8wonKFwB0OhS121jSjOwlB4ar+ntsmzW45PbePu+Xs+aW//i0rPJ"
    "3Nr7ZFEJtECDY8kvpjw2NDrUzjKXJKBxydwqFg5DhjdP7brkpEQ9xx6FGFyJWRjWCngJCDuWUUKj8MNhQeZ6+I1k3s9YA"
    "vmmeOJTo0Op9BX5THjB4o7RgqpDe/bBKHkTrmbM5cnguonCEKzABHokUOX+jTUcABNslwzhNWpymUu33fmche1cMAkGOZ"
    "rt2FvRuH8LDcemORIzKvss/UHpozCHZh2CQzxPFz4bSZ2jqSDS8f+5zYoaHaIS0rQQfaCWtYI2apfm/U9d+r/Bk/9qO2j"
    "mruNoMu0TtStFnXueGIp6CKlE3OrxezcCpxbQQtAvJa6FdwE7BbWqFtEoi4qgLzC/d46NE8ErI/LXV+jWo1BPYOBJelxJ"
    "xgzokv/cf0bd9Mi9oYeA0XsrQq/20Ov2ucAgZBBGsKxmAodNDKjnk7OixljlCD3sPQQOgHhrwyyBTLXHDUrcXwH8MwhD0"
    "eN8HQo2iFRNJf74/gQj9OlnS7tdGmnS3/TuvQvbISxv8s3mJC80k83d3+tLh3GLXVu88aqNDaObdZiorMkCpglmxTdXuY"
    "Ui3z9Dtp4Sd5ErqqU64ONszEW2iidrgzFWXjanv5Qceq94sBGH7cbu93Y7ca1haUij6u3gQqXVXtx7u7anZhiuz6Dhrzp"
    "RvxJzGD7As6aPVLCTx174nFPO4ZhV94leaeIiJTPv5jMIjN4AWHIdJmmkI1ZqOElSkKxWN2HDzOMRr1GIfPglTn1B0Qx3"
    "5dm69YY2IMBRs0YTvWvh4+9t+PBwx4p1Kca3Px1gI9AjaogxkSXD5HQ+0ABKVPSJHbhHobraH1AYspm/YTo98YU5b7MkL"
    "fRlAYTjOrBEKFAg3AUCOBBazWHdRgbyE80d38rzIG+pl0DspWc4OgoKbG6xUAxZcORNgKGpf7VNlCh06lOqVO5HKudxFX"
    "y61FDVS5P4nKsVqSl0PzRvyxOIEUqdwppcArJlAUbRhepOsjoH5sYNn6sN2z8uGLYcG6Uh3ejTFUuiwUjpnAMbsBgV0rz"
    "4LUP4gOWjQk0R+KsoDtYQeNjq5X1OSNxrN+B9XF6kUodun5tKVJ1cHnZzwq+ApGeCNHzWViZAMfc6K3F8bCJRY79KaO+m"
    "hIuZcReEmCv1GmGR9AcZqFO8ZU4e0kyopFkiaNZdTb+HfrTkFwY+WxAJCYUjhPdYJpl2SMDGQ3/xUa6ZjxcZ1/h1Xyd1m"
    "YRimBCHlAyhW8HkTMs9z4XMFEevkJMbijU9C5IIDOsVT8TJqBUF6qfs8DAbSrJ76zd3aZshga9Ad4fGBHpEmlAMVbw/FT"
    "qevT8niHcZ1Fy7RL6HI2iMGTAFTkgIxHBlNY5mE3POr5Wcwaz/EjGAszjzH2WpAvCR9q1IFsDkE7PJNt6bImQY9St8TAJ"
    "3b6gOhcSu++QWPwyrfacuL3bbZrEbJrFzYa/OZLjsfjiUHO25C159aKJu+TVi3p/SbxXOpPNmdWRN2m/lwrwLfL7vXr0q"
    "EnY4KNH9WGDeK/IXJ99YVbAWErQwfVh/86+M9g9QVlcZfAtbJDVDM6RdILF6+wgb/9+u/6klZpB3t98/EvSvHz8Ou9Dbk"
    "7HGEbcVzyQlzjsKdSMgxx9c1qzhf2oRHU8d6AfDrXU7NmAZM5oW3i0Fwid4bXVhlc8RW4h4hyZE3CrBVw6d1t9x0XSPQi"
    "6ZSb3LsmZjjAK02feZCtZV5A7eZ+NvIdWKZ0rSPdylG3VUesApltXB7pb6VBbxtym7uZtzYb6USg+YhcV5qn4Tm+dfSrQ"
    "bbbzMKfo0s3hMUOdKFRon+0eGnQGXsRgO9PO2D7MhFD7g08Ek9r2lBhOlPArajYcbBRL80wybBIEpgfbZD6J+dlPiJtba"
    "uz690zlZedFfU5e1A6UPSgoq7iqMonVQ7IpQSfYe2xAFqN+bLidtHfM3oLZaRxYQxU4bd+Z8pJ7A1hdRs2tZvW5ndRjfc"
    "pSxBmVE2+rxeszKlk/ChSv0Kg25EstkjrArc1yLp3CmnqVlcj26V7WXuFu8CZbAwHlj6s7okAfc12dJ2s3QkGlydU2NEh"
    "zvwYPSiSzHhHCVhZOywu6RGAm1BVkqA6rvySDKPR1IL1k1GfeS524UsA7xKU2ZRxHjy7BVDvm8lGNE/Me+9dOzXIqFkEW"
    "5D+D7oeYkoB6pjYodK5P3mnRHdwxVJrWEwGlV2Twe8SZ6o9DMRugvzL0a67ojcXkGZjxIFJMEjpWmL6TewGfTJX2Y9YJN"
    "P8tAjZ4FacaEDNmEh7gbZOSph/XiccHQZdp3zNZj6Bn400ETzqm3I9CZpIWZF7LwA28wzwieQyGYZ5wshDhPYPH109JBs"
    "CgcIkgWu8uSBI04CtiEgeTW/Twns3pjNvo3Oxcjk/qcmwb1ezimW1cjs0KZcPfHIljcZPEVWHFWaEesIqbd4K1x8ar9BZ"
    "rNZcTgk6w+wglj50x4bDGBMw/VQiDKlnNhACtMKhBX1eISzwfAvWhmJ6oHsddRV7f3LwvrCKv35WXic8fXr8FKWghQCOu"
    "CmazMusFKpoVkHcDxmekR2R7euVs+c5N7q8vFTrIWqYX6NxEb87w7AS5yvFPM+r7teadImWHfJweXz1/lhp48Mc6286nD"
    "9fv39extQYabsLXOmj4W2dsilnYqB0FoiNGRn6+fXOo0/WhzylF8GeV2bXTd5XQmX/LkzjByyzYmidxDC0zVJcf1IlWbQ"
    "7XRaouOEIf+4idQLe25s88nbN9ttn2qb8RyQK1bVHQHK2TdJsl7XySvgkxnyKWpW3y7FYwS9u4e+7RLH/zowkPLiq8F+I"
    "7vXW+C3PdpqHnwu2UEZgFShcKQJu6oe6R4VJnQ8PxL8mvRWcCtM1LphTIQOa8D1b9Fvbae1wdgcppLkNZatfHIBdt25cL"
    "jtnZMMEbFjPgEvni9YdMpy+LO8RyoliBAf0aTDq0uyAl5OguMb6Ep8BHT/0fzLN/JzFjGtycs3DGjS3f+DnAByTj0kwL7"
    "HsS0kBlmeXuAp05LXs6/bgNHQtqbf6ntUa3KIHQ4QuHctlngZ5M9tBwjtCh8RbgcLIOrHK8PuFNnsZlvFl/4t4i441eFK"
    "3kkRA4YexdGLlNyEYkJbJ2CAbH64xgYj3F4oyTo3DwqoNX2wGvag6ambkNLlNB7iC4NmMz5eOSzddWReu+OftvLpp7W8K"
    "gRUoHg7buU1uB7E6DL/3KhlMh7i8qAKbkVm8dwrQwjZrWxs5y35swFBO68k5J8vmX970Y9pE63f2UUQ/LUSKeYmCfVyQX"
    "qQLkiMQAmQ4XWcGbDjfUXRAHyGD2QYSsEvQIG0BzNpurZQ+hI8RUPUnGWAVUJ833fZSaNFE10uTb/04SReW9NKAW+8KCp"
    "CrnnCrFwkASGWGcjyQDbHj5p8El+WyiVeYh+8JFJOMYm14u1Ccw//NJgLgTxxIDWXPz8gOihIgjZoBrfQ2gxWFAJmJGo2"
    "hDNqEBxhthuzU4GlYBKAJppIyjNUO4dgidSaaji5xxkTNnkUneBXWcsXpWE9RRz+wTBHUcbB4fm9lmZ7SBtjIKV9JrF/x"
    "KBB5XtrhikaodsGKn8N5YabVZfnIk7jS+xXKvtWar9T6lcPvrFgwvnVdsOF9B6qb8DhLYKrHQKrWDfNuGQ7mAtxP6NBSQ"
    "F9uva4XYfVxt/ricPeX025lzK/8mPjVnNvsmxOyiB1z0wFG+lrONHohNuNdKoVHyot7Im7ToNbD19qlpbJEQUYU6YSHwB"
    "Q4J4cukdLqxU5rq5uklGkj0mfcuycck/562RaZRAdU5Efc/RIWh8p8Xcf/LWNhBNBvCrd+a+ui7ehOnrDcRS6v5dpERuM"
    "2i4vi6RX03p1e1X6+acd/n9sk2ymTuk6mqZsvgtaTq11pv6i1qFaTOrrlj9EpkM8Ezgg7lQdrfZqCVqm0m9iqlMxfvfbY"
    "bJtuAjhmFgxq3cFexjVBxwSk7cLt0LGt+wCoRdklnOcJhaw1ylDB2D+BRjFH8lOvxzCTSFEcqzcYWQkmpEOqxpLycNoNJ"
    "8SvzpjVXNdZjqqEKdMLXRSDgT0wpkTj898gi5AqrPqDju3ZI176AccUKpUumohd+DZS0t+7Rpf825/lvIhHQi59MEYeKo"
    "w3i2h1ZVMAlGXBvQCahWEjEpnAIEYJ2hG2MW+M2vvRZMa/GnvQ5+WyosVoq34ovGU/jpCtLJ/780Prlmw++hxEXWfRLsz"
    "G3ClQovOOGkIXSeDAbU0PVVuPpDtaM50DMVoKYcaWbVRHUR6nkSI4bqnIaDXNjXEoug2+2SjVlZo5kB2aej75uwU29M63"
    "ysj6sJyXohHtsMbLnyYsGkT1PXtRG9uAtV2D4dKHXxwujOp+14DBu9dVZhNaUxqnJInSeE/vghVtcpWxXKdvZP12lbCde"
    "Vyn7W5JzHiCxEXKezkm4zRJ2DsD713GK0GlTUKRI5XCRtaaxHLS8H8vY2fJ1o0GsOK+q7WErK8IeGOv81XunMDLehjSQY"
    "23IWrEupvd668yKKm7V0Jqo882jbQ+zg5ExM9mqsI6gvjoVWCEejXzG/jfh8J8wFec9uiQPPt++ebhqRNxLr2g7vEkSl3"
    "0nNZUkQ7YUgacNgjPsRpscMVmYToKPNernNNSJ8yn21TPZuKKZyVxPVZLMDHu7CwZ3F3cXg3pvdxw6nibQmbYP6afFv7C"
    "HFcf3orkRSDaYpVJx9eP+nS3qnGxRsdBWteuaIzKtwqMLSvX5LrpVXEUtuWwjST+gxkaSlMLhnQ3wTr0uWbA3ad9B5h6k"
    "zroHyoMvaFVowFpHuzxZZ6Dlo6y/TWp1rmN9J8t1Hpnzw6WyZXtK4ni+Hc/XxyGtY/3pQpG6JYGc/t8QX8tROHhts5d0J"
    "B1csRmuyE2qNqEVn/BYH2nOrqAV6b3eOrRCxq0aoxUMz/X/EkMSRoEkAZyQTWj7VCx05Tv0Qta15MivU8EwBfdUwKvoI7"
    "82XhFPMAlNq0CL/XbuKtm1Jzv0mpB4kPIWNrIcmbN2t9pG5qzd34icsb7SlmWZnK37TOTryp4dxTt1RWE/jX75XkzeoFW"
    "nSr9M763VL30x6ZvqyM0UzJ9B04PHWRKfB6DJ6drF0McE7UrGouWD3gdSMbWWUfEbsgkPApDYqka5c287qJC6ZxsdMiXo"
    "nBK5L4i9XokcJTOxOUKTkjhoZodw69OsS9cs5KNp1aoU31m7JtGszab1qF4EO6wMVnBWx8zFO3qJ1a8AX1iI9n2bBTdH4"
    "kxvzUxv+FFZcDhu3kHu/vDoUZM97dGj+k0N763UuVGV8Ytri9yo6ghGl4rr5YbkRCfdzP74f1ztCpo="
)
