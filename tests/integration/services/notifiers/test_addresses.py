"""The URLs of notifiers are sealed, and go along to a new key."""

from pathlib import Path

from services.access.identity import Identity
from services.notifiers.addresses import open_url
from services.notifiers.notifiers import Notifiers
from services.notifiers.wishes import NotifierWish
from services.sealing import Sealer
from services.store.store import Store
from services.tasks.sealed import is_key_awaited, reseal

URL = "json://me:secret-word@hook.example/"


async def test_url_is_stored_sealed_and_resealed(
    store: Store, notifiers: Notifiers, admin: Identity, sealer: Sealer, tmp_path: Path
) -> None:
    before = await is_key_awaited(store)
    made = await notifiers.create(admin, NotifierWish("phone", URL))
    (sealed,) = await store.fetch("SELECT * FROM notifiers")
    during = await is_key_awaited(store)
    done = await reseal(store, sealer)
    sealer.drop(kept=0)
    (resealed,) = await store.fetch("SELECT * FROM notifiers")

    assert (before, during) == (False, True)
    assert "secret-word" not in str(dict(sealed))
    assert done.notifiers == 1
    assert resealed["url"] != sealed["url"]
    fresh = Sealer(tmp_path / "secret.key")
    assert await open_url(fresh, made.id, resealed["url"]) == URL
