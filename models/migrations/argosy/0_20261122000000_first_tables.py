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
    "eJztXW1z2zYS/isYfrl0xvXYkl9y6c3NKI7T+K6xO7Vy6fRlaIiEJIwoQAFA27rU/70LUB"
    "QpvpmUJZlm+CUJF7sA9ADE7rMEkK8WFiMu5/ufJBHWG/TVYnhK4B8r8j14nM0iqRYoPPCM"
    "og8a0qgMpBLYUSAcYk8SELlEOoLOFOVMq/bQDHQ5Q1ygmeAjgadIjbFC/I5JpLCcyB9AQJ"
    "DuBKISQTVcC6hAQ+65RPxDmrJ93Z7LHWiQstHmq/YZ/eITW/ERARUNzO9/gpgyl9wTGT7O"
    "JvaQEs9dwY26ugIjt9V8ZmQXTL03irrXA9vhnj9lkfJsrsacLbUpU1o6IowIrIiuXglfw8"
    "l8z1vAHiIc9DRSCboYs3HJEPueHhRtHXQgklm2fXnVt6/P+7ZtpQYstIgBvRA5nOnBhq5K"
    "8+tHugvfdw6PTo9ed0+OXoOK6eZScvoQNB0BExgaeC771oMpxwoHGgbjCFTzdwrWszEW2b"
    "iG+glkoctJZEMc6wvtFN/bHmEjNYbHbqcAx//1fjn70PvlVbfznW6Qw8sYvKKXi5KOKdJQ"
    "R9AK7lWCNtTfDLShIMI2Wjp2Du7hSQlwD09ywdVFq+A6gmgwbKzSEL+DEkWnJBvmVcsE2O"
    "7CdD/8xwuEvgDq/sXH8+t+7+PPuvqplF88g1evf65LOkY6T0hfJYdlWQn6fNH/gPQj+u3q"
    "8tzAyaUaCdNipNf/zdJ9wr7iNuN3NnbjmITiUPSgHcBwEluttGCAnckdFq6dKuEdnqebLp"
    "p2pkkJZnhkBkmjafoZ+Of/knmW29biQq89IfOyTpsh7DhESgQ2++jGpSMi1Y32odqfXn/o"
    "fd85PkF8aB5BB1GGxuR+D93MBBnSe1BVEg2pkAp5RCnw0xn+e1utbNiVf/p08a6CL/d96u"
    "5rm+34HetfQ585eqSQaUn/cfRva/evbOB3gncw/naZn15n314rB3RyVMIBnRzlOiBdtOqA"
    "gnejCryRRQMB3ryHD9apKgBHFo2LTjc/f6XDdR0peP9zfXWZDW9kkQyaqKPQX8ijMkWvXs"
    "A8LgBWY7ESKYWAvvrY+zWJ9dlPV2+Ti7Su4G0buX4rkWt8mHXyxq6UsohZPJ63eAGjuYnU"
    "RYoLrAKcRvc9F4SOGETpBuQL6BFmTlZYk0jDvTBwH8LZE0oj9yTw3TLkjk8q+O0ugQA+8K"
    "K967Peu3Pr4XnIVR/LiZXBrox8r4hemYRjOX51xQhwGkARYaRxQGBKXDTkQicsgf8IfhfS"
    "IMBOjREecF8B3UmzqCfU9Qf7g91g4E3TWUS7hoQ5ujbFJ4S9gUrvuJiYVOmdoIpI5GAh5k"
    "Z1YQpVIcfDsLK7UOWNILdUwg+9QSNoGswotEluCRg5Y8xGRDM6mPwKgDH5WKyQZHgmx1zp"
    "2hkaEDTTPdSZXZeIkpzuqxUNsWXqN1iBUeCWYK5pC3IP4a7UHVxOhnCozQjaxtQGOzO6i3"
    "fSMpYwrObBrKex1vgdW07mss0Ym4ImWor6rBQV4lvKKpHUyKJlUSVYlC+8NLp9eAFyYpBA"
    "vRHQFkWT57/2iwP7ZTD509Xlj6F6MtpfhTr42FUF7chid4Bbz7BAbAXu7OxWPti7z241Bu"
    "qlmy+7SC8NGrGQbHuNno2xrATv0mAteBeBxLeCbhgoV2DicZPdUfGDbQG8kS0EMaoW8JEK"
    "eMYsWjiTcA4x9XyRlYrNxTNu0gKaBDRg0lXW08iieQtqt8yC2s1fULupBdUj4H1snymaQS"
    "2KM9gJ0w2ksGuGfZMy2FFOp8oQR1btB4paD68gDqG3JCPN9ZaOCkKjyKoxruefnU63e9o5"
    "6J68Pj46PT1+fbD0QemiImf09uJH7Y9WxjTtoBRXOGPpLIJ9abIW5jVbJJ8HdSIEFwCpWy"
    "3duGLVwPBg49teA8SmREo8qpSgSRk2Ae1dp2ra3QXfhPOWCov1hnnVso3A6zzKQ8qoHK81"
    "zAnTdpzrPM7xD9slU0Bxk3a30OO7hZb7ANrtQkXbheLTqk77hd5TA2tqv5CR7xXtFxqCRo"
    "X9QuG6ibSd3kKDzRHHfXQzw2pstu8I4mEFHBgpc8wRuQCax7G7OO2YvXdoQ/VW3J+jmyi9"
    "YcYgZavFDqx2v0wd98vU/6N3g7iUfjOrgB3qt2Cvs8eA/j9jZhflxEKLJoU/O86JyTHuHJ"
    "9UyYdFFk3Izmz7kE2bjVlrfXlp/C0WZpUNgGImm4yC6juojwQ9BdQtjEifyNzCowUvE9JH"
    "mVtsQtWJuJ3fEtPlFHMLCvaKqBvRKqUvwGH+dECEZligCLxKki/h2QjKDKEyxxw093L4dE"
    "qVhM5yYF1YSyUhEnXQgAxhXqHDrGtwNt9ARTYXJ+fQ+GN8LoBv/RMQuolqAVlg0JhLd3YS"
    "jOVzvWfzKjUL0p7CpCM0J9D7KoFuqN8IMrftb756DqfBzT9KHuq3B8mfcJC8OqloycQLIB"
    "Ptx6D2Y9BO3pYX+zHomigV/L4UqwiLCnmFDJQqfBUSZEoWwf8t9vyMWzJztZ5wS9YkuGqs"
    "dMQSqLd33+Sk5fIjbTNaVeKXpUEbwDwhgPFn7prZ0VXLNqCpXUCTcr7P5CkUVvAuUifTVy"
    "wLi71FqFbSX3w2dyODOzDXhAyJcvRnf31/MshcPEevPvXPvttHN1PqwUJBYORdGdwLAnMV"
    "yRlhClZbzOSQCD1J0s5mO01keKrf4/fHQMXWn2V9V3tZ8xYua9YjkLlS5rHsrIBgZXls1t"
    "Kol7tkZmKxiSbjeGVRKnPFrD3nst7X5fyTrUXQN/Jw646RH8xVVdiXJi3m62Ee97XVoE9a"
    "tiOw3gi0Vy62Vy7WIG1W0ysXe0RQZ2xlEKFFyV4RC8KRzmMMKB/Q9j9/qRefuCUi+2ac/C"
    "RjzKSBX0Y7x8clco2glZtsNGWJ73TwUlVAeKHeQHQPDw5KoAta+bc76bLEFkvO1GInUdns"
    "bcykzd9WzN8+a2Lv4W/Q7cmq"
)
