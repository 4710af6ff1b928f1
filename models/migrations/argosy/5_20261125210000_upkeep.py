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
    columns = (
        'DROP INDEX "events_of_no_task";\nALTER TABLE "tasks" DROP COLUMN "callback";\n'
        'ALTER TABLE "tasks" DROP COLUMN "restored_at";\n'
    )
    return tables + columns + (before if _is_sqlite(db) else EVENTS_POSTGRES_BACK)


MODELS_STATE = (
    "eJztXeuT2zaS/1dQ8yX2ljLljJ+xr65q7Hg3vrU9W/H4srU7KQkSIQk7FKEQoGXtXv736w"
    "b4FikRelI0vtgjEg2Q3SDQ/esH/nNBw4mQy8vPkoUXL8l/LgI6Y/BH4XoPfs7n2VW8oOjQ"
    "1w0jaCF1k6FUIR0puDimvmRwyWNyFPK54iLAptdkDm1FQERI5qGYhHRG1JQqIhaBJIrKe/"
    "kKLjCCD0G4JNCNwAs8JGPheyz8Tup7lzieJ0YwIA8m++36LrgLBnMq5UKEXn9K5XSg28Ob"
    "B1fcIzwgXEnslyj2VQF1OHtFFlxNRQTDBTCEGApvSXwxkdh6uCRJd9D5QAk170s2CpnSHU"
    "tGfea9gk7JSEQBdD0OxYzE7XgwYgPo9TK5oNhck+G7+FQqoji8EF6+CxZTIRn04jGyoJKA"
    "ZLyX8DSBfmFF7xk88oKPGHbGWTjQL2y6+j0SwCQixvqXZEoBYyU8769TgdQhm4kvzCMPBv"
    "FffaoGD/FO/LY0WJKZCJnhcigWZCKgb+RL9qyme2C5FoiWYhTw3yPWV2LC4BbOwX/+Bpd5"
    "4LGvTCY/5/f9MWe+V5ii3MMO9PW+Ws71tXeB+rNuiBNk2B8JP5oFWeP5EsQUpK15oPDqhA"
    "UspIph9yqMcOYGke/HMzyZzOZJsybmEXM0HhvTyMf5j9TmAbJrF/3+x5vb/qe3t/3+xcq3"
    "kVDk5nR8aSQC/K7gUaV++wk+wvdXPzx5/uTF42dPXkAT/Zjpled/mKEzxhhCzZ6Ptxd/6P"
    "tUUdNC8zhjqv5/ha1vpjSs5mvSvsRZeOQyZxM+tpe1M/q177Ngoqbw8/HVGj7+7/Uvb36+"
    "/uXB46uHOKCAdc+shh/jO1f6FrI6Y20ofCvWJu33w9rkQsbbbJU+OnN/eNaAuT88q2Uu3i"
    "oyF9ZTZAYsS6ss/gnu4DJZzeYiZYnZXkx6mfxxhqxfw+rbdx/efrq9/vA37H4m5e++5tf1"
    "7Vu8c6WvLktXH5TFknZCfn13+zPBn+QfNx/fanYKqSahHjFrd/uPC3wmGinRD8SiT708T5"
    "LLyaWCmHHfsvmGkvYn/oaiwOczjgO1d3nisg/aG/9SsUa9FrAU0aBmZ83Tlfg8BMJjMjrd"
    "Lvb9oby+uXlf+EZev7stsfbzh9dvYdHSHIdGIO38jpvxuaBbrvL6FpTKakavEG41qWMWnc"
    "Pi9PbvtwWeJ7P3wYfrvz8srE3vbz7+JWmeE8mb9zevS9zPqd82vC+ROc5vy3k0aGx36CLl"
    "HnboM5LE2W3QiZVasYvwSa15ViDbbKUdcg95tMMWbYyzH6+uHj9+fvXo8bMXT588f/70xa"
    "PUSlu9tc5ce/3uL7h/FIS5uqFkFrnth1WkdB9W2z4shD7G9zk7HS8M6eh+QUENWLkjrkRd"
    "29Vbs6tZ+QoN6EQLCbmpn9OAgH9ly4sKbBAv99ZBg/ds2RQZDAgdjZiUBGguycDjEyZVCn"
    "R9+vn6+6unzxJ4CtogsDZlX3tkMA/ZmH8daFBuzEOpiM+UYqGsAAkPMQrihbeImY3EnJHB"
    "n3R37AsLl/ElhLUQgesRGnhkwX2fDBGCQ0SsjxgdQmkaY+OTqSJKw5JkxoNIsYYQ2X8uMk"
    "lqQLZv4C74F1uyr/D4UgKvU1knokQR4UNo/SX58i80DYhM//jDCoD7/PndTxYIXBRx7xJp"
    "DoMWXfzXOApGOMuIHgn/efLfF8dfbow5ZtaP/MqgX73NiFyrYKNnTxoYvc+e1Bq9eKtkjO"
    "nv2oa9GUUHGbx/XM6ssTYMzig6hynvf/7qLUausvd/Pt18rGZvRlHW9/hIkf8jPpdHVbcP"
    "v/YiL9Zbs2XDtbRIYwdla9bhzZ3VuvNiBtWJQ3dbiLlI6WyrNks5r4rbyrlM6yTdZknnjK"
    "OGgQM5itPiUi0KIFjBJYoMXuXun0XI+CT4K1tqJr+DJ6LVcG4p7ujMmPtHMnuSq9nXHNJF"
    "akLnJxW8u8d8ZrxFb64/vbn+6a2xuY8P9NxSeX9RgfTo6711UI8O6GmG9dwEiIkAFwnFEK"
    "WQACnzMI4KY4cQBxGLBJIB3qkpoUMMreJqFdHZoS8d50WVYrN5BgGNWTDC3pS4Z8FL6HQh"
    "wnsdG7YIuWKSjGgYLnXTmFTHbfkUFnYd3RWyLxyBlgGZwNBx/JNBg0ZTGkwYoksw+RUwRg"
    "egUUVkQOdyKhT2HpAhI3N8Qgxl81iInQrNOzkgUwFSJAsk8vh4zMI4WAyfJ5IR9V+RgXFS"
    "yVxsmQGeBHxvSbBWwBj0w9VdgK+wNPMACRYaqzKIVYCPrQPJaLDEx9BxdUzK/oyG97r/KX"
    "B3hpFfw6UygWRAt9D/TDHYbMpMTBu+9JhyPwJyEwk2ZBN4VxqwBfZs/Mf9mUx79QVIAcG2"
    "mM3QuRD3JMHAerrvBeUYpgadqQUz482Iz8YwXmQE/A4I5z6FN+dBHOfGIi2DOIYP3hBGHC"
    "4R4eMCZLwcmL4nWkuHJ9Von74WmHZCchTHoHcX6MA2RpNWl2TAZd+L2IBIupRGujA/ZnSJ"
    "YgWxhwpD/QyX4QYMHX8kWSsUKLAEetG4oA79mwqEKVGKg3tY2eDPMH2Jz7+813fwb/xse2"
    "QwBqawEF4oyGa2xLhH+C7wx12gf3nw/r6gHgwwor6PS0jWXM8c3bl5CxSA7yWDsgCofo1v"
    "xF6Eu2A1OPCezXWEJHxJMzFjATDSPAMGKi6mAmiB0cgkmLkwORTsEykemsyhJUx2bxskVM"
    "u3MRSql7C+plkDhqIyUTOE/qytx+qnZPYj4rywHzChsh8PJ5/9eAmV/Xgwkbmcpqq13bAJ"
    "8XZDJyiq3ZgJlf14SijqbzF5+L+3HNCsVFoDi1e+WN/Wq5vNk+g1ddeHSCblXh5mhymeWz"
    "ubDeiJwOLlrdeIXVeHRoOEURCgRtV4GLM7NevchxewWFGLPummbIqpLIehvuXuEFOtGcY5"
    "y07qLGPBhAdW7rKMwvlzGvhzotBf5W593FzcvBOsPXbAnMlLsuF2RnE8hl+cYIE4CLur/e"
    "z1zD6+n70zrE6VmqaLdErQiYXk0Gv0fEqlFXtTgi7ENR+auwnEZ+FDyJMcz4nw6FAM3ksK"
    "Yg5kNhCfBT9zFI6dZXYmQKsFP/MkjqFlhhofgM16mlF0b0F93GRBfVy/oD5eWVARQWf9KF"
    "C8wrTY4Hwvkjrfe5t97zFoZCnijMqFSrVavCEbMR5jcM0Tf/JUndl6jpwAVHDM2rF/hdTJ"
    "YDsZpP4bq5w3WrVtNeN5yzaq03A9DRyw43yBzM347XjPwlCEfaw2ZAW3F6g6qB7vvS6D4d"
    "gMFmk6sQIoVwi7wO1jQ5Uuzv+bUF7j2KwtxFykdBZom6VciieyEXOJ1Mm5zXKOA2ZXZVyf"
    "FpcjOX5eXC7yYhhxX/FAXuKwpwi+OEi2XByUbKO95Eic3mKvtyQRcE3ZncbfOW+2LauT+N"
    "amJlDSvgvT+tDO1nw4pgWLS2QdmNSHtjLzcbdFLn+aUd9fAyDm4nW7gqQ8vnr+LMVO8Mc6"
    "tOTTh+v37ytA2VzwsgUem6PqDDuPDExlQeUlvm+oYpmEwx+vhGUSgnvcTXCPtSyBa5NQRF"
    "XF3jYwOyU7IrvTK2fL7zjTcBs0qkDpzNc2m6+uoN83I+U0A6VpYkiRaocEkfOR7MZ0kNUv"
    "B5NobeyFMp0zzZrEwSLPJHToVwUbrlUAVmidFmCjBcTZ2jb4Tp6mC7P72CBPLjndflMukL"
    "pduc27cjEXuFH0dJ7ElQjaXCIoLbFQ5K+rEVSsEZSfVm0qEvRnrtm6UiRIX++tKxKU7vbN"
    "igRhcyw4QvVxYZdkMKfKHMYWMp9iBFdSLDmpZBIf5dYjuqwN0XHhWFrF50l1muoSQgcZyR"
    "SGxkInumcNeOjCLaZMji7cg7VUhmzCdfo9dEZHU1MyCG8MotAfvCIC20syEjOWK4kCHd0F"
    "iVP6MleWJq7gwsO4fhAZMEUncfWYmfA4iNmUWKG6Tg9VccGXEMv9SLpdqRXkW7IEWlVt0H"
    "Oir8nzhM2S+FFMzQYQY4M4yTWdu9T9k6butz//tkPqrP5yLJidtHfM3ibdOS7S09wNlFB0"
    "SZ08shdITunV02c2IFBG0QUD+dCVx1GrsFlBkvZd4O2xF5Cc2mYLPpRIHfjQZvDBBZt/E2"
    "I+Yg2lM/pYD6Lm1gbhfFsROHurhXAOlXsu3tx8+Nv7t7dvfzqUAXxo15pLrXOpdd1fnHOY"
    "YVNsLQ8z7hFgay/jN+Bpa7wsKq7Zv6OTJSn9f54s3ehkyU2oNvlYruMCVxVuluus9lW9py"
    "Wpmt/c2ZIcZ0BV7AVJ676LLyx8RQZBNBuyMC0Qj02+kyQ7QWExRScKVySkQbWXZb9D6PMb"
    "RKTQL5KVrUdtI627jxXsldCV5U2RkQ2HFsRnBGBx+xoXSMHRYR734reSX8TKjbAOBGzqUY"
    "7n9W4ehI7gf2vcC0ZazQ2BjKBLKOzeLIH407NRUHMknfAjODPAmQHODNg9su586oZ1ZJds"
    "Zd2LtgmkS4gzqLRbCTlP50TcahE7NMWhKQ5NqURT3n5hQSWWYm701iEpDJs0xFGuibEZ8Q"
    "RKaHiJhzH+npwEGYMLOigTI0LBEppxJeFh8RQ8ilclY5JckSEbw7wiP6yiKPseADGU5BQ/"
    "czCmPlZxKvw0IHRKJXagg5HNQZKLAgHc01AO/D+IxT/Y9aw+eKlNUZ1GLLan9eXmZ/Mxkk"
    "+/2RBJcQ+LdxjDmr5plFpQCcexUpxjAgcr7QdWOtm2ez5Wo0X+5lFL6bRtlz00zIFzeJW5"
    "9SXRkvbHr4d2mnl6kMpn9jaXs7bOwNo6RZpgy1b8bmUJtoy5554k+IkpZd5vxehKbvXWmV"
    "3SNLJwYIdsxmLb6Av1o5pMv8pWm02VWvX7nlVUTFujr7CqQmlbqiun1b4Pkl5Qr2dradlo"
    "LymBU192UF+iubdlRHqR0qkzrVNnVvbeE+0Uiir4Fvmocq9Ib67fLZJmDfcLjXkJ2A4iUA"
    "7ImKnRFDYEEehrHl2SB59v3zy8JIMZ92GhYCB5T5ogI5irRM5ZoGC1pYEcsxAnyepms/8h"
    "dMATyBTDmOI08jQdXZqYJx3FREcjNldmMH0VRuvlY6CQMIl9gtsjYDnhQe8uQGSPIeinL4"
    "kxtpwhyKjLl+iHGy4r4qd0/rwkMCEXpkufx1nuL3Uiu4xmOsTrLqC+j48jsask9Rx6pDrB"
    "3uy+9aFXyMlY1YE+dou7+laCrnYM96nfj1EClTtCHZZQpfgUtoFubQG4rJfxl+RjtQNsC2"
    "SdyUg5cpxD/aGo61jfyXNRj8x5vUvYsT0lcTzfjud5ncKO9WVKJ4EtD6ZDPc2O9SnJacPZ"
    "Hp0bq889fvDsGG7MAUuvc0rjmG3F7JzR09CCyVF0KTD2UH6GSLpihJv9DLlJ1SY3wy8MuC"
    "grY7uSW711wFFoGjWO74rbmxp9lNyzJcIkiHGMfM4C9Z3Mx0hBOyrht0RcxqsK59qpPw0I"
    "5U66SbPgPv18/f3V02fYlSbUVPKeeT0MEpuyry+hE11WkAyFtzSj6/Q5xH3wITgGfd0FIZ"
    "uDfY6vX4/K5D1Q6N4owzL/zNcm+c0lx7UyiumUbqxTby8FR9bV06cNPFnQqtaVpe+d9yFW"
    "Z+c2LJTpxudd4XK9nzCjcI7CHRyFrnTVNqI4C0fhqeOe2ibPbgU+tY275x/5pKP9Lyojn8"
    "yttSaJTLIFGpokvpjw2NHrUzBlLsnA4xMwKlbMAaP7x35dMhLinkOPIkyuhGwMKwVYAuKe"
    "VZTwONxQaMhcF6+Z2usBWzDPmCe6NDpYoa/KY8YPFHeMFFI73rdJQslZuZsrlyeC6icIQr"
    "MEEeiRQ5faGmo4gCZZrhnCyqpylcv3XbncZS0csAiG+dpt2JtRuDjLjQaTHIl5lX+23mDK"
    "KJzBtEtiiOfhwm8zsXMkHVw69j+3QUGzQ1xSgg6yF9SyRshW/dqs7zmr/xu0+lHbRzV3G0"
    "GXaZ2oWy3qnHliKegipRNzq8XswgpcWEELQLyWhhXcBOwW1qhbRKIuKoC8wv3eOjRPBKyP"
    "y11fo1qNQT2DgSXlcSeYM6KP/uP6N+6mRewNIwaK2FsVfreHXnXMAQIhgzSFYzEVOmlkRj"
    "1dnBcrxihB7mHpIXQCwl8ZZAtkrjlqVuL4DuCZQx6OmuHpULRDomiu9sfxIR6nSztd2unS"
    "Tpf+pnXpX9gIc3+Xb7AgeWWcbu7+Wl06jFvq2uaNVWlsHPusxURXSRQwSzYpur0sKBb5+h"
    "208ZK6iVxVKdcHG2djLrRROt0xFGcRaXt6o+LUe8WBnT5uN3a7sduNaw+Wijyu3gYqXFbt"
    "xbm7a3diiu36DBryphvxJzGD7Qs4a/ZICT917onHPR0Yhl15l+SdIiJSPv9iKovM4AWEId"
    "PHNIVszEINL1ESisXqPnyYYTTqNQqZB6/MqT8givm+NFu3xsAeDDBrxnCqfz187L0dDx72"
    "SOF8qsHNXwf4CNSoCmJM9PEhEnofKCBlSprCLtzDdB2tD0gs2ayfEOPemKLclxnyNprSYI"
    "JZPZgiFGgQjgIBPGit5rAOYwP5iebhb4U50Ne0a0C2UhAcHSVHrG4xUEzZcKSNgGGpf7UN"
    "VOh0qlPqVK7Gaidxlfx61FCVy5O4GqsVZSk0f/QvCwukSOWskAZWSKYs2DC6SNVBRv/YxL"
    "HxY71j48cVx4YLozx8GGWqclksGDGFY3ADBrujNA9+9kFsYNm4QHMkzgu6gxc0NlutvM8Z"
    "iWP9DqyPy4tU6tD1a0uRqoPLy35W8BWI9ESIns/CygI45kZvLY6HTSxq7E8Z9dWUcCkj9p"
    "IAe6UuMzyC5jALdYmvJNhLkhGNJEsCzaqr8e/Qn4bkwshnAyKxoHBc6AbLLMseGcho+C82"
    "0mfGw3X2FV7N12VtFqEIJuQBJVP4dhA5w+Pe5wImysNXiMkNhZreBQlkhmfVz4RJKNUH1c"
    "9ZYOA2ldR31uFuUzZDh94A7w+MiPQRaUAxVvD8VOrz6Pk9Q7jP4si1S+hzNIrCkAFX5ICM"
    "RARTWtdgNj3r/FrNGazyIxkLsI4z91lSLggfadcD2RqAdHom2Z7Hlgg5Rt0aD5PQ7Quqcy"
    "mx+06JxS/Tas+J27vdpknOplncbPibIzkeiy8ONWdL0ZJXL5qES169qI+XxHslm2zOrEze"
    "pP1eToBvUdzv1aNHTdIGHz2qTxvEe0Xm+uwLswLGUoIOrg/7D/adwe4JyuIqg29hg6xmcI"
    "6kEyxe5wd5+/fb9ZZW6gZ5f/PxL0nzsvl13kZuTscYRtxXPJCXOOwp1IyDmL45rdnCf1Si"
    "Ol440A+HWmr27EAyNtoWEe0FQud4bbXjFa3ILUScI3MCbrWAS3a31XdcJN2DoFvmcu+SnO"
    "kIszB95k22knUFuZP32ch7aFXSuYJ0L6Zsq0ytA7hu3TnQ3SqH2jLmNg03b2s11I9C8RG7"
    "qHBPxXd66/xTgW6zXYQ5xZBuDo8Z6kKhQsds99ChM/AiBtuZDsb2YSaEOh58IpjUvqfEca"
    "KEX3Fmw8FGsXTPJMMmSWB6sE3uk5if/YS4uafGrn/PnLzsoqjPKYragbIHBWUVV1UusXpI"
    "NiXoBHuPDchi1o8Nt5P2jtlbMDvNA2uoAqftO3O85N4AVldRc6tZfW6WeqxPWYo4o3Libb"
    "V4fUYl60eB4hUa1YZ6qUVSB7i1Wc4lK6xpVFmJbJ/hZe0V7oZosjUQUN5c3REF+pjr6jxZ"
    "uxEKKk2utqFBmvs1eFAimfWIELayCFpe0CUCM6E+QYbqtPpLMohCXyfSS0Z95r3UhSsFvE"
    "N81KaM8+gxJJjqwFw+qgli3mP/OqhZTsUiyJL8Z9D9EEsSUM+cDQqda8s7PXQHdwyVlvVE"
    "QOkVGfwecab641DMBhivDP2aK3pjMXUGZjyIFJOEjhWW7+RewCdTpeOYdQHNf4uADV7FpQ"
    "bEjJmCB3jblKTpx+fE44NgyLTvmapH0LOJJoInHVPuRyEzRQuyqGXgBt5hHpE8BsOwTjhZ"
    "iPCewePrpyQDYFC4RBCtdxckBRrwFbGIg6ktevjI5nTGbQxudiHHJw05ts1qdvnMNiHHZo"
    "Wy4W+OxLG4SeGqsMJWqAes4uadYO2x8Sq9xVrN5YSgE+w+wpHHzplwWGcC1p8qpEGVvGZC"
    "gFYY1KCvK8Qlng+B+lBMT1SP464ir29u3hdWkdfvysvE5w+v34IUtBCgEVcFt1mZ9QIVzQ"
    "rIuwHjM9Ijsj29crZ856b215cKHWQt0wt0bqI3Z3hmQa5y/NOM+n6te6dI2aEYp8dXz5+l"
    "Dh78sc638+nD9fv3dWytgYab8LUOGv7WGZtiFjZqR4HoiJmRn2/fHMq6PrSdUgR/VpldO3"
    "1XCZ37tzyJE7zMgq15EsfQMkP18YO60KqNcV2k6kIg9LFN7AS6tXV/5umc77PNvk/9jUgW"
    "qG0PBc3ROkm3WdIuJumbEPMpclnaJs9uJbO0jbvnns3yNz+a8OCiInohvtNbF7sw120aRi"
    "7cThmBWaD0QQHoUzfUPTJc6mpoOP4l+bUYTIC+ecmUAhnIXPTBatzCXnuPT0egcpqrUJb6"
    "9THJRfv25YJjdTYs8IaHGXCJfPH6Q6bLl8Ud4nGieAIDxjWYcmh3QUrIMVxifAlPgY+exj"
    "+YZ/9OYsW0hvEAta760zqRW1T35/DnfXLZZ4GeA/aIbo7QgegWmG7y+a5yvL5OTZ7GFapZ"
    "byhvUahGr2VW8kgInDD2Lox4F7PQgHMUDnxz4Fs7wDfNQTMzt7HaK8gdQNNmy72sTNt8bV"
    "W07puz/+aiubclSFakdCBZ6z61FUDnNOjDr2w4FeL+ogJ+SG711uEPC9Oo6cnJWWV0k6Rg"
    "EhvegW3/+Zf3vRgUkLoY+pRRDw8rxKwCAwqAhZ/lMQA52ulAppMJVtCIww11F8TpE1ibDg"
    "GNBFvABtCczeZq2UNgARE3T5IxnhGpS6r7PkpNmpwLaaqxfyeJovJeGsiDfWFBcmbjnCrF"
    "wkASGWEWiCQDbHj5p8El+WxyGeYh+8JFJOMMjF4uESQw//NJgPXuORagz5qblx8QJUScTw"
    "Fc62t4JU4SMfkUGmMZsgkNMBsF261BWbBGfBFmIWWUpRmQskNiRTIdXV6Fy6s4izrjLuT/"
    "jNWzmpD/emafIOT/YPP42Mw2O6MNqJVRuAOfdsGvROBxpXdbC+YXqRysuHexxEqrzfKTI3"
    "HW+BbLvdaardb7lMLtr1swvGSv2HC+gtRN+R0ksFXZmVVqB/m2DYdy6VAndJ0XkBfbr2uF"
    "2H1cbf64nD/l9NuZCzr+Jj415zb7JsTsYstdbPlRvpazjS2PXbjXSqFT8qLeyZu06DXw9f"
    "apaWxRLk+Fupwd8AWMhPBlcrC28VOas6/TSzSQCxYy75J8TKqzaV9kGjNeXTFv/0NUOCr/"
    "eRH3v4yFHUSzIdz6rWkouDuN4JSnEcTSar5dZARus6gwX7c4/cvpVe3Xq2bc97l9KYYymf"
    "tkqs46ZfBaUvVrvTf1HrUKUufX3DFJIrKZ4BlBh6rk7G8z0ErVNhN7ldK5i/c+2w2TbUDH"
    "jMJBjVuEq9hmqLjklB24XTLLmhtYJcIu6SxHMLbWIEcJY/cAHsUYxU+5Hs9MIk1xpNJsbC"
    "GUlAqhHkvKy2kzmBS/Mm96IqfGesxZmQKD8PURAfAnFhxIAv57ZBFyhWcCYOC7DkjXsYDx"
    "eQZKH6iJUfg1UNLeuseQ/ttc5L/JRMAofjJFHCrONohPdsiyAi7JgHsDMgnFQiI2hUOIEL"
    "QjbGPCGreJpc+OemocSZ+Tz4YTOEuHe+JLxtM46coyiD8/tH755oPvYcRFlv3SbMytEhUK"
    "77ghZaE0HszG1FG11Xi6gzXjORCzlSBmfA7Kqgjqs1RyJMdNVTmNhrkxLyVX3zVbpZoyM0"
    "eyAzPPR1+34KbemVZ5WZ/WkxJ0Ijy2mNnz5EWDzJ4nL2oze/CWO372dKnXx0ujOp+14DBh"
    "9dXFatYcnFJTrOY8J/bBj/Vw5yi7c5Sd/9Odo+zE685R/pbknAdIbIScp3MSbrOEXQDw/n"
    "WcInTaFBQpUjlcZK1rLAct78czdrZ83egQK86ran/YyoqwB8a6ePXeKZyMtyEN5Lj6LPf0"
    "Xm+dW1HFrRp6E3U1cvTtYXUwMmamWhWeMqevTgWeH45OPuP/m3D4T5jzyD26JA8+3755uO"
    "pE3Euv6Du8SQqXfSc1lSRDthSBpx2CM5Gc0I7FwnSJdDzBfE5DXVadYl89U40rmpm65lQl"
    "xcywt7tgcHdxdzGoj3bHoeNpAp1p/5B+WvwLe3CB7+fhM4qFt6oF15iytAo3Lii/57s4Vn"
    "EVtdmyLyOd6I2dGSmFwyUb4JJ6/bBgb9K+g8w9yGnZHmzyvqBVIfxrA+LyZJ2BgI+y/jY5"
    "cXEd6zt56OKROT9cKlu2pySO59vxfH2+0DrWny5lqFsSyOnpDXGwHIWDwTZHM0fSwQqbYY"
    "XcpGoTqvAJze9Ic3YFVUjv9dahCjJu1RhVYGh//0sMSRgFkgTsa5yCPhULfX4ZRgtjcW0s"
    "Hy4YlsqeCngVbZprJxPxBJPQtApc2G/n7mCz9lRxXpO6DlLewpeVI3Ne6Vb7spxX+huRM5"
    "6DtOXxSc4nfSbydceTHSWKdEVhP41++V5M3qD3pUq/TO+t1S99MembM26bKZg/g6YHj7Mk"
    "Pg9Ak8NiRgT6mKD/x3iefND7QCrmxFxU/IZswoMAJLaqUe7c2w4qpO7ZRodMCTqnRO4LYq"
    "9XIkfJTGyO0KQkDprZIS36NOvSNQv5aFq1KsV31q5JNGuzaT2qF8EOK4MVnNUxd/GO0Vz1"
    "K8AXFmJ6qM2CmyNxrrdmrjf8qCw4HDfvIHd/ePSoyZ726FH9pob3Vs6jUZV5hmsPo1HVmY"
    "auZNbLDUWETrqZ/fH/7RpQrw=="
)
