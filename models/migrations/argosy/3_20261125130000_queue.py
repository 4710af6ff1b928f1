"""The queue: places in it, attempts, groups, removal, and requests that are answered once."""

from urllib.parse import urlsplit

from tortoise import BaseDBAsyncClient

from models.migrations.dialect import column_types

COLUMNS = """
ALTER TABLE "tasks" ADD COLUMN "host" TEXT NOT NULL DEFAULT '';
ALTER TABLE "tasks" ADD COLUMN "kind" VARCHAR(16);
ALTER TABLE "tasks" ADD COLUMN "fingerprint" VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE "tasks" ADD COLUMN "priority" {small} NOT NULL DEFAULT 0;
ALTER TABLE "tasks" ADD COLUMN "position" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "tasks" ADD COLUMN "is_due" {bool} NOT NULL DEFAULT {yes};
ALTER TABLE "tasks" ADD COLUMN "is_group" {bool} NOT NULL DEFAULT {no};
ALTER TABLE "tasks" ADD COLUMN "claimed_at" {time};
ALTER TABLE "tasks" ADD COLUMN "removed_at" {time};
ALTER TABLE "tasks" ADD COLUMN "removal_id" {uuid};
ALTER TABLE "tasks" ADD COLUMN "removed_from" VARCHAR(16);
ALTER TABLE "tasks" ADD COLUMN "removes_files" {bool} NOT NULL DEFAULT {no};
ALTER TABLE "files" ADD COLUMN "url" TEXT;
ALTER TABLE "files" ADD COLUMN "position" INT NOT NULL DEFAULT 0;
ALTER TABLE "files" ADD COLUMN "state" VARCHAR(16) NOT NULL DEFAULT 'COMPLETED';
ALTER TABLE "files" ADD COLUMN "error_code" VARCHAR(32);
ALTER TABLE "files" ADD COLUMN "error_message" TEXT;
CREATE TABLE "attempts" (
    "id" {big_id},
    "number" INT NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "error_code" VARCHAR(32),
    "error_message" TEXT,
    "received" BIGINT NOT NULL,
    "started_at" {time} NOT NULL,
    "ended_at" {time} NOT NULL,
    "task_id" {uuid} NOT NULL REFERENCES "tasks" ("id") ON DELETE CASCADE,
    CONSTRAINT "attempts_task_number" UNIQUE ("task_id", "number")
);
CREATE TABLE "requests" (
    "id" {big_id},
    "key" VARCHAR(255) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "result" {json} NOT NULL,
    "created_at" {time} NOT NULL,
    "owner_id" INT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "requests_owner_key" UNIQUE ("owner_id", "key")
);
"""

# An index for each question that is asked often, of no more rows than it needs.
INDEXES = """
DROP INDEX "tasks_state_due";
DROP INDEX "files_task";
CREATE INDEX "requests_created" ON "requests" ("created_at");
CREATE INDEX "events_task" ON "events" ("task_id", "seq");
CREATE INDEX "files_task_position" ON "files" ("task_id", "position", "id");
CREATE INDEX "tasks_state" ON "tasks" ("state", "id");
CREATE INDEX "tasks_owner_state" ON "tasks" ("owner_id", "state", "id");
CREATE INDEX "tasks_owner_host" ON "tasks" ("owner_id", "host", "id");
CREATE INDEX "tasks_owner_kind" ON "tasks" ("owner_id", "kind", "id");
CREATE INDEX "tasks_owner_name" ON "tasks" ("owner_id", "name" {by_code_point}, "id");
CREATE INDEX "tasks_owner_finished" ON "tasks" ("owner_id", "finished_at", "id")
    WHERE finished_at IS NOT NULL;
CREATE INDEX "tasks_queue" ON "tasks" ("owner_id", "priority" DESC, "position", "id")
    WHERE is_due AND state IN ('PENDING', 'RETRYING');
CREATE INDEX "tasks_queue_host" ON "tasks" ("owner_id", "host", "priority" DESC, "position")
    WHERE is_due AND state IN ('PENDING', 'RETRYING');
CREATE INDEX "tasks_later" ON "tasks" ("due_at")
    WHERE NOT is_due AND state IN ('PENDING', 'RETRYING');
CREATE INDEX "tasks_running" ON "tasks" ("owner_id", "host") WHERE state = 'RUNNING';
CREATE INDEX "tasks_done" ON "tasks" ("owner_id", "fingerprint") WHERE state = 'COMPLETED';
CREATE INDEX "tasks_removed" ON "tasks" ("removed_at", "id") WHERE removed_at IS NOT NULL;
CREATE INDEX "tasks_removal" ON "tasks" ("removal_id") WHERE removal_id IS NOT NULL;
"""

DOWNGRADE = """
DROP INDEX "tasks_removal";
DROP INDEX "tasks_removed";
DROP INDEX "tasks_done";
DROP INDEX "tasks_running";
DROP INDEX "tasks_later";
DROP INDEX "tasks_queue_host";
DROP INDEX "tasks_queue";
DROP INDEX "tasks_owner_finished";
DROP INDEX "tasks_owner_name";
DROP INDEX "tasks_owner_kind";
DROP INDEX "tasks_owner_host";
DROP INDEX "tasks_owner_state";
DROP INDEX "tasks_state";
DROP INDEX "files_task_position";
DROP INDEX "events_task";
DROP TABLE "requests";
DROP TABLE "attempts";
ALTER TABLE "files" DROP COLUMN "error_message";
ALTER TABLE "files" DROP COLUMN "error_code";
ALTER TABLE "files" DROP COLUMN "state";
ALTER TABLE "files" DROP COLUMN "position";
ALTER TABLE "files" DROP COLUMN "url";
ALTER TABLE "tasks" DROP COLUMN "removes_files";
ALTER TABLE "tasks" DROP COLUMN "removed_from";
ALTER TABLE "tasks" DROP COLUMN "removal_id";
ALTER TABLE "tasks" DROP COLUMN "removed_at";
ALTER TABLE "tasks" DROP COLUMN "claimed_at";
ALTER TABLE "tasks" DROP COLUMN "is_group";
ALTER TABLE "tasks" DROP COLUMN "is_due";
ALTER TABLE "tasks" DROP COLUMN "position";
ALTER TABLE "tasks" DROP COLUMN "priority";
ALTER TABLE "tasks" DROP COLUMN "fingerprint";
ALTER TABLE "tasks" DROP COLUMN "kind";
ALTER TABLE "tasks" DROP COLUMN "host";
CREATE INDEX "files_task" ON "files" ("task_id", "id");
CREATE INDEX "tasks_state_due" ON "tasks" ("state", "due_at", "id");
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    types = column_types(db)
    await db.execute_script(COLUMNS.format_map(types))
    await _place(db)
    return INDEXES.format_map(types)


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWNGRADE


async def _place(db: BaseDBAsyncClient) -> None:
    """Give the tasks that there are their hosts, and places in the order of their ids."""
    first, second = ("?", "?") if db.capabilities.dialect == "sqlite" else ("$1", "$2")
    update = f"UPDATE tasks SET position = {first}, host = {second} WHERE id = "  # noqa: S608
    update += "?" if db.capabilities.dialect == "sqlite" else "$3"
    rows = await db.execute_query_dict("SELECT id, url FROM tasks ORDER BY id")
    values = [
        [number << 20, urlsplit(row["url"]).hostname or "", row["id"]]
        for number, row in enumerate(rows)
    ]
    if values:
        await db.execute_many(update, values)
    # What waits for its time is looked at by the time that it waits for.
    no = "0" if db.capabilities.dialect == "sqlite" else "FALSE"
    await db.execute_query(f"UPDATE tasks SET is_due = {no} WHERE state = 'RETRYING'")  # noqa: S608


# What aerich compares the models with when it drafts the next migration.
MODELS_STATE = (
    "eJztXetz2zYS/1cw+tJ0RvU48iO55uZm5MRt3HPiTqxcO206EiRCEkcUoBCgFV0v//vtgm"
    "+JpAm9LDH8klggFgB/C+wLwPLvBnVHQi5OPkrmNn4kfzc4nTL4I1XehJ+zWVyKBYr2HV3R"
    "gxpSV+lL5dKBgsIhdSSDIovJgWvPlC04Vm2TGdQVnAiXzFwxcumUqDFVRMy5JIrKiXwFBY"
    "zgIIgtCTQjsMB2yVA4FnO/k/rZCfZniQF0aPPR9pv2uP3ZY10lRgyqIDB//gXFNrfYFybD"
    "n7NJd2gzx0rhZlvYgC7vqsVMl91w9ZOuiKPudwfC8aY8rjxbqLHgUW2bKywdMc5cqhg2r1"
    "wP4eSe4wSwhwj7I42r+ENM0FhsSD0HmYLU/gDiska3+/6u072/7nS7jRWGhRQJoIOigeDI"
    "bBiq1G8/wiH80Hp+/uL85dnl+UuooocZlbz46ncdA+MTanjedxpf9XOqqF9DYxyDqv9fgf"
    "X1mLrZuIb1l5CFIS8jG+J4uNBO6Zeuw/hIjeHnWasAx/+0P7x+2/7w7Kz1PXYoYDH6S/R9"
    "8KSlHyHUMbSucIygDetvB9qwIMY2Fh17B/f5ZQlwn1/mgouP0uAOXIZgdKlahfgNPFH2lG"
    "XDnKZcAtsKSE/CP44Q+gKoOzfvru877Xe/YvNTKT87Gq925xqftHTpYqn02TJbokbIbzed"
    "twR/kj/u3l9rOIVUI1f3GNfr/NHAMVFPiS4X8y61kpiExWHRV1QAw0lCWmFBnw4mc+pa3Z"
    "UnoiXy6q4+mramyyWU05FmEqKpx+nr53+zRZbaxuJCrT1hi7JKmxM6GDApCdCckJ5lj5hU"
    "PdShqE/v37Z/aF1cEjHUP6EOsTkZsy9N0pu5bGh/gapKkqHtSkUcphTo6Qz9vatetqzKP3"
    "68eWOgyz3Ptk6QZjd6p/HPoccHyCmie8J/zv/V2P+S9fWOvwaTq0u/+iHr9oNSQJfnJRTQ"
    "5XmuAsJHaQXkrw0TeGOKCgK8fQ3vyykTgGOKylmn25+/ciCwjRV4f7m/e58Nb0yxbDTZA0"
    "X+RxxbrrhXRzCPC4BFLFKWUgjos3ft35exfn17d7UspLGBq9py/VYs1ySbMXjTNQpZJCge"
    "j1scATe3EbpY8QXSAK+i+5NwmT3iYKVrkG9gRJQPssyapTDckYH7NZw9YWmsnlw6j0zu5K"
    "SCd7cYGPC+Fm3fv26/uW58fRrnqkPlpJHhXenyZpF7pQOO5fyrO87ApwEUCSWIAwFSZpGh"
    "cDFgCf6PK+ahGwTYqTGhfeEpcHdWvagN2vrEP/EeBb9pOovdriHjA2xNiQnjP0Kjc+FOdK"
    "h07tqKSTKgrrvQVQNSaIoMHAqS3YImey57sCW8aI+MoGsgs6FP9sCAaDCmfMTQo4PJrwAY"
    "HY+likhOZ3IsFLbOSZ+RGY4QI7sWc7FRobGTPTIWwEUyRyLLHg7B5SNDV0z1eDzpUecV6U"
    "kGCklJ/UqSUYdZTUK5RUYCsBKw6AgXfWEtCGcMGtNI9HQEGZzR7pS6E006BuBgnixIf4Hv"
    "ja4kI3P9z5hx3eNAeFzh+wyp7XhAThwKzmifjeA1KGdzbBmmgv3AulMZteoIABh91wBBaF"
    "yICQkd1qZue05thYzoMzVnfn9TcHOH0J/n8+4GCGcOhfex/eGAAPA0vNi2mIPcwB77C3SY"
    "bQHsW/T8tkdaYcNItfOsy7hfT0gbke41P3Gs6DAa1gIP3ZZdy2M9IulC+owD1k/pAjkGHH"
    "VBSL1CcAAieABdB/M/roW8AkigFTAWesAMaHUs0OtHBvUmILTgTzd6iY8fbvUT/BtXJPj+"
    "QwCFufBCPJ60EiP8MOXxxyeuf1nw/o6g1gn5TQ8UFgKbigdYGs96wV84hO/xyYTBLEZySq"
    "Ziyjgg4jcmJDJbACkgFq2/x+MLfzdicdPQjAhEHfyLVdmXGc41nNIhdShvtBjpahotXgKl"
    "0NBUIFf0D63Qc7rQS8u4r25EZt4jMtC8w5DKvD+cJeb9hVTm/cGMs+U4sm/Nug2J1+s6jH"
    "yY9RlSmfcXyonA8NSywKR/LYE2m0WZQyjf+QbzKiFZynVogUIp35Xxwtx0SZbqxPU4R1Oi"
    "dDe+7C7XuAMvYCDGYrlsAlNAZdgNdbpGHVCnoIM6nvyk8WTGRzY3iijHFHXIs0TI03OdVX"
    "Q7sAByAgZ+9UpAWxT6uf69UxyFiyI/t3fvfw6rL4fm0lD7J1NM0I4p9gd44wkExE7gzt6K"
    "ygd7/1tRlYE6MmfKCumIoBKCZNcyejam0gjeiGAteAND4ltBN4xqGYTNkyT7i5uf7grgrZ"
    "z3S8RV/dCXAZ4JihrOZTjDAKQBnkmSGtBlQP2wt4k8jSmqJ1DPygjUs3yBerYiUDGyzLoe"
    "V3aGa1G83bxEuoX95gPDvkrbzUG4yJDFMVV9muCg2euyAbOD6FuawVf2qMA0iqkqo3r+0W"
    "qdnb1onZ5dvrw4f/Hi4uVppINWHxUpo6ubn1EfpXi6qqBSG5Zm8K+Q1jxYjwdKKJqhvoqw"
    "j0jWwvzAFNXToB5tqJshnyKrZ/x62DPXFS6AapmF21NUFTSPt35Hy0dsCkKajowClCuEVU"
    "B736HK+ijsN2G8BmeW1mBzmrL2QA+Zy0vHd0zYvERa8/mQ+RycEV3lcf7NkQTJ/q+OJE5e"
    "9D3bUTaXJ9jtUxy+2MmFkuAcron1kiCp7RZzuyU8+1YW7ujMXb2bbQp1eJy0rAsU1q/CtN"
    "71ZmvyIKYBxEtkFZjUu/Yyk2dt0yjfT6njFAQQE2d0qxJJOWu9uIxiJ/ijKFpy/659e5sR"
    "lE2cmTaIxyaoKgPnngNT/t2UDNyFcBjlOQduI6Il2PtAtSvcwyO4+1WCV3d3tykleHWzrO"
    "U+vru6Bkmt5QdUslU+1CNXeDNzsCOyPcIdlRwt3sHlunWiUSnK2n09ZPc1ffnBhMtpyprL"
    "B89l/+7JCpfzL4akqTa4IHI8nH30OsjqysHLpSb+wjJd7ZqVOQeLmElo0Mk6bFhoAKzQ1l"
    "aAgRWQvqlY6oRn6mZnnbnj0cwd0a3rNL516o506o7ktDqk3B0/2RrWldwdurxZlLsjkkjl"
    "cndgdcxQQHWW4RPSm1E17vk5BhyKp0yI0pmGoywEQcLhJsET7Auiz65iWgTHDjNLZGf22E"
    "lPmDuio3Mb6Ja1U6aTLvgpLnQ+DUy40GcjW18OhsboYOxn8sAHPc91eq+IwPqSDMQ0Tomx"
    "wIY+8XDj7CSRUiJI1mC7QVoP0mOKjoLMD1Nh2cBmnZNBj0Wn+NC5HZj7wFwiKVg5jWi1lM"
    "6+gLiFItDoQrueE11NniSsbwAf4g3gw7/GV6FdJpRBJmCH9Wuw17k1af83K6pZEE0OKapk"
    "8e05mCzHtHVxaeJLxhTV8yK3n+MTFb+JBAnrVwHbfQuQhGVlGlhcIq0ji4ccWazPrH4TbN"
    "5jKpYjWqw7MXNz9/K/rY38rV2pPoYEII3Xd+9+vb3uXL/ZlQO86wh9fUOnvqFTfeGcCOuV"
    "ja0lI4FbDLAdLvCPxNMKNkJUkO16w32QMGn2cUL66D5IYkId0jZIO8iTk7ET0o5T6ORvho"
    "RJqcvvh4SJwKkKNiqC5NCSiAfmviI97k37zI3SNWOV7ySJc4/Px7jPYSviUp69EbLdLnTm"
    "c+Ep3LqIk0ijtRGltXaYRZSAhsNcBY/kBA9ScDOeu0uR2ovwh9v4a2nrwmgboSgIWLHPTO"
    "4l/lewveBzq7wjEBNUKQq7NU8gWHomBmqCpBL7CLUbULsBtRuwqRtwTOmHKqIlD/L6/KEx"
    "pEoRZzBp12Jykq5m8UGzuI6m1NGUOpqSGU25fmA8M5biP2gWRVIYVin7zW3i+4z47TaoeI"
    "KfMfscfkMtCC7oc5N4aBM8oamtJAwWv01FsVQyJkmL9NkQ5hV5nvG57R10sMGXsKDzx05g"
    "+vCZfgsrMY/K9xEuUdPTndiDkekZENSBme0EZp5McR2P32VwkWqvOS0OTU/tOlCAc3gV3P"
    "zcRGH9+pvWG6QgMvdaan/lCPyV+i5cfRduL6vlaO/C3TOl/PdbcVzCR80i10X6lQw2gV02"
    "ZYF/8UAdL+dCW2atx92IXAN8wjKSFxVYLCwrZ9GaBsvT2t87OaKfb2lrbpnYLxFBbcBsYM"
    "B4M2vNU91pytqgOTiDZkX5PpGmUFTBWrQHmboielisLcJqJfWF/iS7AHXggXVAhkwNxqAQ"
    "BNdlFl2QZx87r78/Ib2p7YCgYMB5S/oHdWCuEjljXIG0pVwOmYuTZFXZ7KaLzGM92ENgAk"
    "DDm53p+VYO9Gx4lCRfTyEHMiVlnpedZRCkxGO1RCOKu+XIRJA6wPB7Gimyytx22PMeev53"
    "+4qgr+Sn+/aMvD7BaQZ7RFJjvh7mSV1rBv0yZc2B9TiQsFVKGh4Jijpu9njczJN12OzxsF"
    "liUh1S1OwDAxRl5nZ/+KhZ5Ae5fqXSW/5BfT+zEiUTtsDNd0yxNHBscEC+k02dHmkeXEqY"
    "Uwm/JV44sLJ2+DdqT1+KSORQjy5G3L9t/9C6uMSmNKGmkhNmNfHcwJh9+REa0cmgSF9YC7"
    "93faMCINSDgIa4+MRdNgOzGl8/35lKBlQxWrfsTf2ZvK7+V31f4iC35Z8yKvvU6iUVl21d"
    "XJQIzEKt3Misfnbcn0c4uih48ny5xPGuoJwf9o4p6rj3BnHvOpvJOqw4irh3vZFfb+Qfnk"
    "dyqBv5bebag3Ej6zK3/6TQIaFxncfckXxEN9ier7c4drDF8cBcmZmXKN/2S5BU0O7biZWN"
    "i8oA4aB6BdF9fnpa5nLy6Wn+7WR8tmTfCa5Ylv+Sb1knSGrT2tC0ftKzBl//DzROKOw="
)
