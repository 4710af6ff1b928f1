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

# An index for each question that is asked often, of no more rows than it needs. A state is
# written as an expression where another index of states would be taken for that question too,
# with all its rows.
INDEXES = """
DROP INDEX "tasks_state_due";
DROP INDEX "files_task";
CREATE INDEX "requests_created" ON "requests" ("created_at");
CREATE INDEX "events_task" ON "events" ("task_id", "seq");
CREATE INDEX "files_task_position" ON "files" ("task_id", "position", "id");
CREATE INDEX "files_of_groups" ON "files" ("path") WHERE url IS NOT NULL AND path <> '';
CREATE INDEX "tasks_state" ON "tasks" ("state", "id");
CREATE INDEX "tasks_owner_state" ON "tasks" ("owner_id", "state", "id");
CREATE INDEX "tasks_owner_host" ON "tasks" ("owner_id", "host", "id");
CREATE INDEX "tasks_owner_kind" ON "tasks" ("owner_id", "kind", "id");
CREATE INDEX "tasks_owner_name" ON "tasks" ("owner_id", "name" {by_code_point}, "id");
CREATE INDEX "tasks_owner_size" ON "tasks" ("owner_id", "total", "id");
CREATE INDEX "tasks_owner_finished" ON "tasks" ("owner_id", "finished_at", "id")
    WHERE finished_at IS NOT NULL;
CREATE INDEX "tasks_queue" ON "tasks" ("owner_id", "is_due", "priority" DESC, "position", "id")
    WHERE state || '' IN ('PENDING', 'RETRYING');
CREATE INDEX "tasks_queue_host"
    ON "tasks" ("owner_id", "is_due", "host", "priority" DESC, "position", "id")
    WHERE state || '' IN ('PENDING', 'RETRYING');
CREATE INDEX "tasks_later" ON "tasks" ("due_at")
    WHERE is_due = FALSE AND state || '' IN ('PENDING', 'RETRYING');
CREATE INDEX "tasks_running" ON "tasks" ("owner_id", "host") WHERE state = 'RUNNING';
CREATE INDEX "tasks_done" ON "tasks" ("owner_id", "fingerprint") WHERE state = 'COMPLETED';
CREATE INDEX "tasks_removed" ON "tasks" ("removed_at", "id") WHERE removed_at IS NOT NULL;
CREATE INDEX "tasks_removal" ON "tasks" ("removal_id", "id") WHERE removal_id IS NOT NULL;
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
DROP INDEX "tasks_owner_size";
DROP INDEX "tasks_owner_name";
DROP INDEX "tasks_owner_kind";
DROP INDEX "tasks_owner_host";
DROP INDEX "tasks_owner_state";
DROP INDEX "tasks_state";
DROP INDEX "files_of_groups";
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
    "eJztXetz2zYS/1cw+tJ0RvU48iO55uZm5MS9+M6JO7Fy7bTuSJAISRxRgEqAVnS9/O+3C7"
    "4pUib0ssTwS2KBWAD8LbAvAMu/GtQdCbk4+SyZ2/iR/NXgdMrgj1R5E37OZnEpFijad3RF"
    "D2pIXaUvlUsHCgqH1JEMiiwmB649U7bgWLVNZlBXcCJcMnPFyKVTosZUETHnkigqJ/INFD"
    "CCgyC2JNCMwALbJUPhWMz9TupnJ9ifJQbQoc1H22/a4/afHusqMWJQBYH5/Q8otrnFvjAZ"
    "/pxNukObOVYKN9vCBnR5Vy1muuyGq590RRx1vzsQjjflceXZQo0Fj2rbXGHpiHHmUsWwee"
    "V6CCf3HCeAPUTYH2lcxR9igsZiQ+o5yBSk9gcQlzW63Y93ne79dafbbSwxLKRIAB0UDQRH"
    "ZsNQpX77EQ7hh9bL81fnr88uz19DFT3MqOTVV7/rGBifUMPzsdP4qp9TRf0aGuMYVP3/Eq"
    "xvx9TNxzWsn0EWhpxFNsTxcKGd0i9dh/GRGsPPs9YKHP/T/vT2ffvTi7PW99ihgMXoL9GP"
    "wZOWfoRQx9C6wjGCNqy/HWjDghjbWHTsHdyXlyXAfXlZCC4+SoM7cBmC0aVqGeJ38ETZU5"
    "YPc5oyA7YVkJ6Efxwh9Cug7tx8uL7vtD/8jM1PpfzT0Xi1O9f4pKVLF5nSF1m2RI2QX246"
    "7wn+JL/dfbzWcAqpRq7uMa7X+a2BY6KeEl0u5l1qJTEJi8Oir6gAhpOEtMKCPh1M5tS1uk"
    "tPREsU1V1+NG1NsyWU05FmEqKpx+nr53+zRZ7axuKVWnvCFmWVNid0MGBSEqA5IT3LHjGp"
    "eqhDUZ/ev2//0Lq4JGKof0IdYnMyZl+apDdz2dD+AlWVJEPblYo4TCnQ0zn6e1e9bFmVf/"
    "58885Al3uebZ0gzW70TuPvQ48PkFNE94T/nP+jsf8l6+sdfw0mV5d+9UPW7QelgC7PSyig"
    "y/NCBYSP0grIXxsm8MYUFQR4+xrel1MmAMcUlbNOtz9/5UBgG0vw/uv+7mM+vDFF1miyB4"
    "r8jzi2XHKvjmAerwAWsUhZSiGgLz60f81i/fb27iorpLGBq9py/VYs1ySbMXjTNQpZJCie"
    "jlscATe3EbpY8gXSAC+j+5NwmT3iYKVrkG9gRJQP8syaTBjuyMD9Gs6esDRWTy6dRyZ3cl"
    "LBu1sMDHhfi7bv37bfXTe+Po9z1aFy0sjxrnR5c5V7pQOO5fyrO87ApwEUCSWIAwFSZpGh"
    "cDFgCf6PK+ahGwTYqTGhfeEpcHeWvagN2nrgD7xHwW+azmK3a8j4AFtTYsL4j9DoXLgTHS"
    "qdu7Zikgyo6y501YAUmiIDh4Jkt6DJnssebQkv2iMj6BrIbOiTPTIgGowpHzH06GDyKwBG"
    "x2OpIpLTmRwLha1z0mdkhiPEyK7FXGxUaOxkj4wFcJHMkciyh0Nw+cjQFVM9Hk961HlDep"
    "KBQlJSv5Jk1GFWk1BuEQHrjXDRF9aCcMagHVs9cHyFhT8PkGAOHiMiiv9yHDaZUwnkCxyG"
    "DjODx9qdUnei2x8DujCZFqS/QHB8urn+Z8y4HtZAeFzhSw+p7XhAThwKHmufjeBdKWdzbB"
    "nmi/3IulMZteoI4AI6uAHM0LgQExJ6tU3d9pzaCrnVZ2rO/P6m4AsPoT/PZ/ANEM4cCm9u"
    "+8MBKeFpHmDbYg7CBXvsL9CrtgXweNHz2x5prQ4j1R62LuN+PSFtZEev+cCxosNoWAvceF"
    "t2LY/1iKQL6XMX5seULpCtwHYXJNmbAGV4AF0HiySuhQwFSKAVsCh6wDZodSwwNIBc7E1A"
    "ssGfbvQSnz/d6if4Ny7bJukNARTmwgvxeGZL3AaAdYE/Hrj+ZcH7O4JaJ+QXPVBYLWwqHm"
    "H9vOgFf+EQvscnEwZTHckpmYop44CI35iQyGwBpIBYtEifDkL81YhlUkMzIpCH8C9WZV9m"
    "ONdw3ofUoVDSsqarabQMCjRHQ1OB8NE/tNYv6EKvP+O+uhGZeY/IQPMOQyrz/nCWmPcXUp"
    "n3BzPOluPICDbrNiRer+swPGLWZ0hl3p8SijprTB77v2t26IsUbSoFIiowjLUYMhmJFn6b"
    "DiKclFsZzAZTPCHkynVoCW7w8sYyYlPpUKoT1+McTZ/S3fhqpFzjDryAgUSNVYQJTAGVYT"
    "fUMdQOAdWKbuoo+LNGwRkf2dwoDh5T1IHaEoFaz3WW0e3AAigIc/jVKwHtqoDV9a+d1bHD"
    "KF51e/fxn2H1bEAxDbV/nsYE7Zhif4A3nkFA7ATu/A20YrD3v4FWGagjo6askI4IKiFIdi"
    "2jZ2MqjeCNCNaCNzAkvhV0w1icQbA/SbK/aP/prgDeyinFRDTYj8UZ4JmgqOHMwhlGRA3w"
    "TJLUgGYB9YP1JvI0pqieQD0rI1DPigXq2ZJAxVA363pc2TmuxepN8gzpFnbJDwz7Km2SB0"
    "EjQxbHVPUZiINmr8sGzA5icGkGX9mjFaZRTFUZ1fO3Vuvs7FXr9Ozy9cX5q1cXr08jHbT8"
    "aJUyurr5J+qjFE+XFVRqB9UM/iXSmgfr8SDavymPfUSyFuYHpqieB/Voh98M+RRZPePXw5"
    "65rnABVMss3J6iqqB5vPWbZT5iUxDSdGQUoFwirALa+w5V1gd4vwnjNThEtQab05S1B3rI"
    "XM6cJzJhc4a05vMh8zk42brM4+L7LgmS/V94SZy86Hu2o2wuT7Db5zh8sZNrMMHpYRPrJU"
    "FS2y3mdkt4Aq4s3NH5u3o32xTq8HxrWRcorF+Fab3rzdbkcUwDiDNkFZjUu/Yyk+du0yjf"
    "T6njrAggJs7rViWSctZ6dRnFTvDHqmjJ/Yf27W1OUDZxeNkgHpugqgycew5MxYfKM7gL4T"
    "DKCw7cxsfh07D3gWpXuIdHcPerBK/u7m5TSvDqJqvlPn+4ugZJreUHVLJVMdQjV3gzc7Aj"
    "sj3CHZUcLd7BlcB1olEpytp9PWT3NX0FwoTLacqaywfP5egGStmLIWmqDS6IHA9nn7wOsr"
    "xy8Larib+QpatdszLnYBEzCQ06eYcNVxoAS7S1FWBgBaTvK5Y64ZkkqfONPJ1vJLoGnsa3"
    "TjiSTjiSnFaHlHHkJ1vDupRxRJc3V2UciSRSuYwjWB1TJlCdG/mE9GZUjXt+0gOH4ikTon"
    "R+5CgtQpAmuUl0jgyiz65ingbHDlNd5Ocj2UlPmMyio5Mt6Ja1U6azQPg5N3QWEMwA0Wcj"
    "W18RhsboYOznH8EHPc91em+IwPqSDMQ0ztGxwIYeeLhxdpLIcRFkj7DdIBkJ6TFFR0Eqiq"
    "mwbGCzThKhx6ITk+hkE8zF3CGSgpXTiFZL6XQQiFsoAo1ulus50dXkScJyF42RTeU6EEPf"
    "K5YrGq+vFx9gks1DuiNYoS0svXIMwA7r12CvcyUzSCRSPlQdUlTJnNxzpFqOaevi0sRRjS"
    "mq56JuP+0pWhUmEiSsXwVs9y1AEmabadQyQ1qHLQ85bFkfiP0m2LzHPC9HtFh3YuYWHhT4"
    "tk4JbO2+9jFkF2m8vfvw8+115/rdrhzgXYf/6+s/9fWf6gvnRMywbGwtGWbcYoDtcIF/Ip"
    "62YpdFBQnAN9xkCfOIHyekT26yJCbUIe2xtIMkPDnbLO04P0/xTkuYgrv8ZkuYG52qYBck"
    "SIUtiXhk7hvS4960z9woOTVW+U6SOB37fIybKLYiLuX5uyzb7UIngxeewn2ROGU2WhtREm"
    "+HWUQJaDhMhPBEBvQg4TjjhVsgqY0Of7iNPzL7IkbbCKuCgBX78uZe4n8rthd8bpV3BGKC"
    "KkVht+YJBEvPxEBNkFRiH6F2A2o3oHYDNnUDjim3UUW05EHezT80hlQp4gwm7VpMTtLVLD"
    "5oFtfRlDqaUkdTcqMp14+M58ZS/AfNVZEUhlXKfoac+D4jfs4OKp7gl93+DD8rFwQX9KFM"
    "PBEKntDUVhIGi1/iolgqGZOkRfpsCPOKvMz5AvkOOtjgu1/Q+VOnL334TL/8lZhH5fsIl6"
    "jp6U7swcj0DAjqwMx2AjPPpriOx+8yuKW114QZh6andh0owDm8DG5x4qOwfv2Z7w3yG5l7"
    "LbW/cgT+Sn3Rrr5ot5fVcrQX7e6ZUv77LTku4aPmKtdF+pUMNoFdNmWBf/FIHa/gtlxura"
    "fdiEIDfMJyMiOtsFhYXkKkNQ2W57W/d3JEv9jS1twysV8igtqA2cCA8WbWmqe605S1QXNw"
    "Bs2S8n0mTaGogrVoD3J1RfRwtbYIq5XUF/oD9ALUgQfWARkyNRiDQhBcl1l0QV587rz9/o"
    "T0prYDgoIB5y3pH9SBuUrkjHEF0pZyOWQuTpJlZbObLnKP9WAPgQkADW92pudbOdCz4VGS"
    "Yj2FHMiVlEVedp5BkBKP1RKNKO6ykYkgL4HhxzpSZJW57bDnPfTijwKugr6S3wXcM/L6BK"
    "cZ7BFJjfl6mCd1rRn0WcqaA+txIGGrlDQ8EhR13OzpuJkn67DZ02GzxKQ6pKjZJwYoytzt"
    "/vBRc5Uf5PqVSm/5B/X9tE2UTNgCN98xf9PAscEB+U42de6leXApYU4l/JZ44cDK2+HfqD"
    "19KSKRoD26GHH/vv1D6+ISm9KEmkpOmNXEcwNj9uVHaERnmiJ9YS383vWNCoBQDwIa4uKB"
    "u2wGZjW+frEzlQyoYrQu6039nryu/kd9X+Igt+WfMyr73OolFZdtXVyUCMxCrcLIrH523N"
    "9eOLooePJ8ucTxLqFcHPaOKeq49wZx7zqbyTqsOIq4d72RX2/kH55Hcqgb+W3m2oNxI+8y"
    "t/9kpUNC4zpPuSPFiG6wPV9vcexgi+ORuTI3L1Gx7ZcgqaDdtxMrGxeVAcJB9Qqi+/L0tM"
    "zl5NPT4tvJ+Cxj3wmuWJ7/UmxZJ0hq09rQtH7WswZf/w8+n386"
)
