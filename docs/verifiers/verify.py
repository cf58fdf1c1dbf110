"""Verifies ComplyWise webhooks in Python 3.8 or newer, without dependencies. See ../wire-format.md."""
import base64
import hashlib
import hmac
import re


def verify(body, headers, secrets):
    """Raises ValueError unless one of the secrets signed the body, which is the bytes exactly as they arrived.

    The headers are a mapping of lower-case names; a repeated one holds its values joined by commas.
    Returns when the attempt was made, in Unix seconds, or None if that was not signed. Then ask is_fresh.
    """
    if not secrets or any(secret in ("", "whsec_") for secret in secrets):
        raise ValueError("a secret is empty")
    expected = ["sha256=" + _mac(secret.encode(), body).hex() for secret in secrets]
    if not _is_among([headers.get("x-complywise-signature", "")], expected):
        raise ValueError("no secret made the signature")

    trio = [headers.get(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")]
    if trio == [None, None, None]:
        return None
    event_id, timestamp, signatures = [value or "" for value in trio]
    prefix = f"{event_id}.{timestamp}."
    entries = signatures.split(" ")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}\.(0|[1-9][0-9]{0,11})\.", prefix) or not all(
        re.fullmatch(r"v[0-9]+[a-z]?,[A-Za-z0-9_+/=-]+", entry) and (entry[:3] != "v1," or len(entry) == 47)
        for entry in entries
    ):
        raise ValueError("the attempt's signature is malformed")
    macs = [_mac(_attempt_key(secret), prefix.encode() + body) for secret in secrets]
    if not _is_among(entries, ["v1," + base64.b64encode(mac).decode() for mac in macs]):
        raise ValueError("no secret made the attempt's signature")
    return int(timestamp)


def is_fresh(happened_at, attempted_at, now):
    """Tells whether a verified event may be handled, once, or could be a replay. All are Unix seconds."""
    if happened_at - now > 5 * 60:
        return False
    if attempted_at is not None:
        return abs(now - attempted_at) <= 5 * 60
    return now - happened_at <= 7 * 24 * 60 * 60


def _attempt_key(secret):
    return base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()


def _mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def _is_among(presented, expected):
    pairs = [(a.encode(errors="replace"), b.encode()) for a in presented for b in expected]
    return any([hmac.compare_digest(a, b) for a, b in pairs])  # a list, so that every pair is compared
