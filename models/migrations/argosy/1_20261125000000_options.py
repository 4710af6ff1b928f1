"""What is asked of a task beside its URL, and what a server says of a file."""

from tortoise import BaseDBAsyncClient

from models.migrations.dialect import column_types

UPGRADE = """
ALTER TABLE "tasks" ADD COLUMN "options" {json} NOT NULL DEFAULT '{{}}';
ALTER TABLE "tasks" ADD COLUMN "secrets" TEXT;
ALTER TABLE "files" ADD COLUMN "etag" TEXT;
ALTER TABLE "files" ADD COLUMN "modified_at" {time};
"""

DOWNGRADE = """
ALTER TABLE "files" DROP COLUMN "modified_at";
ALTER TABLE "files" DROP COLUMN "etag";
ALTER TABLE "tasks" DROP COLUMN "secrets";
ALTER TABLE "tasks" DROP COLUMN "options";
"""


async def upgrade(db: BaseDBAsyncClient) -> str:
    return UPGRADE.format_map(column_types(db))


async def downgrade(db: BaseDBAsyncClient) -> str:
    return DOWNGRADE


# What aerich compares the models with when it drafts the next migration.
MODELS_STATE = (
    "eJztXW1z2zYS/isYfbl0xvXY8luuvbkZJXEa9xq7UyvXTl+GgkhQwogEFAC0rOb8328Bii"
    "LFN5OyJMsMvyQWsAtAD1529+ES+tLBYsTl/PCTJKLzHfrSYdgn8MdK+QF8nE7jUl2g8NAz"
    "ggFISCMylEpgW0Ghiz1JoMgh0hZ0qihnWrSHpiDLGeICTQUfCewjNcYK8RmTSGE5kd9DAU"
    "F6EIhKBM1wXUAFcrnnEPEPaeoOdX8Ot6FDykabbzpg9HNALMVHBEQ0MH/8BcWUOeSeyOjj"
    "dGK5lHjOCm7U0Q2YckvNp6bsiqn3RlCPemjZ3At8FgtP52rM2VKaMqVLR4QRgRXRzSsRaD"
    "hZ4HkL2COEw5HGIuEQEzoOcXHg6UnR2uEA4rKOZV3f9K3by75ldTITFmkkgF4U2ZzpyYah"
    "SvPtR3oI33aPTy9OX5+cn74GETPMZcnFQ9h1DEyoaOC57nceTD1WOJQwGMegmv8zsL4dY5"
    "GPaySfQhaGnEY2wnF/ofXxveURNlJj+HjSLcHxv71f3n7o/fLqpPuN7pDDZgy36PWipmuq"
    "NNQxtIJ7taCN5DcDbVQQYxsfHTsH9/i8ArjH54Xg6qpVcG1BNBgWVlmI30GNoj7Jh3lVMw"
    "W2s1A9jP54gdCXQN2/+nh52+99/Fk370v52TN49fqXuqZrSuep0lfpaVk2gn696n9A+iP6"
    "/eb60sDJpRoJ02Ms1/+9o8eEA8UtxmcWdpKYRMVR0YM2AO4kcVrpgiG2JzMsHCtTw7u8SD"
    "Zb5Xf9dAlmeGQmSaNpxhna5/+QeZ7Z1sWlVntC5lWNNkPYtomUCHQO0cChIyLVQNtQbU9v"
    "P/S+7Z6dI+6ajyCDKENjcn+ABlNBXHoPokoilwqpkEeUAjudY7+31cuGTfmnT1fvatjyIK"
    "DOodbZjt3p/MsNmK1nCpme9D+n/+7sfsuGdifcg8ndZb76Ptv2vTJA56cVDND5aaEB0lWr"
    "BijcG3XgjTUaCPDmLXx4TtUBONZonHe6+fUrba7byMD74+3NdT68sUbaaaK2Qv9DHpWZ8O"
    "oFrOMSYDUWK55SBOirj73f0li//enmTfqQ1g28aT3Xr8VzTU6zJm+sWpRFQuNx3uIFzOYm"
    "qItMLLAKcBbd91wQOmLgpRuQr2BEmNl5bk2Khnth4D5Eqycqjc2TwLOly51cVPDdHQIOfG"
    "hFe7dve+8uOw/PE1z1sZx0cqIrU35QFl4ZwrFafHXDCMQ0gCLCSOOAQJU4yOVCE5YQ/wg+"
    "i8IgwE6NER7yQEG4k42intDWn+xPNsAQN/nTOOxyCbN1a4pPCPsOGp1xMTFU6UxQRSSysR"
    "BzI7pQhaaQ7WE42R1ociDIHZXwRQdoBF2DGoU+yR0BJXuM2YjoiA4WvwJgDB+LFZIMT+WY"
    "K906Q0OCpnqEmtl1iNCNcoOdHKAxh1lEM63kUNeFkA+5gvtmPIEMsPc9GkgCBklJ85UkwR"
    "5xDhBmDhpxwIrDpkOMD7kzR4wQaMwgMYAJo3fE8kO1MYDmcYBBR5iL7wn4cD5BUVh5YPqc"
    "Yao0XEOiZoQwXeZDMOoqBCBXjEa/dOLF2THImFkGpdCgwi7RGuQeHHWpoV0u42iRmrVnGV"
    "UL9My6XJwmHaMJC9J8MJYg0RufseU2rNqN0Snpog2unzW4Bs+cslrhdazRxn8V4r9AeFl0"
    "+7ABCrynULwR0Jb5wZe/9ctDkqUb/NPN9Q+ReDpOWYU6fExXB+1YY3eAd57hgNgK3Pm8XD"
    "HYu+flGgP10sxXPaSXCo04SLZ9Rk/HWNaCd6mwFrwLR+JrQTdy8WtwCEmV3ZEIR9sCeCPJ"
    "D4kgM4wwauCZ0GjhTMPpYuoFIo9ELsQzqdICmgY05ADqnKexRvMO1JMqB+pJ8YF6kjlQPQ"
    "LWxwqYojmhRTn3nlLdAPm+Z9g3iXuPOZ06UxxrtY9W9np6BbEJvSM5NNcbOipxjWKtxpie"
    "f3a7JycX3aOT89dnpxcXZ6+PljYoW1VmjN5c/aDt0cqcZg2U4grnHJ1lsC9V1sJ8zw7J50"
    "F9yZnXQ35FrV3x62FPhOACQHXqUb0rWg10zTaeLB0i5hMp8agWOZZRbALau6bJ2pyUr8Jx"
    "kgqL9aZ5VbONfvZ5ll3KqByvNc0p1Xae93meF8ka2TkuTuFMqOw+hzPx1H8YUE9RJg91t8"
    "/x4H8rmZ2LhJg63ktCpfVb6vstybyaigx0UqVNs3w8zXKZhtTmWZblWSaX1T4lWr6nBtZM"
    "oqUpPyhLtHRBokaiZeQ6IK2ncw+xeTf8EA2mWI1Ntp8gHtaUBFLm/XDkAGgex87iNfH8pM"
    "sNtGsSMInCo4HJTxz43KEAn/ZyoESQMM9Ra8IavSMCSUwd3RVdK7VQD69yrp9B2VKLtNc2"
    "1W8fU/32P1+nQSZd7+o6YEfyLdjrpEfRv3NWdhmpHGk0yXXaMaUsx7h7dl6HTo41mhAkbP"
    "vNRm3pazHIC/kmYLvrAyThStXlmlKqLde0z1xT+4Dgq5jmROhSNahIqGwystjfSX0kkCih"
    "UqIo74lMSvSO5MuE9FEmJbGg9olIubwjZsgZJiWsOCijUogWqXyTHwv8IRGa8QDBQ/2e5e"
    "foJU9q3nwM39fUBIXNfZ8qCYPlCM5ZXSoJkaiLhsSFdYWO8+7z23wHNRmSJFkGnT/GkYTw"
    "rf9CpO4is+1Kg5xQoTG3B+4kwCnmT57Nqrwch/BRdipGcwKjrxM8RvKNIEi2nYak13AW3O"
    "IHqpF8eyPOE56b1g8q2mDiBQQT7cPZ9uHsTnbLi304e0uUCr9fJqqIqkrjChkK1XhKK4hP"
    "Fs7/HfaCnOu+C6WecN3nJLwztbLHEoq3l/gVUN3FnraZrTr+y1KhdWCe4MAEU2dNdnRVs3"
    "Vo9s6hyRjfZ7IUCivYi9TOtRXLynJrEYlVtBe/mh95YCS878wlytZpOPqHIKDMwXP06lP/"
    "7TeHaOBTDw4KAjPvhNd66bWK5JQwBactZtIlQi+SrLHZThc5luqP5EV40HDnr6q2q/3ViS"
    "386oSegdyTsijKznMIVo7HZh2N+rhLMxOLpLaaLwGuqLUvAa6XsVF80UUZ9I2862LHyA/n"
    "qi7sS5UW8/UwT9raetCnNdsZWG8G2ruj27uj94A229O7o3tEUHvcyQmEFjUHZVEQjmUei4"
    "CKAW1/xW6/4ok7IvIvyismGRMqDXwy2j07q8A1glQh2WjqUs/pYFPVQHgh3kB0j4+OKqAL"
    "UsWXPeq61B0MnKlFJlFV9jah0vK3NfnbZyX2Hv4PAzKbkQ=="
)
