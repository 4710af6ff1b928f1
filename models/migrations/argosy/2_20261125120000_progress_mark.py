"""From where on the progress of a task renews its retries."""

from tortoise import BaseDBAsyncClient

UPGRADE = 'ALTER TABLE "tasks" ADD COLUMN "progress_mark" BIGINT NOT NULL DEFAULT 0;'

DOWNGRADE = 'ALTER TABLE "tasks" DROP COLUMN "progress_mark";'


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UPGRADE


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWNGRADE


# What aerich compares the models with when it drafts the next migration.
MODELS_STATE = (
    "eJztXWtz2zYW/SsYfdl0xvXY8ivb7uyMkjiNu43dqZVtp4+hIBKUMKIABQAtq1n/970XFEVKpG"
    "hRlmSZ4RcnBO4BwAMQ98FL6EuDqp7Uk8NPmqnGd+RLQ9Ahg//MlR/A5WiUlGKBod3ACoYgoa1I"
    "VxtFXQOFPg00gyKPaVfxkeFSoGiLjEBWCiIVGSnZU3RITJ8aIsdCE0P1QH8PBYzgIAjXBJqRWM"
    "AV8WXgMfUPbesOsT9PutAhF73NNx0K/jlkjpE9BiJIzB9/QTEXHrtnOr4cDRyfs8Cb44172IAt"
    "d8xkZMuuhHlvBXHUXceVQTgUifBoYvpSzKS5MFjaY4Ipahg2b1SIdIowCKa0xwxHI01EoiGmMB"
    "7zaRjgpCA6GkBS1nCc65u2c3vZdpxGZsJiRIroaZErBU42DFXbu+/hEL5tHp9enL4+OT99DSJ2"
    "mLOSi4eo64SYCGjpuW43Hmw9NTSSsBwnpNp/M7S+7VOVz2ssv8AsDHmR2ZjH/aV2SO+dgIme6c"
    "PlSbOAx/+2fnn7ofXLq5PmN9ihhIcxekSvpzVNW4VUJ9QqGZSiNpbfDLVxQcJtsnXsnNzj8xXI"
    "PT5fSi5WzZPrKoZkONRkKX4HNYYPWT7N88gFsr0p9DD+zwukvoDq9tXHy9t26+PP2PxQ68+B5a"
    "vVvsSapi2dLJS+WpyWWSPk16v2B4KX5Peb60tLp9Smp2yPiVz79waOiYZGOkKOHeqlOYmL46IH"
    "VAD+ILVbYUGXuoMxVZ6TqZFNuUw2WzVsDhdLqKA9O0nIph1npJ//wyZ5ahuLC7X2gE1WVdqCUN"
    "dlWhPAHJKOx3tMmw7qUNSntx9a3zbPzon07SXIEC5In90fkM5IMZ/fg6jRxOdKGxIwY0BP5+jv"
    "bfWyYVX+6dPVuxK6PAy5d4iY7eidxr/8ULg4U8T2hH9O/93Y/SMb6Z3oGUw/XfbW91m375UCOj"
    "9dQQGdny5VQFg1r4CiZ6MMvQmiggRvXsNH+1QZghNE5azTza9f7UpsI0Pvj7c31/n0JohFo4m7"
    "hvyPBFxn3KsXsI4LiEUu5iylmNBXH1u/LXL99qebN4ubNDbwprZcvxbLNT3NGLxxSoUsUojH4x"
    "YvYDY3EbrI+ALzBGfZfS8V4z0BVrol+QpGRIWbZ9YshOFeGLkP8eqJSxP1pOh4ZnKnFxXcu8fA"
    "gI+0aOv2bevdZePheZyrNtWDRo53ZcsPitwrG3Bczb+6EQx8GmCRUII8EIAyj/hSYcAS/B8lx7"
    "EbBNyZPqFdGRpwd7Je1BPa+lP8KToU/KbhKHG7fCZcbM3IARPfQaNjqQY2VDpW3DBNXKrUxIpO"
    "odAUcQMKO7sHTXYUu+MabrRDetA1wDj0ye4YgNw+FT2GHh0sfgPE2HgsNUQLOtJ9abB1QbqMjH"
    "CEGNn1mMJGpeVOd0hfwiySMYI87vvg8hFfyaEdT6hDGnxPOpqBQjLa3pJmNGDeAaHCIz0JXEl4"
    "6IiQXelNiGAMGrNMdGwEGZxRZ0jVwEL7QByskwnpTvC+0ZVkZGz/9JmwPboyFAbvx6c8CAFOAg"
    "rOaJf14DaoYGNsGZYCv2POUM9aDSQQjL7rlEFoXMoBiR3WA9v2mHKDE9FlZsyi/obg5vrQX2hW"
    "9HO/NJJl37Cc2/UDoEhVw/OHCHY/wltHhuNG4uVvV7VjoQ7g7Iqf7lMNi4Slbi+sjkn1Jsdi9o"
    "Cv2o3FFHRRu+3P6raDzc9FKcc9QdSe5QqeZaiCLLtteACW2GWReCWoLbKwL39rFzs7MwP7p5vr"
    "H2LxRQ9onuroBWAZthPE7ghvPMMGsRW68yN+y8nefcSvMlTP1Pyqm/QMUImNZNt79KhPdSl6Z4"
    "C16J0aEl8Lu7HzUCI6kYbsLjxxtC2CN5JWkXJfIw+jBJ8pRE3nIp2xn1eCzzSkJnSR0Ci6UGY/"
    "TRDV21BPVtlQT5ZvqCeZDTVgoH2cUBie41oUR/UXoBsI6+8Z91WK6icxnTJTnKDqlzZ7Pb2KuY"
    "zfsZww1xveKzCNElRlVM8/m82Tk4vm0cn567PTi4uz10czHZStKlJGb65+QH00N6dZBTUXFy5H"
    "fwZaz8F6c2CkoTnqq4j7GWQtzvdMUT0P67P3FuWYn4PVK3497plSUgGpXrlw+xyqgubxxlPhI8"
    "aGsEnTXqkAZQZYBbZ3HaqsM46+CuNVG6rWm+Z5ZO2B7vMs+1xw3V9rmheg9Tzv8zxPU3Gyc7w8"
    "QTcF2X2GbirzohvywHChD7Hb50i+2Ere7jTdqYz1koLUdkt5uyWd27TiW4A0pE6ifTyJdpYKVm"
    "fRFmXRppfVPqXRvueW1kwarS0/KEqj9UGiRBptbDoQxGEmJrVf/h+Szoiavs24VCygGJIgxn79"
    "TzwgLZDUmx4CkJ9Su4F2bXotM7TXsdmnnaH0ONCHVg6U2DRSaiwS1ugdU0RT7mFXfK30Thzeyv"
    "mWlmXHTJOa63TLfUy33P+cqQqpdHyqy5Ady9dkr5Oixv/OWdlFQeUYUSXTacchZd2nzbPzMuHk"
    "BFEFJ2Hb362ipi8VQZ7KV4HbXW8gKVOqbKxpAVrHmvY51lS/IPgqpjnluqzqVKQgm/Qs9ndSH3"
    "EkCkIpsZf3xEhK/AXsy6T00UhKakHtUyDl8o7ZIWciKVHFQVEohaHIyuc0inDYZQojHiB4iF/R"
    "fo4/4eXR1672a1wMULhyOORGw2AlgX0WSzVjmjRJl/mwrshx3mmNm++gZIQkHSyDzh+LkUT0rf"
    "9RKnaReewKnZwIUJmzIXfi4CyPnzybVnk5BuGj0amEzQGMvozzGMtXIkCy7TQkXMNZcpe/UI3l"
    "6/OOnvDetLxTUTsTL8CZqF/O1i9nd/K0vNiXs7fMmOj+Ml5FXFXoV+hIqMRbWsWGbGr839EgzD"
    "nMfanUEw5zHUQn4q5ssUTi9RGNS0Ldyy1tO1tl7JcZoDZgnmDAhCNvzejoPLI2aPbOoMko32fS"
    "FIYaeBa5m6srZpXF2iIWW1Ff/Gp/wkOw6DQ7nxkX03DwZz6gzKMT8upT++03h6Qz5AFsFAxm3o"
    "uOVsO1SvSICQO7LRXaZwoXSVbZbKeLHE31R/qYQ2i48dequqv+TZEt/KYIzkDuTrnMy84zCOa2"
    "x2ptjbjdLUYmpkltJT8CnIPVHwGul7Gx/LCRIuored7Ijpm3J36Wo30GqTlfj/O0ri1H/SKyno"
    "H1ZqA+Gbw+GXwPwmZ7ejJ4iynu9hs5jtC05qDIC6KJzGMe0HJC698o3C9/4o6p/MMKlwcZU5AK"
    "vhltnp2tEGsEqaXBRlu38J4OHqoSDE/FK8ju8dHRCuyC1PIDN7Fu4QwGKcw0k2jV6G0KUsdvS8"
    "ZvnzWw9/B/7O005A=="
)
