"""Users' passwords and second factors, logins, keys that end, and who did what."""

from tortoise import BaseDBAsyncClient

from models.migrations.dialect import column_types

UPGRADE = """
ALTER TABLE "users" ADD COLUMN "tier" VARCHAR(32) NOT NULL DEFAULT 'unlimited';
ALTER TABLE "users" ADD COLUMN "is_active" {bool} NOT NULL DEFAULT {yes};
ALTER TABLE "users" ADD COLUMN "password_hash" TEXT;
ALTER TABLE "users" ADD COLUMN "totp_secret" TEXT;
ALTER TABLE "users" ADD COLUMN "totp_since" {time};
ALTER TABLE "users" ADD COLUMN "totp_step" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "users" ADD COLUMN "removed_at" {time};
ALTER TABLE "keys" ADD COLUMN "expires_at" {time};
ALTER TABLE "keys" ADD COLUMN "last_used_at" {time};
ALTER TABLE "statistics" ADD COLUMN "added" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "statistics" ADD COLUMN "received" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "statistics" ADD COLUMN "stored" BIGINT NOT NULL DEFAULT 0;
CREATE TABLE "sessions" (
    "id" {uuid} NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "digest" VARCHAR(64) NOT NULL UNIQUE,
    "scopes" {json} NOT NULL,
    "address" VARCHAR(64) NOT NULL,
    "agent" VARCHAR(256) NOT NULL,
    "created_at" {time} NOT NULL,
    "last_used_at" {time} NOT NULL,
    "expires_at" {time} NOT NULL,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE TABLE "one_time_tokens" (
    "digest" VARCHAR(64) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "data" {json} NOT NULL,
    "expires_at" {time} NOT NULL,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE TABLE "recovery_codes" (
    "id" {big_id},
    "digest" VARCHAR(64) NOT NULL,
    "user_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "recovery_codes_user_digest" UNIQUE ("user_id", "digest")
);
CREATE TABLE "audit_entries" (
    "id" {big_id},
    "at" {time} NOT NULL,
    "actor_id" INT,
    "actor_name" VARCHAR(64) NOT NULL,
    "credential" VARCHAR(96) NOT NULL,
    "address" VARCHAR(64) NOT NULL,
    "action" VARCHAR(64) NOT NULL,
    "outcome" VARCHAR(32) NOT NULL,
    "targets" {json} NOT NULL,
    "details" {json} NOT NULL,
    "request_id" VARCHAR(64) NOT NULL
);
CREATE INDEX "keys_user" ON "keys" ("user_id", "id");
CREATE INDEX "sessions_user" ON "sessions" ("user_id", "id");
CREATE INDEX "sessions_expiry" ON "sessions" ("expires_at");
CREATE INDEX "one_time_tokens_expiry" ON "one_time_tokens" ("expires_at");
CREATE INDEX "audit_entries_actor" ON "audit_entries" ("actor_id", "id");
CREATE INDEX "audit_entries_action" ON "audit_entries" ("action", "id");
CREATE INDEX "audit_entries_at" ON "audit_entries" ("at");
"""

# What lies there already counts for the newest day of its owner.
STORED = """
UPDATE "statistics" SET stored = (
    SELECT COALESCE(SUM(size), 0) FROM (
        SELECT MAX(files.size) AS size FROM tasks JOIN files ON files.task_id = tasks.id
        WHERE tasks.owner_id = "statistics".user_id AND files.path <> '' GROUP BY files.path
    ) AS there
) WHERE day = (SELECT MAX(day) FROM "statistics" AS newest
               WHERE newest.user_id = "statistics".user_id);
"""

# A key that could do all there was is to be able to do all there is.
FORMERLY_ALL = '["metrics:read", "tasks:read", "tasks:write"]'
WIDEN = """
UPDATE "keys" SET scopes = '["*"]' WHERE REPLACE({text}, ' ', '') = '{all}';
"""
NARROW = """
UPDATE "keys" SET scopes = '{all}' WHERE REPLACE({text}, ' ', '') = '["*"]';
"""

DOWNGRADE = """
DROP TABLE "audit_entries";
DROP TABLE "recovery_codes";
DROP TABLE "one_time_tokens";
DROP TABLE "sessions";
ALTER TABLE "statistics" DROP COLUMN "stored";
ALTER TABLE "statistics" DROP COLUMN "received";
ALTER TABLE "statistics" DROP COLUMN "added";
DROP INDEX "keys_user";
ALTER TABLE "keys" DROP COLUMN "last_used_at";
ALTER TABLE "keys" DROP COLUMN "expires_at";
ALTER TABLE "users" DROP COLUMN "removed_at";
ALTER TABLE "users" DROP COLUMN "totp_step";
ALTER TABLE "users" DROP COLUMN "totp_since";
ALTER TABLE "users" DROP COLUMN "totp_secret";
ALTER TABLE "users" DROP COLUMN "password_hash";
ALTER TABLE "users" DROP COLUMN "is_active";
ALTER TABLE "users" DROP COLUMN "tier";
"""


def _text(db: BaseDBAsyncClient) -> str:
    return "scopes" if db.capabilities.dialect == "sqlite" else "scopes::text"


async def upgrade(db: BaseDBAsyncClient) -> str:
    widen = WIDEN.format(text=_text(db), all=FORMERLY_ALL.replace(" ", ""))
    return UPGRADE.format_map(column_types(db)) + STORED + widen


async def downgrade(db: BaseDBAsyncClient) -> str:
    return NARROW.format(text=_text(db), all=FORMERLY_ALL) + DOWNGRADE


# What aerich compares the models with when it drafts the next migration.
MODELS_STATE = (
    "eJztXWuT2zay/SsofYl9S5myZ+xxYm/dqrEz2Xhje1Ke8WZrd1ISJEISShSgEKBlba7/++"
    "0G+JQoidBrJBlf7BGIBsgDEOg+3Wj+1aBRX6rp2SfFosZL8ldD0BGDP0rlTfg5HuelWKBp"
    "JzQVY6ihTJWO0hHtaijs0VAxKAqY6kZ8rLkUWPWKjKGuFERGZBzJfkRHRA+oJnIiFNFUDd"
    "UrKGAEb4JwRaAZiQU8Ij0ZBiz6TplrZ9hfILvQIRf97TZ9L+5Fe0yVmsgoaA2oGrRNfXhy"
    "cc4DwgXhWmG7RLMvGqSj0Ssy4XogY+hOQBeyI4MpCWVfYe3OlKTNQeNtLfW4pVg3Yto0rB"
    "gNWfAKGiVdGQtouhfJEUnqcdFlbWj1LC3QbGzE8FlCqjTRHB4Ii+/FZCAVg1YCRiZUERiZ"
    "4CXcjTAPrOmQwS1PeJdhY5xFbfPAtqk/YwkgEdkzvxTTGoBVcL+/DyRKR2wkP7OAPGonf7"
    "Wobj/GK8nTUjElIxkxi3IkJ6QvoW3EJb9X2zxAbgbEjGIs+J8xa2nZZ3AJ5+B//oBiLgL2"
    "han053jY6nEWBqUpygNswJS39HRsyt4K/bOpiBOk0+rKMB6JvPJ4CsMkstpcaCztM8Eiqh"
    "k2r6MYZ66IwzCZ4elktneaV7G3WJAJWI/GIc5/lLY3kJc1Wq0PN3et2+u7Vqsx926kEoU5"
    "nRR1pcD3Cm5Vmafv4y18f/702YtnP1xcPvsBqpjbzEpefLVd58BYQQPPh7vGV3OdamprGI"
    "xzUM3/c7C+GdCoGte0/gyycMuzyKY4Hi60I/qlFTLR1wP4eXG+BMd/Xn1888vVx0cX54+x"
    "Qwnrnl0NPyRXzs0lhDqHNpKhE7Rp/e1Amxbk2Oar9N7BfXpZA9ynlwvBxUtlcGE9RTBgWZ"
    "qH+Ce4gstkNcxlyRmwg0T0LP3jCKFfAvXd2/fXt3dX73/D5kdK/RkavK7urvHKuSmdzpQ+"
    "mh2WrBHy+9u7Xwj+JP+++XBt4JRK9yPTY17v7t8NvCcaa9kSctKiQRGTtDgtKg0z7lsu71"
    "Ba/4HfoViEfMSxo8NdnrhqgfbGP1esUa8lLEVULNhZi3IzOHdAcJ9AZ9vFtl+U1zc370rv"
    "yOu3dzPQfnr/+hoWLYM4VILRLu64Oc4l3XIe6ztQKquBnhNca1InEB3D4nT9r7sS5unsff"
    "T+6l+PS2vTu5sPf0+rF4bkzbub1zPoF9RvF+xnxDzy6yKPBo3rDl2W3MIOfUQjcXQbdGql"
    "VuwivL/QPCuJrbbSdrmHPNlgi7bG2Y/n5xcXL86fXFz+8PzZixfPf3iSWWnzl5aZa6/f/h"
    "33j9Jgzm8ouUXu+mKVJf2LdWgvFlIfvWHBTseCDu0OJxTUgLkr8lwuqjt/aXQ+mi2hgvbN"
    "ICGa5j4tCfgrmzYquEEsbi6jBodsWpcZFIR2u0wpAjJnpB3wPlM6I7puf7n6/vz5ZUpPQR"
    "0k1gbsS5O0xxHr8S9tQ8r1eKQ0CZnWLFIVJOEuekG+8A45s64cM9L+H9Mc+8yiaVKEtBYy"
    "cE1CRUAmPAxJByk4ZMRayNEhlWY4Nt4faKINLUlGXMSa1aTI/mrkI2kI2Zalu+BfrMm+wO"
    "0rBVhnY50OJQ4R3oTRX9I3v2FkYMjMj69OBNynT29/cmDg4pgHZyizG7ao8bdeLLo4y4jp"
    "Cf959r+N/S831hyz60dxZTCPfsiM3EHRRpfPahi9l88WGr14acYYM++1C7y5xAkCvH1ezq"
    "6xLgDnEifHKW9//potRs3D+4/bmw/V8OYSs/oe72ryfyTkaq/q9u7XXsRiuTU7a7jOLNLY"
    "wKw16/nmk9W6i8MMqhOH5tYY5rKkt60OeZSLqrjrOM/K+pE+5JEuGEc1AwcKEg/LSx1QAM"
    "EcL1EGeB7dn2XEeF/8yqYG5LdwR7Sazp2JOzoycL+msyctzd/miE4yE7o4qeDZAxYy6y16"
    "c3X75uqna2tz75/ouaNq2Khgekx5cxnVYwJ66nE9NwI5EUCRUAxRigiIsgDjqDB2CHkQOU"
    "kpGcBODwjtYGgV1/OMzgZtmTgvqjUbjXMKqMdEF1vTcsjES2h0IqOhiQ2bRFwzRbo0iqam"
    "aiJq4rZCCgu7ie6K2GeOREub9KHrJP7JskHdARV9huwSTH4NwJgANKqJEnSsBlJj64J0GB"
    "njHWIoW8AibFQa7FSbDCSMIpmgUMB7PRYlwWJ4P7GKafiKtK2TShViyyzxJOF9S4O1BGPQ"
    "Dtf3Ah9haucBCkwMV2UZK4G3bQLJqJjibZi4OqZUa0SjoWl/AOiOMPKrM9U2kAzkJuafAQ"
    "abDZiNacOH7lEexiBuI8E6rA/PSgWbYMvWf9waqazVUMIoINmWwAyNSzkkKQfWNG1PKMcw"
    "NWhMT5jtb0RC1oP+YjvAb0FwHFJ4ci6SODcWmzFIYvjgCaHHzhQZPi5hjKdt23bfaOlwp4"
    "btM2XC1pOK43C0m/fCBLYxmtY6I22uWkHM2kTRqbKjC/NjRKc4rDDskcZQP4syXICuk5ck"
    "r4UDCpBAK4YXNKF/A4k0JY5iewgrG/wZZQ/x6eM7cwX/xte2Sdo9AIVF8EAin9kK4x7hvc"
    "Af98L8CuD5Q0mDM/K7udFlUX5DNjahjvBKjOSICUDENoYRh5OBBFFALHtJHSlLMxC1OUuz"
    "1rSMzBLWEnf9BV2Y98+5r1Ym5t4jDqB7h6mUe384S9z7S6Xc+4MZx9Ug04Hduk2F1+s6pT"
    "vd+kyl3PvTUtNwjcnD/7tmh3ZJMapSskQlirFZhlzuxCx+m95EOim3cjMbTPHCIlevw0AK"
    "h4d3XiM2XR1qdRLFQqDqU7sbu43UazyEB3BYUcvO47owJVKO3dDQcXdIpJZ0471aD+rVYq"
    "LPhZNfK5fwjpcajpc4CufRXRzgllQ/CWj3HdlmDxC5oJ1L7A/wxgMsEDuBu9ohvhjs/TvE"
    "TwbqTKmpu0hnAiexkOx6jR4PqHKCNxM4hQDkXaObcnEOZH9RZH9s/5NdAbyVs4IFNthycQ"
    "54FiQ8nLNwpoyoA55FEQ/oLKCWrHdZT3OJ01tQL+osqBeLF9SLuQUVqW7WioXmFabFCi95"
    "WdQ7yQ/ZSZ6QRo5DnEv5mKaDHt6IdRlPOLj6J3SKUiez9ez5pE7Jg+oG/5yoH4P1xiDz3z"
    "gdTqNV21Y9zA9so3oY1DMPvxvyJTE/49fDnkWRjFqYFsiJbi9JnaB6vPUEChaxESzStO9E"
    "UM4JngLa+6YqfUD+N6G8JkFUawxzWdJboIc8yjPxRC7DPCPqx/mQxzmJbJ0f48Xn1woi+z"
    "/AVoi86MQ81FyoM+z2IYIvdnKsLYkedtFeCiJeb3HXW9IIuLpwZ/F33pvtCnUa31rXBErr"
    "n8K03rWztRiO6QDxjNgJTOpdW5nFuNsyyrcjGoZLCMRCvO6pMCkX5y8uM+4EfyxjS27fX7"
    "17V0HKFoKXHfjYgtTJwLlnYioPKp/BfUW6yTQcfn+5JtMQ3P1ugltMOgmo9SMZV2VlWwF2"
    "JrZHuLOSo8U7ORK4DhtVkvTm6yGbrz7z3jczytkJlLoHQ8pSGxwQOZ6RXXkcZP7NwdOuLv"
    "bCrJw3zerEwSJmChoMq4INlyoAc7JeC3DQAsrnFWtFeBZFfL6R1flGsmPgZXx9wpFywpHi"
    "tDqkjCM/cwPrXMYRU95clnEkW5HqZRzB6pgygZpvD52R9phq+2WniIUUo0zSzKtpWoTku1"
    "BNYnJkEBO7inkaQp6muqjOR7KTnmyWWUy2YFo2RpnJAmFzbpgsIJgBosP63BwRhsZod2Dz"
    "j+CFdhyF7VdEYn1FunKU5+iYYkP3InWcnRVyXCTZI3iUJCMhbaZpP0lFMZIBh2G2+WupSf"
    "pBdfL9qAhzhygKWk4je1tqp4NA3NIl0OlkuZkTLSNeFKx30BiHqV4HsmetYrWkcX+8+ACT"
    "5h7SGcETcmGZN8cB7LS+B3udI5lJIpH6VHUqcUrq5J6ZajWg588vXQzVXOL0TNTtpzFGrc"
    "JlBUnrnwK2+15ACmqbK2s5I+ppy0OmLX1A7DcxzHvM83JEL+tO1NyFgQLfVpTA1s5rH0N2"
    "kcabm/e/vbu+u/5pVwbwrul/f/zHH/85/cW5wBnW5daKNOMWCbbDBX4Fn7bEy6KTBOAbOl"
    "nSPOLHCelKJ0thQh2Sj+UqScJT4Wa5yvPzLPa0pCm46ztb0tzoVCdekCQVtiLyM4tekbaI"
    "Rx0WZcmpscp3iuTp2CcDdKJwTSIqqr0s2+3CJIOXsUa/SJ4yG7WNLIl3yAKiJTScJkJYkQ"
    "E9STjOxEIXSMnRYW+38ceMX8TJjbCMBKzrUU7m9WYehBPh/5a4F+xo1TcEcoFTYmG3Zgkk"
    "r56LgloQOQk/gjcDvBngzYBNzYBjym10IrvkQZ7NP7QBOSXGGVTatQa5KOeH+KCH2LMpnk"
    "3xbEolm3L9mYlKLsVeaC5jUhhWqcmjXBFrM+Ln7KDiGX7Z7c/0s3IJuWCCMjEiFCyhEdcK"
    "bha/xEWxVDGmyDnpsB7MK/J0nkXZRQcbfPcLOl8VfWnhc/3yV2Ee1e8jfUVdozuxByfVMx"
    "HwxMx2iJkH27iOx+5yOKW114QZh7ZP7ZoowDk8D+7ixEdp/f1nPXqYebqT/EbuVou3V47A"
    "XvEH7fxBu728LUd70O6WaW2fb85wSS81l5kuylZycAJHbMQS++IzDeMFp+Uqa602IxYq4E"
    "NWkRlpicbCqhIiramwPKz+vZMQ/cWathktF/0lE/AKzAYKTDwO1ozqLkt6hebgFJq5zfeB"
    "dgpNNbyLvFu5V2QXl+8WabWa+4X5AL2E7SAG7YD0mO4OYEOQwpQFdEoefbp78/iMtEc8hI"
    "WCwcgHygbqwFwlasyEhtWWCtVjEU6S+c1m+12YoCEYUwwFSo5iZ0e6lY0bMpFAtNtlY207"
    "M6XQW7MYR4SCafwQXO4C5ISL5r3AA9UMT1KbItnDmiMk6jRoXTYAqTOtiEEyZ9AVgQk5sU"
    "2GPDkp/tIcBlfxyIRJ3Qsahng7CptKj29Di9QcUre77+LwJUQyUXWgjc1il76VwKUNQ2YW"
    "78c4ApU7wiI2oUrxKW0Dp7UF4LI+y8CkL6sbZVsSO5lTHXuOFVj88cNl0J/k9w/3jLzZJd"
    "xgz0Q85uthXtQp3KCflfQjsOYHqFBPc4M+E3lYevDJsUF97DF4Rwe4NQcc/c6ZjAfbCeyC"
    "0VPTgilIeEfDakdDrLyfYbWfoTCpDsnN8JEBiqoyPiq91FxGHEW2Uu0YqaS+zXNHyZBNkS"
    "ZBjqMbcib0d6ppktVNklNcE6rgt0JeJqgKidqoPUMIFb5okZ0ku/3l6vvz55fYlBE0UmrI"
    "giYGWg3Yl5fQiEnNRzoymNrezRE05H3wJqAhIe9FxMZgn+PjL2Zlih4odG/M0jL/Keb3+M"
    "MfMDvIOKaHdGM99PZScmSdP39ew5MFtRa6ssy14/5YzdG5DYvGgML7nUN5sZ8wl/COwg0c"
    "hT790zpDcRSOQh/55COfDs8iOdzIJxPp36iMfLKXlpokKj0pUNMkCWWfJ47ekIIpc0baAe"
    "+DUTFnDljdP/Hrkq6UQw4tyigtiVgPVgqwBOSQVaTB2F1XaMhclcts/nLBJiyw5olJLw5W"
    "6KvZPpMbShpGCWUc7+scEClYuauzf6cD1UoZhHrnQ6BFDk0aa6hmB0ZkuqQLJ6vKZ//edv"
    "Zvf25hh4kk7NvuAm8u4eMsVxpMqivHVf7ZxQZTLuENpk2OhgQBLvwuE7sgcoJLx/bnNiho"
    "boxLJnCC8IJaVovZWrw2m2ve6v8GrX7U9lHNXWegZ2X9UB/0UBfME8eBLkv6YT7oYfZhBT"
    "6s4ABIvAMNK7gR7A7WqDtkohoVRF7penMZmycFa+Fy1zKsVm1Sz3JgaYrZPp4ZMZ/P4+Y3"
    "7qZl7g0jBsrcWxV/t4VWTcwBEiHt7AjHZCDNoZERDUyC2wFV+MXBISw9hPZh8Oc6WYOZq8"
    "+azSC+AXnmmYe9nvD0LNouWTSf/WP/FI/Xpb0u7XVpr0t/07r0R9bFs7/TN5jUuzJOt3B9"
    "qS4dJTVNfvDaqjRWTnzWsm8yDUqYJasU3WYeFIu4fgd1gjT3INdVyvXO+ll5Ftoqnf5TDk"
    "cRafvwRsVD7xU7dvr43djvxn43Xvhxpjjg+lroaFq1FxeuLt2JKdZrMajI627Et3IE2xcg"
    "a/dIBT/N2ZOAByYwDJsKzshbTWSsQ/7ZZhYZwQNIK2Y+dRSxHosMvURJJCfz+/BuujGsVz"
    "diATwyp2GbaBaGym7dhgN71MZTMxap1lXnIrjutR83SekbT+2bX9t4C9SqCrJHzCc4FLTe"
    "1iDKtLKJXXiAx3WMPqAw7bG5Q4x7Y5ryUOXMW3dARR9P9eARIWFIOAoCcKMLNYdlHBuMn6"
    "wf/laaAy0ju4RkmwmCo930M6VrdJRI1uxpJWE4075ehyr0OtVD6lQ+y+pJ8irF9aimKlcU"
    "WUuXO7C82tv+8JnFx/xysEDKUt4KqWGF5MqCC9BlqRME+sc6jo0fFzs2fpxzbPgwyt2HUW"
    "Yql8OCUf0Veg9wFcD+c5Q7//pBYmC5uEALIt4LuoEXNDFbnbzPuYiHfgPok/QilTr04rWl"
    "LHWCy8t2VvA5ivSBGD0W8e6gUcXm2SvNpUxeXmcVhbcY7A3y5/vcvDvIzfuZRcpRYyuInO"
    "ALv5OsLvhSuejEtvoJovv0yZM64WpPniyOV8NrMwa0FLry9NZiraEg4rUGR63hQTezr/8P"
    "8LtQpQ=="
)
