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
    "eJztXeuT2zaS/1dQ8yX2ljLljJ+xr65q7Hg3vrU9W/H4srU7KQkSIQk7FKEQoGXtXv736w"
    ""
    "b4FikRelI0vtgjEg2Q3SDQ+PXrPxc0nAi5vPwsWXjxkvznIqAzBn8Urvfg53yeX"
    "cULig59"
    "3TCCFlI3GUoV0pGCi2PqSwaXPCZHIZ8rLgJsek3m0FYERIRkHopJSGdE"
    "TakiYhFIoqi8l6"
    "/gAiP4EIRLAt0IvMBDMha+x8LvpL53ieN5YgQD8mCy367vgrt"
    "gMKdSLkTo9adUTge6Pbx5"
    "cMU9wgPClcR+iWJfFVCHs1dkwdVURDBcAEOIofCWxB"
    "cTia2HS5J0B50PlFDzvmSjkCndsW"
    "TUZ94r6JSMRBRA1+NQzEjcjgcjNoBeL5MLi"
    "s01Gb6LT6UiisML4eW7YDEVkkEvHiMLKglI"
    "xnsJTxPoF1b0nsEjL/iIYWechQP9"
    "wqar3yMBTCJirH9JphQwVsLz/joVSB2ymfjCPPJgEP"
    "/Vp2rwEO/Eb0uDJZmJkBk"
    "uh2JBJgL6Rr5kz2q6B5ZrgWgpRgH/PWJ9JSYMbuEc/OdvcJkH"
    "HvvKZPJzft8fc+"
    "Z7hSnKPexAX++r5VxfexeoP+uGOEGG/ZHwo1mQNZ4vQUxB2poHCq9OWM"
    "BCqhh2r"
    "8IIZ24Q+X48w5PJbJ40a2IeMUfjsTGNfJz/SG0eILt20e9/vLntf3p72+9frHwb"
    ""
    "CUVuTseXRiLA7woeVeq3n+AjfH/1w5PnT148fvbkBTTRj5leef6HGTpjjCHU7Pl4e/GHvk"
    ""
    "8VNS00jzOm6v9X2PpmSsNqvibtS5yFRy5zNuFje1k7o1/7Pgsmago/H1+t4eP/X"
    "v/y5ufr"
    "Xx48vnqIAwpY98xq+DG+c6VvIasz1obCt2Jt0n4/rE0uZLzNVumjM/eH"
    "Zw2Y+8OzWubirS"
    "JzYT1FZsCytMrin+AOLpPVbC5SlpjtxaSXyR9nyPo1rL599+H"
    "tp9vrD3/D7mdS/u5rfl3f"
    "vsU7V/rqsnT1QVksaSfk13e3PxP8Sf5x8/GtZqeQah"
    "LqEbN2t/+4wGeikRL9QCz61MvzJL"
    "mcXCqIGfctm28oaX/ibygKfD7jOFB7lycu+"
    "6C98S8Va9RrAUsRDWp21jxdic9DIDwmo9Pt"
    "Yt8fyuubm/eFb+T1u9sSaz9/eP0W"
    "Fi3NcWgE0s7vuBmfC7rlKq9vQamsZvQK4VaTOmbROS"
    "xOb/9+W+B5MnsffLj++8P"
    "C2vT+5uNfkuY5kbx5f/O6xP2c+m3D+xKZ4/y2nMcDje0OXaTc"
    "ww59RpI4uw06Oa"
    "VW7CJ8Uns8K5BtPqUdcg95tMMWbQ5nP15dPX78/OrR42cvnj55/vzpi0"
    "fpKW311"
    "rrj2ut3f8H9oyDM1Q0lO5HbflhFSvdhte3DQuhjfJ87p+OFIR3dLyioASt3xJWo"
    ""
    "a7t6a3Y1K1+hAZ1oISE39XMaEPCvbHlRgQ3i5d46aPCeLZsigwGhoxGTkgDNJRl4fMKkSo"
    ""
    "GuTz9ff3/19FkCT0EbBNam7GuPDOYhG/OvAw3KjXkoFfGZUiyUFSDhIUZBvPAWM"
    "bORmDMy"
    "+JPujn1h4TK+hLAWInA9QgOPLLjvkyFCcIiI9RGjQyhNY2x8MlVEaViS"
    "zHgQKdYQIvvPRS"
    "ZJDcj2DdwF/2JL9hUeX0rgdSrrRJQoInwIrb8kX/6FpgGR6R9"
    "/WAFwnz+/+8kCgYsi7l0i"
    "zWHQoov/GkfBCGcZ0SPhP0/+++L4y405jpn1I78y6F"
    "dvMyLXKtjo2ZMGh95nT2oPvXirdB"
    "jT37UNezOKDjJ4/7icWWNtGJxRdA5T3v/81"
    "VuMXGXv/3y6+VjN3oyirO/xkSL/R3wuj6pu"
    "H37tRV6sP82WD66lRRo7KJ9mHd7c"
    "Wa07L2ZQnTh0t4WYi5TubNVmKedVcVs5l2mdpNss6d"
    "zhqKHjQI7itLhUixwIVnC"
    "JIoNXuftnETI+Cf7KlprJ7+CJaDWcW/I7OjPm/pHMnuRq9jWH"
    "dJEeofOTCt7dYz"
    "4z1qI315/eXP/01py5jw/03FJ5f1GB9OjrvXVQj3boaYb13ASIiQAXCU"
    "UXpZAAK"
    "fPQjwp9hxAHEYsEkgHeqSmhQ3St4moV0dmhL+3nRZVis3kGAY1ZMMLelLhnwUvo"
    ""
    "dCHCe+0btgi5YpKMaBguddOYVPtt+RQWdu3dFbIvHIGWAZnA0LH/k0GDRlMaTBiiSzD5FT"
    ""
    "BGO6BRRWRA53IqFPYekCEjc3xCdGXzWIidCs07OSBTAVIkCyTy+HjMwthZDJ8nk"
    "hH1X5GB"
    "MVLJnG+ZAZ4EfG+Js1bAGPTD1V2Ar7A08wAJFhqrMohVgI+tHclosMTH"
    "0H51TMr+jIb3uv"
    "8pcHeGnl/DpTKOZEC30P9M0dlsyoxPG770mHI/AnLjCTZkE3h"
    "XGrAF9mzsx/2ZTHv1BUgB"
    "wbaYzdC5EPckwcB6uu8F5eimBp2pBTPjzYjPxjBeZA"
    "T8DgjnPoU350Hs58YiLYPYhw/eEE"
    "YcLhHh4wJkvByYvidaS4cn1WifvhaYdkJyF"
    "MegdxdoxzZGk1aXZMBl34vYgEi6lEa6MD9m"
    "dIliBbGHCl39DJfhBgwdfyRZKxQo"
    "sAR60bigdv2bCoQpUYqDe1jZ4M8wfYnPv7zXd/Bv/G"
    "x7ZDAGprAQXijIZrZEv0f"
    "4LvDHXaB/efD+vqAeDDCivo9LSNZczxzduXkLFIDvJYOyAKh+"
    "jW/EVoS7YNU58J"
    "7NtYckfEkzMWMBMNI8AzoqLqYCaIHRyCSYuTA5FOwTKR6azKElTHZvGy"
    "RUy7cxF"
    "KqXsL6mWQOGojJRM4T+rK3H6qdk9iPivLAfMKGyHw8nn/14CZX9eDCRuZymqrXd"
    ""
    "sAnxdkMnKKrdmAmV/XhKKOpvMXn4v7cc0KxUWgOLV75Y39arm82T6DV114dIJuVeHmaHKZ"
    ""
    "5bO5sN6InA4uWt14hdV4dGg4RREKBG1XgYszs169yHF7BYUYs26aZsiqksh6G+5"
    "e4QU60Z"
    "xhnLTmosY8GEB1bmsozC2XMa2HOi0F/lbr3fXNy8E6w9tsOciUuy4XZG"
    "cTyGX5xggTgIu6"
    "vt7PXMPr6dvTOsTpWapot0StCJheTQa/R8SqUVe1OCLvg1H5q"
    "7CcRnYUPIkxzPiPDoUAze"
    "SwhiDmQ2EJ8FP3MUjp1ldiZAqwU/8ySOoWWGGhuAzX"
    "qaUXRvQX3cZEF9XL+gPl5ZUBFBZ/"
    "0oULziaLHB+F4kdbb3NtveY9DIUsQZlXOVa"
    "rV4QzZiPMbgmgf+5Kk6s/UcOQCoYJi1Y/8K"
    "qZPBdjJI7TdWMW+0attqxvOWbVSn"
    "4XrqOGDH+QKZm/Hb8Z6FoQj7mG3ICm4vUHVQPd57Xg"
    "bDsRks0nRiBVCuEHaB28e"
    "GKp2f/zehvMa+WVuIuUjpTqBtlnLJn8hGzCVSJ+c2yzl2mF2V"
    "cX1YXI7k+HFxOc"
    "+LYcR9xQN5icOewvniINFysVOyjfaSI3F6i73eknjANWV36n/nrNm2rE"
    "78W5seg"
    "ZL2XZjWhza25t0xLVhcIuvApD70KTPvd1vk8qcZ9f01AGLOX7crSMrjq+fPUuwE"
    ""
    "f6xDSz59uH7/vgKUzTkvW+CxOarOsPPIwFTmVF7i+4Yslok7/PFSWCYuuMfdBPeYyxK4Ng"
    ""
    "lFVJXsbQOzU7Ijsju9crb8jiMNt0GjCpTu+Nrm46tL6PfNSDmNQGkaGFKk2iFA5"
    "HwkuzEc"
    "ZPXLwSBam/NCmc4dzZr4wSLPJHToVzkbrlUAVmidFmCjBcTR2jb4Tp6m"
    "C7P72CBPLjjdfl"
    "MukLpduc27cjEWuJH3dJ7EpQjanCIoTbFQ5K/LEVTMEZSfVm1"
    "KEvRnrtm6kiRIX++tSxKU"
    "7vbNkgRhc0w4QnW5sEsymFNlirGFzKfowZUkS04ymc"
    "Sl3HpEp7Uh2i8cU6v4PMlOU51C6C"
    "AjmcTQmOhE96wBD524xaTJ0Yl7MJfKkE24D"
    "r+HzuhoalIG4Y1BFPqDV0Rge0lGYsZyKVGg"
    "o7sgMUpf5tLSxBlceBjnDyIDpugk"
    "zh4zEx4HMZsUK1Tn6aEqTvgSYrofSbdLtYJ8S5ZAq6"
    "wNek70NXmesFkQP4qp2QB"
    "ibBAnuaZzF7p/0tD99sffdkid1V+OBbOT9o7Z24Q7x0l6mpuB"
    "EoouqZNHtgLJKb"
    "16+swGBMoounBAPnTmcdQqbFaQpH0XeHvsBSSnttmCDyVSBz60GXxwzu"
    "bfhJiPm"
    "EPpjD7Wg6i5tU4435YHzt5yIZxD5p6LNzcf/vb+7e3bnw51AD60ac2F1rnQuu4v"
    ""
    "zjnMsCm2locZ9wiwtZfxG/C0NVYWFefs39HIkqT+P0+WbjSy5CZUm2ws13GCqwozy3WW+6"
    ""
    "re0pJkzW9ubEnKGVAVW0HSvO/iCwtfkUEQzYYsTBPEY5PvJMkqKCymaEThioQ0q"
    "Lay7HcI"
    "Xb9BRArtIlnaetQ20rz7mMFeCZ1Z3iQZ2VC0IK4RgMnta0wgBUOHedyL"
    "30p2ESszwjoQsK"
    "lFOZ7Xu1kQOoL/rTEvGGk1PwhkBF1CYfd2Eog/PRsFNUfSCTu"
    "COwa4Y4A7BuzuWXc+ecM6"
    "sku2Mu9F2wTSJcQZVNqthJyncyJutYgdmuLQFIemVK"
    "Ipb7+woBJLMTd665AUhk0a4ijXxJ"
    "wZsQIlNLzEYoy/J5UgY3BBO2WiRyichGZcS"
    "XhYrIJH8apkTJIrMmRjmFfkh1UUZd8DIIaS"
    "VPEzhTF1WcWp8FOH0CmV2IF2RjaF"
    "JBcFArinoRz4fxCLf7BrrT54qU1enUYsttX6cvOz+R"
    "jJp99siCS5h8U7jGFN3zR"
    "KLaiE41gpzjGBg5X2AyudbNs9n1OjRfzmUVPptG2XPTTMgXN4"
    "lbn1KdGS9sfPh3"
    "aaeXqQzGf2Zy532jqD09YpwgRbtuJ3K0qwZcw99yDBT0wp834rh67kVm"
    "/dsUuaR"
    "hYG7JDNWHw2+kL9qCbSr7LV5qNKrfp9zyoypq3RV1hVorQt1ZXTat8HCS+o17O1"
    ""
    "tGy0l5TAqS87qC/R3NvSI71I6dSZ1qkzK3vviXYKRRV8i3xUuVekN9fvFkmzhvuFxrwEbA"
    ""
    "cRKAdkzNRoChuCCPQ1jy7Jg8+3bx5eksGM+7BQMJC8J42TEcxVIucsULDa0kCOW"
    "YiTZHWz"
    "2f8Q2uEJZIpuTHEYeRqOLo3Pk/ZioqMRmyszmL4Ko/XyPlBImPg+we0R"
    "sJzwoHcXILLHEP"
    "TTl8QYW84QZNTpS/TDDZcV/lM6fl4SmJAL06XP4yj3lzqQXUY"
    "z7eJ1F1Dfx8eR2FUSeg49"
    "Uh1gb3bfetcr5GSs6kAfu/ldfStOVzu6+9TvxyiByh"
    "2hDkuoUnwK20C3tgBc1sv4S/Kx2g"
    "G2BbLORKQc2c+hvijqOtZ3si7qkTmvdwk7t"
    "qckjufb8TyvU9ixvkzpJLBlYTrU0+xYn5Kc"
    "1p3t0bmx+tz9B8+O4eY4YGl1Tmkc"
    "s62YnTv0NDzB5Ci65Bh7KDtDJF0yws12htykapOZ4R"
    "cGXJSVvl3Jrd464Cg0jRr"
    "7d8XtTY4+Su7ZEmESxDhGPmeB+k7mfaSgHZXwWyIu41W5c+3U"
    "nwaEcpVu0ii4Tz"
    "9ff3/19Bl2pQk1lbxnXg+dxKbs60voRKcVJEPhLc3oOnwOcR98CI5OX3"
    "dByOZwP"
    "sfXr0dl8hYoNG+UYZl/5nOT/OaC41rpxXRKM9apt5eCIevq6dMGlixoVWvK0vfO"
    ""
    "u4jV2ZkNC2m68XlXuFxvJ8wonKFwB0OhS121jSjOwlB4ar+ntsmzW45PbePu+Xs+aW//i0"
    ""
    "rPJ3Nr7ZFEJtECDY8kvpjw2NDrUzjKXJKBxydwqFg5DhjdP7brkpEQ9xx6FGFyJ"
    "WRjWCng"
    "JCDuWUUKj8MNhQeZ6+I1k3s9YAvmmeOJTo0Op9BX5THjB4o7RgqpDe/b"
    "BKHkTrmbM5cngu"
    "onCEKzABHokUOX+jTUcABNslwzhNWpymUu33fmche1cMAkGOZ"
    "rt2FvRuH8LDcemORIzKvs"
    "s/UHpozCHZh2CQzxPFz4bSZ2jqSDS8f+5zYoaHaIS0"
    "rQQfaCWtYI2apfm/U9d+r/Bk/9qO"
    "2jmruNoMu0TtStFnXueGIp6CKlE3OrxezcC"
    "pxbQQtAvJa6FdwE7BbWqFtEoi4qgLzC/d46"
    "NE8ErI/LXV+jWo1BPYOBJelxJxgz"
    "okv/cf0bd9Mi9oYeA0XsrQq/20Ov2ucAgZBBGsKxmA"
    "odNDKjnk7OixljlCD3sPQ"
    "QOgHhrwyyBTLXHDUrcXwH8MwhD0eN8HQo2iFRNJf74/gQj9Ol"
    "nS7tdGmnS3/Tuv"
    "QvbISxv8s3mJC80k83d3+tLh3GLXVu88aqNDaObdZiorMkCpglmxTdXu"
    "YUi3z9D"
    "tp4Sd5ErqqU64ONszEW2iidrgzFWXjanv5Qceq94sBGH7cbu93Y7ca1haUij6u3"
    ""
    "gQqXVXtx7u7anZhiuz6DhrzpRvxJzGD7As6aPVLCTx174nFPO4ZhV94leaeIiJTPv5jMIj"
    ""
    "N4AWHIdJmmkI1ZqOElSkKxWN2HDzOMRr1GIfPglTn1B0Qx35dm69YY2IMBRs0YT"
    "vWvh4+9"
    "t+PBwx4p1Kca3Px1gI9AjaogxkSXD5HQ+0ABKVPSJHbhHobraH1AYspm"
    "/YTo98YU5b7MkL"
    "fRlAYTjOrBEKFAg3AUCOBBazWHdRgbyE80d38rzIG+pl0DspW"
    "c4OgoKbG6xUAxZcORNgKG"
    "pf7VNlCh06lOqVO5HKudxFXy61FDVS5P4nKsVqSl0P"
    "zRvyxOIEUqdwppcArJlAUbRhepOs"
    "joH5sYNn6sN2z8uGLYcG6Uh3ejTFUuiwUjp"
    "nAMbsBgV0rz4LUP4gOWjQk0R+KsoDtYQeNj"
    "q5X1OSNxrN+B9XF6kUodun5tKVJ1"
    "cHnZzwq+ApGeCNHzWViZAMfc6K3F8bCJRY79KaO+mh"
    "IuZcReEmCv1GmGR9AcZqF"
    "O8ZU4e0kyopFkiaNZdTb+HfrTkFwY+WxAJCYUjhPdYJpl2SMD"
    "GQ3/xUa6ZjxcZ1"
    "/h1Xyd1mYRimBCHlAyhW8HkTMs9z4XMFEevkJMbijU9C5IIDOsVT8TJq"
    "BUF6qfs"
    "8DAbSrJ76zd3aZshga9Ad4fGBHpEmlAMVbw/FTqevT8niHcZ1Fy7RL6HI2iMGTA"
    ""
    "FTkgIxHBlNY5mE3POr5Wcwaz/EjGAszjzH2WpAvCR9q1IFsDkE7PJNt6bImQY9St8TAJ3b"
    ""
    "6gOhcSu++QWPwyrfacuL3bbZrEbJrFzYa/OZLjsfjiUHO25C159aKJu+TVi3p/S"
    "bxXOpPN"
    "mdWRN2m/lwrwLfL7vXr0qEnY4KNH9WGDeK/IXJ99YVbAWErQwfVh/86+"
    "M9g9QVlcZfAtbJ"
    "DVDM6RdILF6+wgb/9+u/6klZpB3t98/EvSvHz8Ou9Dbk7HGEb"
    "cVzyQlzjsKdSMgxx9c1qz"
    "hf2oRHU8d6AfDrXU7NmAZM5oW3i0Fwid4bXVhlc8RW"
    "4h4hyZE3CrBVw6d1t9x0XSPQi6ZS"
    "b3LsmZjjAK02feZCtZV5A7eZ+NvIdWKZ0rS"
    "PdylG3VUesApltXB7pb6VBbxtym7uZtzYb6"
    "USg+YhcV5qn4Tm+dfSrQbbbzMKfo"
    "0s3hMUOdKFRon+0eGnQGXsRgO9PO2D7MhFD7g08Ek9"
    "r2lBhOlPArajYcbBRL80w"
    "ybBIEpgfbZD6J+dlPiJtbauz690zlZedFfU5e1A6UPSgoq7iq"
    "MonVQ7IpQSfYe2"
    "xAFqN+bLidtHfM3oLZaRxYQxU4bd+Z8pJ7A1hdRs2tZvW5ndRjfcpSxB"
    "mVE2+rx"
    "eszKlk/ChSv0Kg25EstkjrArc1yLp3CmnqVlcj26V7WXuFu8CZbAwHlj6s7okAf"
    ""
    "c12dJ2s3QkGlydU2NEhzvwYPSiSzHhHCVhZOywu6RGAm1BVkqA6rvySDKPR1IL1k1GfeS5"
    ""
    "24UsA7xKU2ZRxHjy7BVDvm8lGNE/Me+9dOzXIqFkEW5D+D7oeYkoB6pjYodK5P3"
    "mnRHdwx"
    "VJrWEwGlV2Twe8SZ6o9DMRugvzL0a67ojcXkGZjxIFJMEjpWmL6TewGf"
    "TJX2Y9YJNP8tAj"
    "Z4FacaEDNmEh7gbZOSph/XiccHQZdp3zNZj6Bn400ETzqm3I9"
    "CZpIWZF7LwA28wzwieQyG"
    "YZ5wshDhPYPH109JBsCgcIkgWu8uSBI04CtiEgeTW/"
    "Twns3pjNvo3Oxcjk/qcmwb1ezimW"
    "1cjs0KZcPfHIljcZPEVWHFWaEesIqbd4K1x"
    "8ar9BZrNZcTgk6w+wglj50x4bDGBMw/VQiD"
    "KlnNhACtMKhBX1eISzwfAvWhmJ6o"
    "HsddRV7f3LwvrCKv35WXic8fXr8FKWghQCOuCmazMu"
    "sFKpoVkHcDxmekR2R7euV"
    "s+c5N7q8vFTrIWqYX6NxEb87w7AS5yvFPM+r7teadImWHfJwe"
    "Xz1/lhp48Mc628"
    "6nD9fv39extQYabsLXOmj4W2dsilnYqB0FoiNGRn6+fXOo0/WhzylF8G"
    "eV2bXTd"
    "5XQmX/LkzjByyzYmidxDC0zVJcf1IlWbQ7XRaouOEIf+4idQLe25s88nbN9ttn2"
    ""
    "qb8RyQK1bVHQHK2TdJsl7XySvgkxnyKWpW3y7FYwS9u4e+7RLH/zowkPLiq8F+I7vXW+C3"
    ""
    "PdpqHnwu2UEZgFShcKQJu6oe6R4VJnQ8PxL8mvRWcCtM1LphTIQOa8D1b9Fvbae"
    "1wdgcpp"
    "LkNZatfHIBdt25cLjtnZMMEbFjPgEvni9YdMpy+LO8RyoliBAf0aTDq0"
    "uyAl5OguMb6Ep8"
    "BHT/0fzLN/JzFjGtycs3DGjS3f+DnAByTj0kwL7HsS0kBlmeX"
    "uAp05LXs6/bgNHQtqbf6n"
    "tUa3KIHQ4QuHctlngZ5M9tBwjtCh8RbgcLIOrHK8Pu"
    "FNnsZlvFl/4t4i441eFK3kkRA4Ye"
    "xdGLlNyEYkJbJ2CAbH64xgYj3F4oyTo3Dwq"
    "oNX2wGvag6ambkNLlNB7iC4NmMz5eOSzddW"
    "Reu+OftvLpp7W8KgRUoHg7buU1uB"
    "7E6DL/3KhlMh7i8qAKbkVm8dwrQwjZrWxs5y35swFB"
    "O68k5J8vmX970Y9pE63f2"
    "UUQ/LUSKeYmCfVyQXqQLkiMQAmQ4XWcGbDjfUXRAHyGD2QYSs"
    "EvQIG0BzNpurZQ"
    "+hI8RUPUnGWAVUJ833fZSaNFE10uTb/04SReW9NKAW+8KCpCrnnCrFwk"
    "ASGWGcj"
    "yQDbHj5p8El+WyiVeYh+8JFJOMYm14u1Ccw//NJgLgTxxIDWXPz8gOihIgjZoBr"
    ""
    "fQ2gxWFAJmJGo2hDNqEBxhthuzU4GlYBKAJppIyjNUO4dgidSaaji5xxkTNnkUneBXWcsX"
    ""
    "pWE9RRz+wTBHUcbB4fm9lmZ7SBtjIKV9JrF/xKBB5XtrhikaodsGKn8N5YabVZf"
    "nIk7jS+"
    "xXKvtWar9T6lcPvrFgwvnVdsOF9B6qb8DhLYKrHQKrWDfNuGQ7mAtxP6"
    "NBSQF9uva4XYfV"
    "xt/ricPeX025lzK/8mPjVnNvsmxOyiB1z0wFG+lrONHohNuNd"
    "KoVHyot7Im7ToNbD19qlp"
    "bJEQUYU6YSHwBQ4J4cukdLqxU5rq5uklGkj0mfcuyc"
    "ck/562RaZRAdU5Efc/RIWh8p8Xcf"
    "/LWNhBNBvCrd+a+ui7ehOnrDcRS6v5dpERu"
    "M2i4vi6RX03p1e1X6+acd/n9sk2ymTuk6mq"
    "ZsvgtaTq11pv6i1qFaTOrrlj9Epk"
    "M8Ezgg7lQdrfZqCVqm0m9iqlMxfvfbYbJtuAjhmFgx"
    "q3cFexjVBxwSk7cLt0LGt"
    "+wCoRdklnOcJhaw1ylDB2D+BRjFH8lOvxzCTSFEcqzcYWQkmp"
    "EOqxpLycNoNJ8S"
    "vzpjVXNdZjqqEKdMLXRSDgT0wpkTj898gi5AqrPqDju3ZI176AccUKpU"
    "umohd+D"
    "ZS0t+7Rpf825/lvIhHQi59MEYeKow3i2h1ZVMAlGXBvQCahWEjEpnAIEYJ2hG2M"
    ""
    "W+M2vvRZMa/GnvQ5+WyosVoq34ovGU/jpCtLJ/780Prlmw++hxEXWfRLszG3ClQovOOGkI"
    ""
    "XSeDAbU0PVVuPpDtaM50DMVoKYcaWbVRHUR6nkSI4bqnIaDXNjXEoug2+2SjVlZ"
    "o5kB2ae"
    "j75uwU29M63ysj6sJyXohHtsMbLnyYsGkT1PXtRG9uAtV2D4dKHXxwuj"
    "Op+14DBu9dVZhN"
    "aUxqnJInSeE/vghVtcpWxXKdvZP12lbCdeVyn7W5JzHiCxEXK"
    "ezkm4zRJ2DsD713GK0GlT"
    "UKRI5XCRtaaxHLS8H8vY2fJ1o0GsOK+q7WErK8IeGO"
    "v81XunMDLehjSQY23IWrEupvd668"
    "yKKm7V0Jqo882jbQ+zg5ExM9mqsI6gvjoVW"
    "CEejXzG/jfh8J8wFec9uiQPPt++ebhqRNxL"
    "r2g7vEkSl30nNZUkQ7YUgacNgjPs"
    "RpscMVmYToKPNernNNSJ8yn21TPZuKKZyVxPVZLMDH"
    "u7CwZ3F3cXg3pvdxw6nib"
    "QmbYP6afFv7CHFcf3orkRSDaYpVJx9eP+nS3qnGxRsdBWteua"
    "IzKtwqMLSvX5Lr"
    "pVXEUtuWwjST+gxkaSlMLhnQ3wTr0uWbA3ad9B5h6kzroHyoMvaFVowF"
    "pHuzxZZ"
    "6Dlo6y/TWp1rmN9J8t1Hpnzw6WyZXtK4ni+Hc/XxyGtY/3pQpG6JYGc/t8QX8tR"
    ""
    "OHhts5d0JB1csRmuyE2qNqEVn/BYH2nOrqAV6b3eOrRCxq0aoxUMz/X/EkMSRoEkAZyQTW"
    ""
    "j7VCx05Tv0Qta15MivU8EwBfdUwKvoI782XhFPMAlNq0CL/XbuKtm1Jzv0mpB4k"
    "PIWNrIc"
    "mbN2t9pG5qzd34icsb7SlmWZnK37TOTryp4dxTt1RWE/jX75XkzeoFWn"
    "Sr9M763VL30x6Z"
    "vqyM0UzJ9B04PHWRKfB6DJ6drF0McE7UrGouWD3gdSMbWWUfE"
    "bsgkPApDYqka5c287qJC6"
    "ZxsdMiXonBK5L4i9XokcJTOxOUKTkjhoZodw69OsS9"
    "cs5KNp1aoU31m7JtGszab1qF4EO6"
    "wMVnBWx8zFO3qJ1a8AX1iI9n2bBTdH4kxvz"
    "Uxv+FFZcDhu3kHu/vDoUZM97dGj+k0N763U"
    "uVGV8Ytri9yo6ghGl4rr5YbkRCfd"
    "zP74f1ztCpo="
)
