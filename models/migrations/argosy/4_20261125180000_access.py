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
ALTER TABLE "keys" ADD COLUMN "expires_at" {time};
ALTER TABLE "keys" ADD COLUMN "last_used_at" {time};
ALTER TABLE "statistics" ADD COLUMN "added" BIGINT NOT NULL DEFAULT 0;
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
ALTER TABLE "statistics" DROP COLUMN "added";
DROP INDEX "keys_user";
ALTER TABLE "keys" DROP COLUMN "last_used_at";
ALTER TABLE "keys" DROP COLUMN "expires_at";
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
    return UPGRADE.format_map(column_types(db)) + widen


async def downgrade(db: BaseDBAsyncClient) -> str:
    return NARROW.format(text=_text(db), all=FORMERLY_ALL) + DOWNGRADE


# What aerich compares the models with when it drafts the next migration.
MODELS_STATE = (
    "eJztXWtzGzey/Ssofom9xahsyZaT+NZWyY6y0ca2tiz57tauUyTIAUkUhwAzwIjm5vq/325gnu"
    "SQHPAlksYXW8SggZnTGKD7oNHzZ4NGfammZ58Uixo/kT8bgo4Y/FEqb8LP8TgvxQJNO6GpGEMN"
    "Zap0lI5oV0Nhj4aKQVHAVDfiY82lwKpXZAx1pSAyIuNI9iM6InpANZEToYimaqheQwEjeBOEKw"
    "LNSCzgEenJMGDRd8pcO8P+AtmFDrnob7fpz+KzaI+pUhMZBa0BVYO2qQ9PLs55QLggXCtsl2j2"
    "RYN0NHpNJlwPZAzdCehCdmQwJaHsK6zdmZK0OWi8raUetxTrRkybhhWjIQteQ6OkK2MBTfciOS"
    "JJPS66rA2tnqUFmo2NGD5LSJUmmsMDYfFnMRlIxaCVgJEJVQQ0E/wEdyPMA2s6ZHDLE95l2Bhn"
    "Uds8sG3qj1gCSET2zC/FtAZglcE5FvyPmLW07DO4hqPkP79DMRcB+8JU+nM8bPU4C4PSIOIBNm"
    "DKW3o6NmU3Qv9iKqIKO62uDOORyCuPpwCkyGpzobG0zwSLqGbYvI5iHFsiDsNkDKbDzd5pXsXe"
    "YkEmYD0ahzhCUdreQF7WaLU+3N637q7vW63G3OhNJQqjLinqSoEjH25Vmafv4y18f/78xasXP1"
    "xcvvgBqpjbzEpefbVd58BYQQPPh/vGV3OdamprGIxzUM3/c7C+HdCoGte0/gyycMuzyKY4Hi60"
    "I/qlFTLR1wP4eXG+BMf/vfr49terj08uzp9ihxJmJjtffUiunJtLCHUObSRDJ2jT+tuBNi3Isc"
    "3n0b2D+/yyBrjPLxeCi5fK4MKMh2C0qJ6H+Ge4ghNZNcxlyRmwg0T0LP3jCKFfAvX9zfvru/ur"
    "9//A5kdK/REavK7ur/HKuSmdzpQ+mVVL1gj55839rwR/kn/ffrg2cEql+5HpMa93/+8G3hONtW"
    "wJOWnRoIhJWpwWldSMK4vLO5TWf+R3KBYhH3Hs6HCnJ65aYF/xh4o56o2EqYiKBStrUW4G5w4I"
    "7hPobLnY9ovy5vb2XekdeXNzPwPtp/dvrmHSMohDJdB2ccXNcS5Zf/NY34PZVw30nOBagzqB6B"
    "gmp+t/3ZcwT0fvk/dX/3pampve3X74W1q9oJK3727fzKBfMJBdsJ8R88ivizy6HK4rdFlyCyv0"
    "EWni6Bbo1I+sWEV4f6F7VhJb7aXtcg15tsESbZ2zH8/PLy5enT+7uPzh5YtXr17+8Czz0uYvLX"
    "PX3tz8DdePkjLtgoJOcW9Y8OCwoEO7wwmFBWLuijyXi+rOXxqdj2ZLqKB9AyE+txkalsD5jU0b"
    "FbwOFjeX0TpDNq3L6ghCu12mFAGZM9IOeJ8pnZEUd79efX/+8jKlFqAOkiID9qVJ2uOI9fiXti"
    "FUejxSmoRMaxapCoJnF70g13OPfEdXjhlp/8U0xx5YNE2KkPBA9qRJqAjIhIch6SB9gsxLC/kV"
    "8EmMUMT7A020oZTIiItYs5rkyZ+NXJOGTGtZIgT+xZrsC9y+UoB1putUlagivAmzsqWvYsPIgM"
    "rMj69O1MynTzc/O3AzccyDM5TZDY/Q+J9eLLo4yojpCf958dfG/md4a6jbKbs4GZtHP2Su5qAI"
    "hcsXNdyhyxcL3SG8NGOmm/faBd5c4gQB3j5jY+dYF4BziZNjG7c/fs0So+bh/fvd7YdqeHOJWR"
    "ObdzX5PxJytVdDbPdzL2Kx3M+ZdWlmJmlsYNbP8UzkOqo4OkcHTCcOza2h5rKkd2cPWctFU9xV"
    "z7OyXtOHrOmCc1RzS7kg8biMxQFtLc/xEmWA59H9RUaM98VvbGpAvoE7otVE30zMyJGB+zUdPW"
    "lp/jZHdJK50MVBBc8esJDZfYS3V3dvr36+tj73/omee6qGjQqmx5Q3l1E9JjqmHtdzK5ATARQJ"
    "xfCSiIAoCzAGBqNrkAeRk5SSAez0gNAOhsVwPc/obNCWidGhWrPROKeAekx0sTUth0z8BI1OZD"
    "Q0cT2TiGumSJdG0dRUTURNzE1IYWI3kTkRe+BItLRJH7pWJqYnYYO6Ayr6DNklGPwagDHBQ1QT"
    "JehYDaTG1gXpMDLGO8QwpIBF2Kg02Kk2GUjQIpmgUMB7PRYlgT54P7GKafiatO32hSrEBVniSc"
    "L7loYVCcagHa4/C3yEqR0HKDAxXJVlrATetgkComKKt2FiophSrRGNhqb9AaALg2lKOlNtg4BA"
    "bmL+GWCg0IDZeCR86B7lYQziNuKow/rwrFSwCbZsdxZbI5W1GkrQApJtCczQuJRDknJgTdP2hH"
    "IMMYLG9ITZ/kYkZD3oL7YKvgHBcUjhyblIYpRYbHSQxF/BE0KPnSkyfFyCjqdt23bfWOlwp4bt"
    "M2XC1pOKozrazc/CBFAxmtY6I22uWkHM2kTRqbLahfExolNUK6g90himZVGGC9B18pLktVChAA"
    "m0YnhBE7Y1kEhTohbbQ5jZ4M8oe4hPH9+ZK/g3vrZN0u4BKCyCBxL5yFYYswbvBf74LMyvAJ4/"
    "lDQ4I/80NwpvCxvJB3h/nrSTv/AWnuKVIRubMDV4JUZyxAQgYhvDaLHJQIIoIJa9pI6UpVFEbc"
    "7SzDUtI7OEtcRVf0EX5v1z7quVibn3iAp07zCVcu8PR4l7f6mUe38w4rgaZDawW7ep8Hpdp3Sn"
    "W5+plHt/WmoarjF4+H/X7NBOKcZUSqaoxDA205DLnZjJb9ObSAflVm5mgyFemOTqdRhI4fDwzn"
    "PEprNDrU6iWAg0fWp3Y5eReo2H8AAOM2q+RLjAlEg5dkNDx9UhkVrSjd/VetRdLSb6XDjta+US"
    "fuOlxsZLHIXz6C4OfUqqnwS0+455soc/XNDOJfYHeOMRJoidwF29Ib4Y7P1viJ8M1JlRU3eSzg"
    "ROYiLZ9Rw9HlDlBG8mcAqhqbtGN+XiHMj+osj+2P5nuwJ4K6fICmyw5eIc8CxIeDhn4UwZUQc8"
    "iyIe0FlALVnvMp/mEqc3oV7UmVAvFk+oF3MTKlLdrBULzStcixW75GVRv0l+yJvkCWnkqOJcys"
    "c0HbR6I9ZlPOHg6p/dKEqdzNKzhzMc5Wjjwg6qG/xzol4H6+kg279xOrZEq5atepgf2EL1OKhn"
    "O/xuyJfE/IhfD3sWRTJqYUoXJ7q9JHWC5vHWj9ZbxEYwSdO+E0E5J3gKaO+bqvQB+d+E8ZoEUa"
    "2h5rKk90APWcsz8UQuap4R9Xo+ZD0nka3zOl58fq0gsv8DbIXIi07MQ82FOsNuHyP4YifH2pLo"
    "YRfrpSDi7RZ3uyWNgKsLdxZ/53ezXaFO41vrukBp/VMY1rvebC2GYzpAPCN2AoN6115mMe62jP"
    "LdiIbhEgKxEK97KkzKxfmry4w7wR/L2JK791fv3lWQsoXgZQc+tiB1MnDumZjKg8pncF+RiDAN"
    "h99fFsI0BHe/i+AW0xECav1IxlX5ulaAnYntEe6s5GjxTo4ErsNGlSS9+3rI7mv5CISLlsuSXs"
    "sHr+XsBErdgyFlqQ0OiByPZlceB5l/c/C0q4u/MCvnXbM6cbCImYIGw6pgw6UGwJystwIcrIDy"
    "ecVaEZ5FEZ9vZHW+kewYeBlfn3CknHCkOKwOKePIL9zAOpdxxJQ3l2UcyWakehlHsDqmTKDmQz"
    "5npD2m2n6VJ2IhxSiTNPNqmhYh+aZPk5gcGcTErmKehpCnqS6q85HspCebZRaTLZiWjVNmskDY"
    "nBsmCwhmgOiwPjdHhKEx2h3Y/CN4oR1HYfs1kVhfka4c5Tk6ptjQZ5FunJ0Vclwk2SN4lCQjIW"
    "2maT9JRTGSAQc12/y11CT9oDr59k+EuUMUBSunkb0ttdNBIG7pFOh0styMiZYRLwrWO2iMaqrX"
    "gexZr1gtadwfLz7ApLmHdEbwhLawzJvjAHZa34O9zpHMJJFIfao6lTglc3LPTLUa0POXly6Oai"
    "5xei7q9tMYo1XhMoOk9U8B231PIAWzzZW1nBH1tOUh05Y+IPabUPMe87wc0cu6EzN3YaDAtxUl"
    "sLXz2seQXaTx9vb9P95d31//vCsHeNf0vz/+44//nP7kXOAM63JrRZpxiwTb4QK/gk9bssuikw"
    "TgG26ypHnEjxPSlZsshQF1SHssV0kSnoptlqs8P8/inZY0BXf9zZY0NzrVyS5IkgpbEfnAotek"
    "LeJRh0VZcmqs8p0ieTr2yQA3UbgmERXVuyzb7cIkg5exxn2RPGU2WhtZEu+QBURLaDhNhLAiA3"
    "qScJyJhVsgpY0Oe7uN32f2RZy2EZaRgHV3lJNxvdkOwonwf0u2F6y26jsCucApsbBb8wSSV8/F"
    "QC2InMQ+gncDvBvg3YBN3YBjym10IqvkQZ7NPzSFnBLjDCbtWkouynkVH7SKPZvi2RTPplSyKd"
    "cPTFRyKfZCcxmTwrBKTR7lilifET9nBxXP8Mtuf6SflUvIBROUiRGh4AmNuFZws/glLoqlijFF"
    "zkmH9WBckefzLMouOtjgu1/Q+aroSwuf65e/CuOofh/pK+oa3Yk9OJmeiYAnZrZDzDzawnU8fp"
    "fDKa29Jsw4tHVq10QBjuF5cBcnPkrr7z/r0eOM053kN3L3Wry/cgT+ij9o5w/a7eVtOdqDdndM"
    "a/t8c45Leqm5zHVRtpLDJnDERizxLx5oGC84LVdZa7UbsdAAH7KKzEhLLBZWlRBpTYPlce3vnY"
    "ToL7a0jbZc7JdMwBswGxgw8ThYM6q7LOkNmoMzaOYW30daKTTV8C7ybuVakV1cvlqk1WquF+YD"
    "9BKWgxisA9JjujuABUEKUxbQKXny6f7t0zPSHvEQJgoGmg+UDdSBsUrUmAkNsy0VqsciHCTzi8"
    "32uzBBQ6BTDAVKjmJnR7qVjRsykUC022VjbTszpdBb0xyWZnhKugsII8UG4qPFoUJ414lZAeKb"
    "xQl9K0FCG4anLF77UAOVs+8iz73KyChNuac13eIUOst2pC+GGz1aEjuZExR73pdf/KHBZdCf5L"
    "cG94y8iQp1gz0T8Zivh3lx/XaDflbSa2DNjz2hTeQGfSbyuFTcs2ODumAW1rTxChKe9lxNe8bK"
    "s56rWc/CoDok0vMjAxRVZbRGeqm5zI2NbKXaERtJfZt1i5Ihm6Jjh+m3uiEH//E71TSpsybJmZ"
    "IJVfBboZcYVAVobNSecU8L+fWzcy13v159f/7yEpsygkZKDVnQxLCPAfvyEzRiEoWRjgymtndz"
    "IAY9VbwJaEjIzyJiY/Bg8PEX+61FPhzJ1lnH9T/FbAO/++MuBxlV8Zik+mMvLyVa/fzlyxq8Ot"
    "RaSKyba8f96Yyj28QoHg9QeL9zKC/etcgl/LbFBtsWPhnNOqo4im0LH4fh4zAOzyM53DgME3fc"
    "qIzDsJeWuiQqjVuu6ZKEss+TbaeQgitzRtoB74NTMecOWNs/2YkiXSmHHFqUUVoSsR7MFOAJyC"
    "GrOJS/u67Qkbkql9lsyoJNWGDdE5PsGLzQ17N9JjeUNIwSymwDrhOuXvByV+ciThXVShmEetHq"
    "0CKHJo03VLMDIzJd0oWTV+VzEW87F7GPot7hsXb7trvAm0v4qK+VDpPqynHVDtZihymX8A7TJo"
    "HqQYATv8vALoic4NSx/bENBpob45IJnCC8YJbVYrYWz83mmvf6v0GvH619NHPXUfSsrFf1Qau6"
    "4J44Kros6dV80Gr2YQU+rOAASLwDDSu4Fewe5qh7ZKIaFURe6XpzGZsnBWvhdNcyrFZtUs9yYG"
    "nCyz5GsJuPeXHzG1fTMveGEQNl7q2Kv9tCqybmAIkQU8FGFwykCXMf0cCk2xxQhd8/G8LUQ2gf"
    "lD/XyRrMXH3WbAbxDcgzzzzs9byZZ9F2yaL5XAT7p3i8Le1taW9Le1v6m7alP7IuJmyfvsUUw5"
    "VxuoXrS23pKKlpshXXNqWxcrJnLfsm75mEUbLK0G3mQbGI63dQJ0gzoXFdZVzvrJ+Vp0Wt0ekT"
    "yx9FpO3jOxWPvVbseNPHr8Z+Nfar8cJPxcQB19dCR9OqtbhwdelKTLFei0FFXnchvpMjWL4AWb"
    "tGKvhpzp4EPDCBYdhUcEZuNJGxDvmD/dbKCB5AWjHz4ZWI9fDr9loSSiI5mV+Hd9ONYb26EQvg"
    "kTkN20SzMFR26TYc2JM2npqxSLWuOhfBda/9tElKX5xp3/7Wxlug1lSQPWI+CKCg9bYGUaaVTT"
    "PBAzyuY+wBhUlYzR1i3BvTlIcqZ966Ayr6eKoHjwgJQ8JREIAbXWg5LOPYQH+yfvhbaQy0jOwS"
    "km0mCI52048mrtFRIlmzp5WE4Uz7eh2q0NtUj2lT+ZyPJ8mrFOejmqZcUWQtW+7Asvxu+zNMFh"
    "/zy8EDKUt5L6SGF5IbCy5Al6VOEOgf62xs/Lh4Y+PHuY0NH0a5+zDKzORymDCqv4ntAa4C2H8c"
    "b+e52BMHy2ULtCDid0E32AVN3Fan3edcxEO/AfRJepFKG3rx3FKWOsHpZTsz+BxF+kiMHot4d9"
    "CoYvPsleZSJi+vs4rCWwz2Btm8ffbSHWQvfWCRcrTYCiIn+MLvJKsLvlQuNrGtfoLoPn/2rE64"
    "2rNni+PV8NqMAy2Frjy9tdhqKIh4q8HRanjUxezr/wNxBX0v"
)
