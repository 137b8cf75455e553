"""The second factor as the store keeps it: a secret for codes by time (TOTP), and codes for the day the telephone is lost."""

from __future__ import annotations

from collections.abc import Sequence

from voice_agent.store.database import Store
from voice_agent.store.people.attempts import digest


def secret_of(store: Store, user: int, *, pending: bool = False) -> str:
    """The secret in force (or the one that is being set up); '' when there is none. Raises StoreError."""
    column = "totp_pending" if pending else "totp"
    return str(store.value(f"SELECT {column} FROM users WHERE id = ?", (user,)) or "")  # noqa: S608 - one of two names


def propose_secret(store: Store, user: int, secret: str) -> None:
    """Keep a secret until its owner has proven to have it. Raises StoreError."""
    store.write("UPDATE users SET totp_pending = ? WHERE id = ?", (secret, user))


def accept_secret(store: Store, user: int, step: int, codes: Sequence[str]) -> None:
    """From now on the proposed secret counts, with fresh recovery codes. Raises StoreError."""
    with store.transaction():
        store.write("UPDATE users SET totp = totp_pending, totp_pending = '', totp_step = ? WHERE id = ?", (step, user))
        store.write("DELETE FROM recovery_codes WHERE user = ?", (user,))
        store.write_many("INSERT INTO recovery_codes VALUES (?, ?)", [(user, digest(code)) for code in codes])


def drop_secret(store: Store, user: int) -> None:
    """No second factor any more. Raises StoreError."""
    with store.transaction():
        store.write("UPDATE users SET totp = '', totp_pending = '', totp_step = 0 WHERE id = ?", (user,))
        store.write("DELETE FROM recovery_codes WHERE user = ?", (user,))


def use_step(store: Store, user: int, step: int) -> bool:
    """Use a code up: False when it or a later one was used before. Raises StoreError."""
    return store.write("UPDATE users SET totp_step = ?1 WHERE id = ?2 AND totp_step < ?1", (step, user)).rowcount == 1


def use_recovery_code(store: Store, user: int, code: str) -> bool:
    """Use a recovery code up. Raises StoreError."""
    return store.write("DELETE FROM recovery_codes WHERE user = ? AND digest = ?", (user, digest(code))).rowcount == 1


def codes_left(store: Store, user: int) -> int:
    """How many recovery codes are unused. Raises StoreError."""
    return int(store.value("SELECT count(*) FROM recovery_codes WHERE user = ?", (user,)))


def users_with_factor(store: Store) -> set[int]:
    """Who has a second factor. Raises StoreError."""
    return {row["id"] for row in store.rows("SELECT id FROM users WHERE totp <> ''")}
