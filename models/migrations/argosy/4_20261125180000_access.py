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
    return UPGRADE.format_map(column_types(db)) + widen


async def downgrade(db: BaseDBAsyncClient) -> str:
    return NARROW.format(text=_text(db), all=FORMERLY_ALL) + DOWNGRADE


# What aerich compares the models with when it drafts the next migration.
MODELS_STATE = (
    "eJztXW1zGzeS/isofol9xahsyZaTeOuqZEfZ6GJbW5a82dp1igQ5IIniEGAGGNG8nP/7dQPzSg"
    "7JAd9E0vhiizNoAPM0Buh+0Oj5q0GjvlTTs0+KRY2fyF8NQUcM/ihdb8LP8Ti/ihc07YSmYAwl"
    "lCnSUTqiXQ0XezRUDC4FTHUjPtZcCix6RcZQVgoiIzKOZD+iI6IHVBM5EYpoqobqNVxgBDtBuC"
    "JQjcQLPCI9GQYs+k6Ze2fYXiC70CAX/e1W/Vl8Fu0xVWoio6A1oGrQNuXhycU5DwgXhGuF9RLN"
    "vmiQjkavyYTrgYyhOQFNyI4MpiSUfYWlO1OSVgeVt7XU45Zi3YhpU7FiNGTBa6iUdGUsoOpeJE"
    "ckKcdFl7Wh1rP0gmZjI4bPElKliebwQHj5s5gMpGJQS8DIhCoCmgl+gt4I88CaDhl0ecK7DCvj"
    "LGqbB7ZV/RlLAInInvmlmNYArIL+/j6QKB2xkXxgAXnSTv5qUd1+ineSp6ViSkYyYhblSE5IX0"
    "LdiEveV1s9QG4UYrQYC/5nzFpa9hncwjH4nz/gMhcB+8JU+nM8bPU4C4PSEOUBVmCut/R0bK7d"
    "CP2LKYgDpNPqyjAeibzweApqEllpLjRe7TPBIqoZVq+jGEeuiMMwGeHpYLY9zYvYLhZkAtajcY"
    "jjH6VtB/JrjVbrw+196+76vtVqzL0bqURhTCeXulLgewVdVebp+9iF78+fv3j14oeLyxc/QBHT"
    "zezKq6+26RwYK2jg+XDf+GruU01tCYNxDqr5fw7WtwMaVeOalp9BFro8i2yK4+FCO6JfWiETfT"
    "2AnxfnS3D859XHt79efXxycf4UG5Qw79nZ8ENy59zcQqhzaCMZOkGblt8OtOmFHNt8lt47uM8v"
    "a4D7/HIhuHirDC7MpwgGTEvzEP8Md3CarIa5LDkDdpCInqV/HCH0S6C+v3l/fXd/9f4fWP1IqT"
    "9Dg9fV/TXeOTdXpzNXn8yqJauE/H5z/yvBn+Tftx+uDZxS6X5kWszL3f+7gX2isZYtISctGhQx"
    "SS+nl0pqxnXL5R1Kyz/yOxSLkI84NnS40xNXLbDe+EPFHPVGwlRExYKVtSg3g3MHBPcJdLZcbP"
    "tFeXN7+670jry5uZ+B9tP7N9cwaRnEoRBou7ji5jiXbMt5rO/BqKwGek5wrUGdQHQMk9P1v+5L"
    "mKej98n7q389Lc1N724//D0tXlDJ23e3b2bQL5jfLtjPiHnk10UeHRrXFbosuYUV+og0cXQLdO"
    "qlVqwivL/QPSuJrfbSdrmGPNtgibbO2Y/n5xcXr86fXVz+8PLFq1cvf3iWeWnzt5a5a29u/o7r"
    "R0mZ8wtK7pG7vlhlSf9iHdqLhdRHb1jw0/FCh3aHEwpmwNwdeS4XlZ2/NTofzV6hgvaNkhBN00"
    "9LAv7Gpo0KbhAvN5dRg0M2rcsMCkK7XaYUAZkz0g54nymdEV13v159f/7yMqWnoAwSawP2pUna"
    "44j1+Je2IeV6PFKahExrFqkKknAXrSBfeI+cWVeOGWn/l6mOPbBomlxCWgsZuCahIiATHoakgx"
    "QcMmIt5OiQSjMcG+8PNNGGliQjLmLNalJkfzVyTRpCtmXpLvgXS7Iv0H2lAOtM16kqUUXYCWO/"
    "pG9+w8iAysyPr04E3KdPNz87MHBxzIMzlNkNW9T4Wy8WXRxlxLSE/7z478b+pxvrjtn5ozgzmE"
    "c/ZEbuoGijyxc1nN7LFwudXrw144yZ99oF3lziBAHePi9n51gXgHOJk+OUtz9+zRKj5uH9n7vb"
    "D9Xw5hKz9h7vavJ/JORqr+b27udexGK5NzvruM5M0ljBrDfr+eaTtbqLagbTiUN1a6i5LOl9q0"
    "PWctEUd9XzrKzX9CFruuAc1QwcKEg8Li91QAEEc7xEGeB5dH+REeN98RubGpBvoEe0ms6diTs6"
    "MnC/pqMnvZq/zRGdZC50cVDBswcsZHa36O3V3durn6+tz71/oueeqmGjgukx15vLqB4T0FOP67"
    "kVyIkAioRiiFJEQJQFGEeFsUPIg8hJSskAdnpAaAdDq7ieZ3Q2qMvEeVGt2WicU0A9JrpYm5ZD"
    "Jn6CSicyGprYsEnENVOkS6NoaoomoiZuK6QwsZvorog9cCRa2qQPTSfxT5YN6g6o6DNkl2Dwaw"
    "DGBKBRTZSgYzWQGmsXpMPIGHuIoWwBi7BSabBTbTKQoEUyQaGA93osSoLFsD+ximn4mrTtJpUq"
    "xJZZ4knC+5YGawnGoB6uPwt8hKkdBygwMVyVZawEdtsEklExxW6YuDqmVGtEo6GpfwDojjDyqz"
    "PVNpAM5CbmnwEGmw2YjWnDh+5RHsYgbiPBOqwPz0oFm2DNdv+4NVJZraEELSDZlsAMlUs5JCkH"
    "1jR1TyjHMDWoTE+YbW9EQtaD9mKr4BsQHIcUnpyLJM6NxUYHSQwfPCG02Jkiw8cl6HjatnX3jZ"
    "UOPTVsn7kmbDmpOKqj3fwsTGAbo2mpM9LmqhXErE0UnSqrXRgfIzpFtYLaI42hfhZluAFNJy9J"
    "XgoVCpBALYYXNKF/A4k0JWqxPYSZDf6Msof49PGduYN/42vbJO0egMIieCCRj2yFcY/wXuCPz8"
    "L8CuD5Q0mDM/K76eiyKL8hG5tQR3glRnLEBCBiK8OIw8lAgigglr2kjpSlUURtztLMNS0js4S1"
    "xFV/QRPm/XNuq5WJubeICnRvMJVybw9HiXt7qZR7ezDiuBpkNrBbs6nwek2ndKdbm6mUe3taah"
    "quMXj4/67ZoJ1SjKmUTFGJYWymIZeemMlv006kg3IrndlgiBcmuXoNBlI4PLzzHLHp7FCrkSgW"
    "Ak2f2s3YZaRe5SE8gMOMWt48rgtTIuXYDA0dV4dEakkzflfrUXe1mOhz4bSvlUv4jZcaGy9xFM"
    "6juzjALSl+EtDuO7LNHiByQTuX2B/gjUeYIHYCd/WG+GKw978hfjJQZ0ZN3Uk6EziJiWTXc/R4"
    "QJUTvJnAKQQg7xrdlItzIPuLIvtj+5/tCuCtnBUssMGWi3PAsyDh4ZyFM2VEHfAsinhAZwG1ZL"
    "3LfJpLnN6EelFnQr1YPKFezE2oSHWzViw0r3AtVuySl0X9Jvkhb5InpJGjinMpH9N00OqNWJfx"
    "hIOrf0KnKHUyS8+eT+qUdlDd4J8T9TpYTwfZ/o3T4TRatWzVw/zAFqrHQT3b4XdDviTmR/x62L"
    "MoklEL0wI50e0lqRM0j7eeQMEiNoJJmvadCMo5wVNAe99UpQ/I/yaM1ySIag01lyW9B3rIWp6J"
    "J3JR84yo1/Mh6zmJbJ3X8eLzawWR/R9gK0RedGIeai7UGTb7GMEXOznWlkQPu1gvBRFvt7jbLW"
    "kEXF24s/g7v5vtCnUa31rXBUrLn8Kw3vVmazEc0wHiGbETGNS79jKLcbdllO9GNAyXEIiFeN1T"
    "YVIuzl9dZtwJ/ljGlty9v3r3roKULQQvO/CxBamTgXPPxFQeVD6D+4p0k2k4/P5yTaYhuPtdBL"
    "eYdBJQ60cyrsrKtgLsTGyPcGdXjhbv5EjgOmxUSdK7r4fsvvrMe9+MlrMTKHUPhpSlNjggcjya"
    "XXkcZP7NwdOuLv7CrJx3zerEwSJmCioMq4INlxoAc7LeCnCwAsrnFWtFeBZFfL6R1flGsmPgZX"
    "x9wpFywpHisDqkjCO/cAPrXMYRc725LONINiPVyziCxTFlAjXfHjoj7THV9stOEQspRpmkmVfT"
    "tAjJd6GaxOTIICZ2FfM0hDxNdVGdj2QnLdkss5hswdRsnDKTBcLm3DBZQDADRIf1uTkiDJXR7s"
    "DmH8Eb7TgK26+JxPKKdOUoz9ExxYo+i3Tj7KyQ4yLJHsGjJBkJaTNN+0kqipEMOKjZ5q+lJukH"
    "1cn3oyLMHaIoWDmN7G2pnQ4CcUunQKeT5WZMtIx4UbDeQWNUU70GZM96xWpJ5f548QEmzT2kM4"
    "IntIVl3hwHsNPyHux1jmQmiUTqU9WpxCmZk3tmqtWAnr+8dHFUc4nTc1G3n8YYrQqXGSQtfwrY"
    "7nsCKZhtrqzljKinLQ+ZtvQBsd+EmveY5+WIXtadmLkLAwW+rSiBrZ3XPobsIo23t+//8e76/v"
    "rnXTnAu6b//fEff/zn9CfnAmdYl1sr0oxbJNgOF/gVfNqSXRadJADfcJMlzSN+nJCu3GQpDKhD"
    "2mO5SpLwVGyzXOX5eRbvtKQpuOtvtqS50alOdkGSVNiKyAcWvSZtEY86LMqSU2OR7xTJ07FPBr"
    "iJwjWJqKjeZdluEyYZvIw17ovkKbPR2siSeIcsIFpCxWkihBUZ0JOE40ws3AIpbXTY7jb+mNkX"
    "cdpGWEYC1t1RTsb1ZjsIJ8L/LdlesNqq7wjkAqfEwm7NE0hePRcDtSByEvsI3g3wboB3AzZ1A4"
    "4pt9GJrJIHeTb/0BRySowzmLRrKbko51V80Cr2bIpnUzybUsmmXD8wUcml2BvNZUwKwyI1eZQr"
    "Yn1G/JwdFDzDL7v9mX5WLiEXTFAmRoSCJzTiWkFn8UtcFK8qxhQ5Jx3Wg3FFns+zKLtoYIPvfk"
    "Hjq6IvLXyuX/4qjKP6baSvqGt0J7bgZHomAp6Y2Q4x82gL1/H4XQ6ntPaaMOPQ1qldEwU4hufB"
    "XZz4KC2//6xHjzNOd5LfyN1r8f7KEfgr/qCdP2i3l7flaA/a3TGt7fPNOS7preYy10XZQg6bwB"
    "EbscS/eKBhvOC0XGWp1W7EQgN8yCoyIy2xWFhVQqQ1DZbHtb93EqK/2NI22nKxXzIBb8BsYMDE"
    "42DNqO6ypDdoDs6gmVt8H2ml0FTDu8i7lWtFdnP5apEWq7lemA/QS1gOYrAOSI/p7gAWBCnMtY"
    "BOyZNP92+fnpH2iIcwUTDQfKBsoA6MVaLGTGiYbalQPRbhIJlfbLbfhAkaAp1iKFByFDs70q1s"
    "3JCJBKLdLhtr25i5Cq01zWFphqeku4AwUmwgPlocKoS9TswKEN8sTuhbCRLaMDxl8dqHGqicfR"
    "d57lVGRmnKPa3pFqfQWbYjfTHc6NGS2MmcoNjzvvziDw0ug/4kvzW4Z+RNVKgb7JmIx3w9zIvr"
    "txv0s5JeA2t+7AltIjfoM5HHpeKeHRvUBbOwpo1XkPC052raM1ae9VzNehYG1SGRnh8ZoKgqoz"
    "XSW81lbmxkC9WO2EjK26xblAzZFB07TL/VDTn4j9+ppkmdNUnOlEyogt8KvcSgKkBjo/qMe1rI"
    "r5+da7n79er785eXWJURNFJqyIImhn0M2JefoBKTKIx0ZDC1rZsDMeipYiegIiE/i4iNwYPBx1"
    "/stxb5cCRbZx3X/xSzDfzhj7scZFTFY5Lqj728lGj185cva/DqUGohsW7uHfenM45uE6N4PEBh"
    "f+dQXrxrkUv4bYsNti18Mpp1VHEU2xY+DsPHYRyeR3K4cRgm7rhRGYdhby11SVQat1zTJQllny"
    "fbTiEFV+aMtAPeB6dizh2wtn+yE0W6Ug451Cij9ErEejBTgCcgh6ziUP7umkJH5qp8zWZTFmzC"
    "AuuemGTH4IW+nm0z6VBSMUoosw24Trh6wctdnYs4VVQrZRDqRatDjRyqNN5QzQaMyHRJE05elc"
    "9FvO1cxD6KeofH2u3b7gJvLuGjvlY6TKorx1U7WIsdplzCO0ybBKoHAU78LgO7IHKCU8f2xzYY"
    "aG6MSyZwgvCCWVaL2Vo8N5t73uv/Br1+tPbRzF1H0bOyXtUHreqCe+Ko6LKkV/NBq9mHFfiwgg"
    "Mg8Q40rOBWsHuYo+6RiWpUEHml+81lbJ4UrIXTXcuwWrVJPcuBpQkv+xjBbj7mxc1vXE3L3BtG"
    "DJS5tyr+bgu1mpgDJEJMARtdMJAmzH1EA5Nuc0AVfv9sCFMPoX1Q/lwjazBz9VmzGcQ3IM8887"
    "DX82aeRdsli+ZzEeyf4vG2tLelvS3tbelv2pb+yLqYsH36FlMMV8bpFu4vtaWjpKTJVlzblMbC"
    "yZ617Ju8ZxJGySpDt5kHxSKu30GZIM2ExnWVcb2zdlaeFrVGp08sfxSRto/vVDz2WrHjTR+/Gv"
    "vV2K/GCz8VEwdcXwsdTavW4sLdpSsxxXItBgV53YX4To5g+QJk7Rqp4Kc5exLwwASGYVXBGbnR"
    "RMY65A/2WysjeABpxcyHVyLWw6/ba0koieRkfh3eTTOG9epGLIBH5jRsE83CUNml23BgT9p4as"
    "Yi1brqXATXvfbTJil9caZ9+1sbu0CtqSB7xHwQQEHtbQ2iTCubZoIHeFzH2AMKk7CaHmLcG9OU"
    "hypn3roDKvp4qgePCAlDwlEQgI4utByWcWygP1k//K00BlpGdgnJNhMER7vpRxPXaCiRrNnSSs"
    "Jwpn69DlXobarHtKl8zseT5FWK81FNU64ospYtd2BZfrf9GSaLj/nl4IGUpbwXUsMLyY0FF6DL"
    "UicI9I91NjZ+XLyx8ePcxoYPo9x9GGVmcjlMGNXfxPYAVwHsP46381zsiYPlsgVaEPG7oBvsgi"
    "Zuq9Pucy7iod8A+iS9SKUNvXhuKUud4PSynRl8jiJ9JEaPRbw7aFSxefZOcymTl5dZReEtBnuD"
    "bN4+e+kOspc+sEg5WmwFkRN84XeS1QVfKheb2BY/QXSfP3tWJ1zt2bPF8Wp4b8aBlkJXnt5abD"
    "UURLzV4Gg1POpi9vX/AbSBOe4="
)
