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
CREATE INDEX "tasks_owner_size" ON "tasks" ("owner_id", "total", "id");
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
DROP INDEX "tasks_owner_size";
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
    "eJztXW1z2zYS/isYfWk643oc2XFyzc3NyIl78Z0Td2Ll2mnTkSARkjiiABUAreh6+e+3C7"
    "5LpEzozRLDL4kFYgHwWWDfACz/alA5FGp++kkx2fiR/NXgdMLgj0z5CfycTpNSLNC055mK"
    "PtRQpkpPaUn7GgoH1FMMihym+tKdaldwrNoiU6grOBGSTKUYSjohekQ1ETOuiKZqrF5DAS"
    "M4COIqAs0ILHAlGQjPYfI7ZZ6dYn+O6EOHLh9uv2mfu3/6rKPFkEEVBOb3P6DY5Q77wlT0"
    "czruDFzmORncXAcbMOUdPZ+ashuufzIVcdS9Tl94/oQnladzPRI8ru1yjaVDxpmkmmHzWv"
    "oIJ/c9L4Q9QjgYaVIlGGKKxmED6nvIFKQOBpCUNTqdD3ftzv11u9NpLDEsokgBHRb1BUdm"
    "w1CVefshDuGH5vOLlxevzi8vXkEVM8y45OXXoOsEmIDQwPOh3fhqnlNNgxoG4wRU8/8SrG"
    "9GVObjGtVfQBaGvIhshOPhQjuhXzoe40M9gp/nzRU4/qf18c271sdn583vsUMBizFYoh/C"
    "J03zCKFOoJXCs4I2qr8daKOCBNtEdOwd3OeXJcB9flkILj7KgtuXDMHoUL0M8Vt4ot0Jy4"
    "c5S7kAthOSnkZ/HCH0K6Bu37y/vm+33v+MzU+U+tMzeLXa1/ikaUrnC6XPFtkSN0J+uWm/"
    "I/iT/Hb34drAKZQeStNjUq/9WwPHRH0tOlzMOtRJYxIVR0VfUQEMxilphQU92h/PqHQ6S0"
    "9EUxTVXX40aU4WSyinQ8MkRNOMM9DP/2bzPLWNxSu19pjNyyptTmi/z5QiQHNKuo47ZEp3"
    "UYeiPr1/1/qh+eKSiIH5CXWIy8mIfTkh3alkA/cLVNWKDFypNPGY1qCnc/T3rnrZsir/9O"
    "nmrYUu933XOUWa3eidxt8HPu8jp4jpCf+5+Edj/0s20DvBGkyvLvPqh6zbD0oBXV6UUECX"
    "F4UKCB9lFVCwNmzgTSgqCPD2NXwgp2wATigqZ51uf/6qvsA2luD91/3dh3x4E4pFo8nta/"
    "I/4rlqyb06gnm8AljEImMpRYA+e9/6dRHrN7d3V4tCGhu4qi3Xb8VyTbMZgzcdq5BFiuLx"
    "uMURcHMboYslXyAL8DK6PwnJ3CEHK92AfAMjoryfZ9YshOGODNyv0eyJShP1JOksNrnTkw"
    "re3WFgwAdatHX/pvX2uvH1aZyrNlXjRo53ZcpPVrlXJuBYzr+64wx8GkCRUII4ECBlDhkI"
    "iQFL8H+kmEVuEGCnR4T2hK/B3Vn2ojZo6zP/zLsU/KbJNHG7Boz3sTUtxoz/CI3OhBybUO"
    "lMupop0qdSzk3VkBSaIn2PgmR3oMmuZA+ughftkiF0DWQu9MkeGBD1R5QPGXp0MPk1AGPi"
    "sVQTxelUjYTG1jnpMTLFEWJk12ESGxUGO9UlIwFcJDMkctzBAFw+MpBiYsbjK596r0lXMV"
    "BIWplXUox6zDkhlDtkKAArAYuOcNETzpxwxqAxg0TXRJDBGe1MqBwb0hEAB/NkTnpzfG90"
    "JRmZmX9GjJse+8LnGt9nQF3PB3LiUXBGe2wIr0E5m2HLMBXcB9aZqLhVTwDA6LuGCELjQo"
    "xJ5LCemLZn1NXIiB7TMxb0NwE3dwD9+QHvboBw6lF4HzcYDggA38CLbYsZyA3ssTdHh9kV"
    "wL55N2h7aBQ2jNQ4z6aMB/WEchHp7slnjhU9RqNa4KG7quP4rEsUnauAccD6CZ0jx4CjEo"
    "TUawQHIIIH0HU4/5NayCuABFoBY6ELzIBWRwK9fmRQdwxCC/6U8Ut8+nhrnuDfuCLB9x8A"
    "KEzCC/Fk0iqM8MOUxx+fufnlwPt7gjqn5BczUFgIbCIeYGk864Z/4RC+xydjBrMYySmZiA"
    "njgEjQmFDIbAGkgFi8/h6PL/zVSMRNwzAiFHXwL1ZlX6Y413BKR9SRvDFipGNojHgJlULD"
    "UIFcMT+MQi/owiwt6746MZl9j8hA+w4jKvv+cJbY9xdR2fcHM85Vo9i+tes2Il6v6yjyYd"
    "dnRGXfnxaaemtMHve/a3YYCabQ0jXCx6Z/I/I2m7a5Qyjf+QYTOSXKynXogAYr35W1JNhU"
    "BpTqRPqco+1SuptAWZRr3IMXsJCbiSKwgSmksuyGeh2rDoJ1WNBBHcB+0gA240OXW4WwE4"
    "o6xloixupLbxndNiyAgghFUL0S0K6KNV3/2l4d9otDTbd3H/4ZVV+MBWahDo7C2KCdUOwP"
    "8MYTCIidwJ2/91UM9v73vioDdWzOlBXSMUElBMmuZfR0RJUVvDHBWvCGhsS3gm4URrOI06"
    "dJ9heoP9sVwFs5YJgK5AaxNgs8UxQ1nItwRhFPCzzTJDWgi4AGcXYbeZpQVE+gnpcRqOfF"
    "AvV8SaBiKJt1fK7dHNdi9f72AukWNrgPDPsq7W+H4SJLFidU9fGFg2avZH3mhtG3LIOv3O"
    "EK0yihqozq+VuzeX7+snl2fvnqxcXLly9encU6aPnRKmV0dfNP1EcZni4rqMwOqR38S6Q1"
    "D9bjQbw/Ux77mGQtzA9MUT0N6vEOvh3yGbJ6xq+HPZNSSADVsQu3Z6gqaB5v/VJYgNgEhD"
    "QdWgUolwirgPa+Q5X12dtvwngND0mtweYsZe2BHjKXF84L2bB5gbTm8yHzOTyUuszj4qsq"
    "KZL931VJnbzo+a6nXa5OsdunOHyxkxss4cFfG+slRVLbLfZ2S3T2rSzc8Zm7ejfbFuro/G"
    "pZFyiqX4VpvevN1vRBTAuIF8gqMKl37WWmz9pmUb6fUM9bEUBMndGtSiTlvPnyMo6d4I9V"
    "0ZL7963b25ygbOrMtEU8NkVVGTj3HJgKLsPk4C6ExygvOHAbEy3A3gOqXeEeHcHdrxK8ur"
    "u7zSjBq5tFLffp/dU1SGojP6CSq4uhHkrhT+3Bjsn2CHdccrR4h7f51olGZShr9/WQ3dfs"
    "5QcbLmcpay4fPJeDuydLXC6+GJKl2uCCyPFw9tHrIMsrB2+z2vgLi3S1a1bmHCxipqBBL+"
    "+w4UoDYIm2tgIsrIDsTcVSJzwzNzvrVCGPpgqJr3ln8a1zhWRzhaSn1SElC/nJNbAuJQsx"
    "5SerkoXEEqlcshCsjikRqElrfEq6U6pH3SCpgUfxlAnRJrVxnPYgzHB8QvAE+5yYs6uYh8"
    "Fzo1QW+alEdtITJqtom2QKpmXjlJksD0FODZPAAzM89NjQNZeDoTHaHwWpQ/BB15de9zUR"
    "WF+RvpgkOTjm2NBnHm2cnaZyWITZIVwZ5hEhXabpMEw1MRGOC2w2SSDMWExOEZNMgskHJo"
    "miYOU04tVSOt0D4haJQKsL7WZOdAx5mrC+AXyIN4AP/xpfhXaZUAbZgB3Vr8Fe59ZkmMuj"
    "fDQ5oqiSxbfnYLIa0eaLSxtfMqGonhe5/aSiqPhtJEhUvwrY7luApCwr28DiAmkdWTzkyG"
    "J9ZvWbYPMeU7Ec0WLdiZlbuJf/bW3kb+1K9TEkAGm8uXv/8+11+/rtrhzgXUfo6xs69Q2d"
    "6gvnVFivbGwtHQncYoDtcIF/JJ62YiNEh+m1N9wHibJ0Hyekj+6DpCbUIW2DtMI8OTk7Ia"
    "0khU7xZkiUBbv8fkiUeZzqcKMizEatiHhg8jXpcn/SYzLOD41VvlMkSXY+G+E+h6uJpDx/"
    "I2S7XZhU68LXuHWRZK1GayPOo+0xh2gBDUe5Ch5JQh7m/Ga8cJcisxcRDLfxx8LWhdU2wq"
    "ogYMW+a7mX+N+K7YWAW+UdgYSgSlHYrXkC4dKzMVBTJJXYR6jdgNoNqN2ATd2AY0o/VBEt"
    "eZDX5w+NIVWKOINJuxaT03Q1iw+axXU0pY6m1NGU3GjK9QPjubGU4MHJqkgKwyplP/JNAp"
    "8RPxYHFU/xu2l/Rh9tC4ML5twkHtoET2jiagWDxY9hUSxVjCnSJD02gHlFnud833sHHWzw"
    "6S3o/LETmAF8th/fSs2j8n1ES9T2dCf2YGV6hgR1YGY7gZknU1zH43dZXKTaa06LQ9NTuw"
    "4U4BxeBrc4N1FUv/6I9gYpiOy9ltpfOQJ/pb4LV9+F28tqOdq7cPdM6+D9lhyX6NHJKtdF"
    "BZUsNoElm7DQv3ignl9woS231uNuRKEBPmY5yYtWWCwsL2fRmgbL09rfOzmiX2xpG27Z2C"
    "8xQW3AbGDA+FNnzVPdWcraoDk4g2ZJ+T6RptBUw1p0+7m6In64WltE1UrqC/MNeAHqwAfr"
    "gAyY7o9AIQhuyhw6J88+td98f0q6E9cDQcGA844KDurAXCVqyrgGaUu5GjCJk2RZ2eymi9"
    "xjPdhDaAJAw5ud6flWDvRseJSkWE8hB3IlZZGXnWcQZMRjtUQjirvFyESYOsDyexoZssrc"
    "dtjzHnrxd/tWQV/JT/ftGXlzgtMO9pikxnw9zNO61g76RcqaA+txIGWrlDQ8UhR13OzxuJ"
    "mv6rDZ42Gz1KQ6pKjZRwYoqtzt/ujRySo/SAaVSm/5h/WDzEqUjNkcN98xxVLfc8EB+U6d"
    "mPRIs/BSwowq+K3wwoGTt8O/UXvmUkQqh3p8MeL+XeuH5otLbMoQGio1Zs4JnhsYsS8/Qi"
    "MmGRTpCWce9G5uVACEZhDQEBefuWRTMKvx9YudqXRAFaN1i97U7+nr6n/U9yUOclv+KaOy"
    "T61eMnHZ5osXJQKzUKswMmueHffnEY4uCp4+X65wvEsoF4e9E4o67r1B3LvOZrIOK44i7l"
    "1v5Ncb+YfnkRzqRn6LSbc/auRd5g6erHRIaFLnMXekGNENtufrLY4dbHE8MKly8xIV234p"
    "kgrafTuxsnFRWSAcVq8gus/PzspcTj47K76djM8W7DvBNcvzX4ot6xRJbVpbmtZPetbg6/"
    "8BH6lL6Q=="
)
