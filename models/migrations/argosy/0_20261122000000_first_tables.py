"""The first tables."""

from tortoise import BaseDBAsyncClient

from models.migrations.dialect import column_types

UPGRADE = """
CREATE TABLE "users" (
    "id" {id},
    "name" VARCHAR(32) NOT NULL UNIQUE,
    "role" VARCHAR(16) NOT NULL,
    "created_at" {time} NOT NULL
);
CREATE TABLE "keys" (
    "id" {uuid} NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "prefix" VARCHAR(16) NOT NULL,
    "digest" VARCHAR(64) NOT NULL UNIQUE,
    "scopes" {json} NOT NULL,
    "created_at" {time} NOT NULL,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE TABLE "tasks" (
    "id" {uuid} NOT NULL PRIMARY KEY,
    "engine" VARCHAR(16) NOT NULL,
    "url" TEXT NOT NULL,
    "folder" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "phase" VARCHAR(16),
    "revision" INT NOT NULL,
    "attempt" INT NOT NULL,
    "failures" INT NOT NULL,
    "worker" VARCHAR(36),
    "lease_until" {time},
    "due_at" {time} NOT NULL,
    "received" BIGINT NOT NULL,
    "total" BIGINT,
    "active_ms" BIGINT NOT NULL,
    "error_code" VARCHAR(32),
    "error_message" TEXT,
    "created_at" {time} NOT NULL,
    "started_at" {time},
    "finished_at" {time},
    "owner_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "tasks_state_due" ON "tasks" ("state", "due_at", "id");
CREATE INDEX "tasks_owner" ON "tasks" ("owner_id", "id");
CREATE TABLE "files" (
    "id" {uuid} NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "sha256" VARCHAR(64),
    "created_at" {time} NOT NULL,
    "task_id" {uuid} NOT NULL REFERENCES "tasks" ("id") ON DELETE CASCADE
);
CREATE INDEX "files_task" ON "files" ("task_id", "id");
CREATE TABLE "events" (
    "seq" {big_id},
    "task_id" {uuid},
    "kind" VARCHAR(32) NOT NULL,
    "data" {json} NOT NULL,
    "at" {time} NOT NULL,
    "owner_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "events_owner" ON "events" ("owner_id", "seq");
CREATE TABLE "settings" (
    "key" VARCHAR(64) NOT NULL PRIMARY KEY,
    "value" {json} NOT NULL,
    "updated_at" {time} NOT NULL
);
CREATE TABLE "statistics" (
    "id" {id},
    "day" DATE NOT NULL,
    "downloads" BIGINT NOT NULL,
    "failures" BIGINT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "milliseconds" BIGINT NOT NULL,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "statistics_user_day" UNIQUE ("user_id", "day")
);
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" {id},
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" {json} NOT NULL
);
"""

DOWNGRADE = """
DROP TABLE "statistics";
DROP TABLE "settings";
DROP TABLE "events";
DROP TABLE "files";
DROP TABLE "tasks";
DROP TABLE "keys";
DROP TABLE "users";
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UPGRADE.format_map(column_types(db))


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWNGRADE


# What aerich compares the models with when it drafts the next migration.
MODELS_STATE = (
    "eJztXW1z27gR/isYfWluxuexJb+k105nFMe5uL3YnbPSu7mXoSESlDCiAAUALaup/3sXoC"
    "hSfDMpSzLN8EsSLXYB8MHL7rMEka8dLEZcLg4/SyI6P6CvHYanBP6xJj+An7NZJNUChYee"
    "UfRBQxqVoVQC2wqELvYkAZFDpC3oTFHOtGofzUCXM8QFmgk+EniK1BgrxOdMIoXlRP4NBA"
    "TpTiAqEVTDtYAK5HLPIeIv0pQd6vYcbkODlI22X7XP6BefWIqPCKhoYH7/E8SUOeSByPDn"
    "bGK5lHjOGm7U0RUYuaUWMyO7YuqDUdS9Hlo29/wpi5RnCzXmbKVNmdLSEWFEYEV09Ur4Gk"
    "7me94S9hDhoKeRStDFmI1DXOx7elC0ddCBSNaxrOubgXV7ObCsTmrAQosY0EuRzZkebOiq"
    "NE8/0l34vnt8cn7ytnd28hZUTDdXkvPHoOkImMDQwHM96DyacqxwoGEwjkA1f6dgvRhjkY"
    "1rqJ9AFrqcRDbEsb7QTvGD5RE2UmP42esW4Pif/s8XH/s/v+l1v9MNcliMwRK9XpZ0TZGG"
    "OoJWcK8StKH+dqANBRG20daxd3CPz0qAe3yWC64uWgfXFkSDYWGVhvg9lCg6Jdkwr1smwH"
    "aWpofhP14h9AVQD64+Xd4O+p/+raufSvnFM3j1B5e6pGuki4T0TXJYVpWgX64GH5H+iX67"
    "ub40cHKpRsK0GOkNfuvoPmFfcYvxuYWdOCahOBQ9agfgTmK7lRYMsT2ZY+FYqRLe5Xm66a"
    "Jpd5qUYIZHZpA0mqafgX/+F1lkuW0tLvTaE7Io67QZwrZNpERgc4juHDoiUt1pH6r96e3H"
    "/vfd0zPEXfMTdBBlaEweDtDdTBCXPoCqksilQirkEaXAT2f47121smVX/vnz1fsKvtz3qX"
    "OobXbjdzp/d31m65FCpiX9x8k/OvtfsoHfCdZgfHWZR6+zb6+VAzo7KeGAzk5yHZAuWndA"
    "wdqoAm9k0UCAt+/hg32qCsCRReOi0+3PX2lzXUcK3n/e3lxnwxtZJIMmaiv0P+RRmaJXr2"
    "AeFwCrsViLlEJA33zq/5rE+uKnm3fJTVpX8K6NXL+VyDU+zDp5Y1VKWcQsns5bvILR3Ebq"
    "IsUF1gFOo/uBC0JHDKJ0A/IV9AgzOyusSaThXhm4j+HsCaWRexJ4vgq545MKnt0hEMAHXr"
    "R/e9F/f9l5fBlyNcBy0slgV0Z+UESvTMKxHL+6YQQ4DaCIMNI4IDAlDnK50AlL4D+Cz0Ma"
    "BNipMcJD7iugO2kW9Yy6/mB/sDsMvGk6i2iXS5ita1N8QtgPUOmci4lJlc4FVUQiGwuxMK"
    "pLU6gK2R6Gnd2BKu8EuacSHvQOjaBpMKPQJrknYGSPMRsRzehg8isAxuRjsUKS4Zkcc6Vr"
    "Z2hI0Ez3UGd2HSJ0pQAnvSfWVJp+juGRPA6d1Pxv2QvoPecTFJK+A9PDOaZKP8yQqDkhTM"
    "umQBVdhQCCklzxayeaOh3TbzMGYBS4O5jD2oI8QBgt9YOvJlk4hczMsIypBXZm1izXesdY"
    "wnQxP8w+HWuNz9lqkZRtxtgUNNFS3xelvhA3U1aJ/EYWLTsrwc584aXRHcACyIltAvVGQF"
    "sUpV7+OigmDKsg9aeb6x9D9SSLWIc6eIlWBe3IYn+Ad15gg9gJ3NlZs3yw9581awzUKzdf"
    "dpNeGTRiI9n1Hj0bY1kJ3pXBRvAuA4lvBd0wAK/A8OMm+6P4R7sCeCtHE2IUMGAYFfCMWb"
    "RwJuF0MfV8kZXizcUzbtICmgQ0YOhV9tPIonkbaq/MhtrL31B7qQ3VI+B9LJ8pmkEtijPj"
    "CdMtpMZrhn2TMuNRTqfKEEdW7YuPWg+vIDah9yQjzfWOjgpCo8iqMa7nr91ur3fePeqdvT"
    "09OT8/fXu08kHpoiJn9O7qR+2P1sY07aAUVzhj6yyCfWWyEeY12yRfBvVVzrwa8mtm7Yzf"
    "DHsiBBcAqlMt1btm1cDQbOtHmQPEpkRKPKqUHEsZNgHtfafJ2hMj30TgJBUWmw3zumXLfu"
    "o8yi5lVI43GuaEaTvOdR7n+KGCkum3uEl7AuzpE2CrMxjtEbCiI2DxaVWnM2AfqIE1dQbM"
    "yA+KzoC5oFHhDFi4byJtp49FYfPZ6iG6m2E1NkedBPGw5mNImU9XkQOgeRw7yy9Ys8+Dba"
    "neimejdBOlDysZpCy1PFXXnlWq41ml+h84aBCX0iuzCtihfgv2Juc76H8zZnZRViy0aFL4"
    "s+ecmBzj7ulZlXxYZNGE7MyuP5xqszEb7S+vjb/FwqyyAVDMZJtRUH0H9Ymgp4C6hRHpM5"
    "lb+LnI64T0SeYWm1B1Im6X98R0OcXcgoKDIupGtErpS42YPx0SoRkWKAKvkuRL+L0LNZ+Z"
    "BJ+uaO5l8+mUKgmd5cC6sJZKQiTqoiFxYV6h46yrjbbfQEU2Fyfn0PhTfC6Ab/OvT3QT1Q"
    "KywKAxFyntJRjL53ov5lVqFqQ9h0lHaE6g91UC3VC/EWRu1+989RxOg5t/PUCo314O8IzL"
    "AaqTipZMvAIy0b4Mal8G7WW1vNqXQbdEqeD5UqwiLCrkFTJQqvBWSJApWQb/99jzM24+zd"
    "V6xs1nk+D6uNIRS6De3meUk5bLj7TNaFWJX1YGbQDzjADGnzkbZkfXLduApnYBTcr5vpCn"
    "UFjBWqR2pq9YFRZ7i1CtpL/4xdx3De7AXP3iEmXr1/76TmyQOXiB3nweXHx3iO6m1IONgs"
    "DIO8EdKnquIjkjTMFui5l0idCTJO1sdtNEhqf6PX4nEFTc+bOs72ov4N7BBdx6BDJ3yjyW"
    "nRUQrG2Pzdoa9XaXzEwsD9FU/OJizaz94mKzt8v5XxUXQd/ID4v3jPxwoarCvjJpMd8M87"
    "ivrQZ90rIdgc1GoL1Gs71GswZps5peo9kngtrjTgYRWpYcFLEgHOk8xYDyAW3/Q5968Yl7"
    "IrJvJcpPMsZMGvhmtHt6WiLXCFq5yUZTlnhPB4uqAsJL9Qaie3x0VAJd0Mq/WUuXJY5Ycq"
    "aWJ4nKZm9jJm3+tmL+9kUTe4//B65rXs4="
)
