"""Makes vectors.json: what receivers compute that make a mistake. `python3 make.py > vectors.json`

Nothing here is of this project, so that the check of signatures is tried against somebody else's HMACs and JSON.
"""

import base64
import hashlib
import hmac
import json
import sys

NEWEST = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2p7n1m5+3fQ="
OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDfEOdm/AhJDs="
EXPIRED = "whsec_UGxlYXNlLCBuZXZlciB1c2UgdGhpcyBzZWNyZXQhISE="
GONE = "a secret that is not kept any more"
PLAIN = "0123456789abcdef0123456789ABCDEF 'plain'"
EVENT_ID = "5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77"

EVENT = {
    "event": "evidence.uploaded",
    "event_id": EVENT_ID,
    "timestamp": "2026-03-01T12:00:00.000Z",
    "data": {
        "file_name": "Prüfung <Q1> & „Q2“ 漢 😀.pdf",
        "url": "https://example.com/a/b",
        "size": 1024,
        "score": 87.5,
        "it's": 'a "quote"',
        "tags": ["b", True, None, {}, [], {"z": 1, "a": 2}],
    },
}
COMPACT = (",", ":")
TEXT = json.dumps(EVENT, separators=COMPACT, ensure_ascii=False)
BODY = TEXT.encode()


def mac(secret, body, algorithm="sha256"):
    key = secret if isinstance(secret, bytes) else secret.encode()
    message = body if isinstance(body, bytes) else body.encode()
    return hmac.new(key, message, algorithm).digest()


def header(digest):
    return "sha256=" + digest.hex()


def decoded(secret):
    return base64.b64decode(secret.removeprefix("whsec_"))


def v1(digest):
    return "v1," + base64.b64encode(digest).decode()


def attempt(number, timestamp, secrets):
    prefix = f"{EVENT_ID}.{timestamp}.".encode()
    keys = [decoded(secret) if secret.startswith("whsec_") else secret for secret in secrets]
    return {
        "number": number,
        "signature": header(mac(secrets[0], BODY)),
        "webhookId": EVENT_ID,
        "webhookTimestamp": timestamp,
        "webhookSignature": " ".join(v1(mac(key, prefix + BODY)) for key in keys),
    }


ATTEMPTS = [attempt(1, "1772366400", [GONE]), attempt(2, "1772366465", [NEWEST, OLD])]
PREFIX = f"{EVENT_ID}.1772366465.".encode()

SUBSCRIPTIONS = {
    "rotated": {
        "secrets": [
            {"value": NEWEST, "hint": "3fQ=", "state": "newest"},
            {"value": OLD, "hint": "JDs=", "state": "old"},
            {"value": EXPIRED, "hint": "ISE=", "state": "expired"},
        ],
        "attempts": ATTEMPTS,
    },
    "plain": {"secrets": [{"value": PLAIN, "hint": "", "state": "newest"}], "attempts": []},
}

vectors = []


def vector(name, code, signature, *, is_valid=False, says="", body=None, subscription="rotated", is_certain=True):
    vectors.append(
        {
            "name": name,
            "subscription": subscription,
            "signature": signature,
            **({} if body is None else {"body": body}),
            "code": code,
            "isValid": is_valid,
            "isCertain": is_certain,
            "says": says,
        }
    )


RIGHT = mac(NEWEST, BODY)
B64 = base64.b64encode(RIGHT).decode()
URL64 = base64.urlsafe_b64encode(RIGHT).decode()

# Right, however it is written.
vector("the header", "valid", header(RIGHT), is_valid=True)
vector("the header with its name, in white space", "valid", f" X-ComplyWise-Signature: {header(RIGHT)}\n", is_valid=True)
vector("the header in quotes", "valid", f'"{header(RIGHT)}"', is_valid=True)
vector("with a secret of text", "valid", header(mac(PLAIN, BODY)), is_valid=True, subscription="plain")
vector("digits without sha256=", "prefix_missing", RIGHT.hex())
vector("digits in capitals", "uppercase_hex", RIGHT.hex().upper())
vector("digits in capitals after sha256=", "uppercase_hex", "sha256=" + RIGHT.hex().upper())
vector("base64", "base64_instead_of_hex", B64)
vector("base64 after sha256=", "base64_instead_of_hex", "sha256=" + B64)
vector("base64url", "base64_instead_of_hex", URL64)
vector("base64url without padding", "base64_instead_of_hex", URL64.rstrip("="))
vector("base64 after v1,", "base64_instead_of_hex", "v1," + B64)
vector("hexadecimal of the digits", "encoded_twice", RIGHT.hex().encode().hex())
vector("base64 of the digits", "encoded_twice", base64.b64encode(RIGHT.hex().encode()).decode())
vector("digits with colons", "malformed", ":".join(f"{byte:02x}" for byte in RIGHT), says="between")
vector("a Buffer as Node prints it", "malformed", "<Buffer " + " ".join(f"{byte:02x}" for byte in RIGHT) + ">", says="between")

# Of an attempt.
vector("webhook-signature of the last attempt", "valid_attempt", ATTEMPTS[1]["webhookSignature"], is_valid=True, says="attempt 2")
vector("webhook-signature by the old secret alone", "valid_attempt", v1(mac(decoded(OLD), PREFIX + BODY)), is_valid=True, says="attempt 2")
vector("webhook-signature by a secret that is gone", "valid_attempt", ATTEMPTS[0]["webhookSignature"], is_valid=True, says="attempt 1")
vector("webhook-signature without v1,", "valid_attempt", ATTEMPTS[1]["webhookSignature"].split()[0][3:], is_valid=True)
vector("webhook-signature in hexadecimal", "valid_attempt", mac(decoded(NEWEST), PREFIX + BODY).hex(), says="base64")

# Parts.
vector("the first half", "truncated", "sha256=" + RIGHT.hex()[:32])
vector("the last half", "truncated", RIGHT.hex()[32:])
vector("63 digits", "truncated", header(RIGHT)[:-1])
vector("ten digits", "truncated", RIGHT.hex()[:10], is_certain=False)
vector("base64 cut off", "truncated", B64[:30])
vector("half of a webhook-signature", "truncated", ATTEMPTS[1]["webhookSignature"].split()[0][:30])
vector("the first half by the old secret", "truncated", mac(OLD, BODY).hex()[:32])

# No signature.
vector("nothing", "malformed", "", says="Nothing", is_certain=False)
vector("undefined", "malformed", "undefined", is_certain=False)
vector("a sentence", "malformed", "it does not work!", is_certain=False)
vector("the secret", "secret_pasted", NEWEST, is_certain=False)
vector("the secret without whsec_", "secret_pasted", NEWEST.removeprefix("whsec_"), is_certain=False)
vector("the old secret in quotes", "secret_pasted", f'"{OLD}"', is_certain=False)

# Another secret.
vector("the old secret", "secret_old", header(mac(OLD, BODY)), says="JDs=")
vector("an expired secret", "secret_expired", header(mac(EXPIRED, BODY)), says="ISE=")
vector("a secret that is gone, as attempt 1 carried", "secret_expired", ATTEMPTS[0]["signature"], is_valid=True, says="Attempt 1")
vector("the secret without whsec_ as the key", "secret_prefix_missing", header(mac(NEWEST.removeprefix("whsec_"), BODY)))
vector("the secret decoded from base64", "secret_decoded", header(mac(decoded(NEWEST), BODY)), says="base64")
vector("the secret decoded, in base64", "secret_decoded", v1(mac(decoded(NEWEST), BODY)))
vector("the old secret decoded", "secret_decoded", header(mac(decoded(OLD), BODY)), says="old one")
vector("webhook-signature with the text of the secret", "secret_not_decoded", v1(mac(NEWEST, PREFIX + BODY)), says="attempt 2")
for words, changed in [
    ("a line break", NEWEST + "\n"),
    ("CR and LF", NEWEST + "\r\n"),
    ("\\n spelled out", NEWEST + "\\n"),
    ("a space", NEWEST + " "),
    ("a space before it", " " + NEWEST),
    ("a byte order mark", "\ufeff" + NEWEST),
]:
    vector(f"the secret with {words}", "secret_whitespace", header(mac(changed, BODY)))
vector("a secret of text without its spaces", "secret_whitespace", header(mac(PLAIN.replace(" ", ""), BODY)), subscription="plain")
vector("the secret in double quotes", "secret_quoted", header(mac(f'"{NEWEST}"', BODY)))
vector("the secret in single quotes", "secret_quoted", header(mac(f"'{NEWEST}'", BODY)))
vector("a secret of text without its quotes", "secret_quoted", header(mac(PLAIN.replace("'", ""), BODY)), subscription="plain")
vector("whsec_ before a secret of text", "secret_altered", header(mac("whsec_" + PLAIN, BODY)), subscription="plain")
vector("the secret encoded in base64", "secret_altered", header(mac(base64.b64encode(NEWEST.encode()), BODY)))
vector("the secret encoded in hexadecimal", "secret_altered", header(mac(NEWEST.encode().hex(), BODY)))
vector("the secret in lower case", "secret_altered", header(mac(NEWEST.lower(), BODY)))
vector("the secret in UTF-16", "secret_altered", header(mac(NEWEST.encode("utf-16-le"), BODY)))
vector("the secret without padding", "secret_altered", header(mac(NEWEST.rstrip("="), BODY)))
vector("an empty secret", "secret_empty", header(mac("", BODY)), says="empty")
vector("undefined as the secret", "secret_empty", header(mac("undefined", BODY)), says="undefined")
vector("None as the secret", "secret_empty", header(mac("None", BODY)))

# Another function.
vector("SHA-256 without a secret", "no_secret", header(hashlib.sha256(BODY).digest()))
vector("Content-Digest", "no_secret", base64.b64encode(hashlib.sha256(BODY).digest()).decode())
vector("MD5 without a secret", "no_secret", hashlib.md5(BODY).hexdigest(), says="MD5")
for algorithm in ["md5", "sha1", "sha224", "sha384", "sha512"]:
    vector(f"HMAC with {algorithm}", "other_algorithm", mac(NEWEST, BODY, algorithm).hex())
    vector(f"HMAC with {algorithm} after its name", "other_algorithm", f"{algorithm}={mac(NEWEST, BODY, algorithm).hex()}")
vector("HMAC with sha1 in base64", "other_algorithm", base64.b64encode(mac(NEWEST, BODY, "sha1")).decode())
vector("HMAC with sha384 in base64", "other_algorithm", base64.b64encode(mac(NEWEST, BODY, "sha384")).decode())
vector("HMAC with sha1 of something else", "other_algorithm", mac("?", "?", "sha1").hex(), is_certain=False, says="20 bytes")
vector("key and text the wrong way round", "arguments_swapped", header(mac(BODY, NEWEST)))
vector("SHA-256 of secret and body", "not_hmac", header(hashlib.sha256(NEWEST.encode() + BODY).digest()))
vector("SHA-256 of body and secret", "not_hmac", header(hashlib.sha256(BODY + NEWEST.encode()).digest()))
vector("HMAC of the digits of the SHA-256", "hashed_twice", header(mac(NEWEST, hashlib.sha256(BODY).hexdigest())))
vector("HMAC of the SHA-256", "hashed_twice", header(mac(NEWEST, hashlib.sha256(BODY).digest())))
vector("SHA-256 of the digits of the HMAC", "hashed_twice", header(hashlib.sha256(RIGHT.hex().encode()).digest()))
vector("SHA-256 of the HMAC", "hashed_twice", header(hashlib.sha256(RIGHT).digest()))

# More than the body.
vector("the time before the body", "covers_timestamp", header(mac(NEWEST, b"1772366465." + BODY)), says="the time of attempt 2")
vector("the time of the first attempt", "covers_timestamp", header(mac(NEWEST, b"1772366400." + BODY)), says="attempt 1")
vector("the time before the body, key decoded", "covers_timestamp", header(mac(decoded(NEWEST), b"1772366465." + BODY)))
vector("the time without a full stop", "covers_timestamp", header(mac(NEWEST, b"1772366465" + BODY)))
vector("the time as Slack has it", "covers_timestamp", header(mac(NEWEST, b"v0:1772366465:" + BODY)))
vector("the id before the body", "covers_timestamp", header(mac(NEWEST, EVENT_ID.encode() + b"." + BODY)), says="the id")

# Another body.
def dumps(**options):
    return json.dumps(EVENT, **options)


def reserialized(name, text, says="", code="body_reserialized"):
    vector(name, code, header(mac(NEWEST, text)), says=says)


def html(text):
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


reserialized("json.dumps", dumps(), "json.dumps")
reserialized("json.dumps without ASCII", dumps(ensure_ascii=False), "json.dumps")
reserialized("json.dumps without spaces", dumps(separators=COMPACT), "non-ASCII")
reserialized("json.dumps with sorted keys", dumps(sort_keys=True), "keys sorted")
reserialized("sorted keys alone", dumps(sort_keys=True, separators=COMPACT, ensure_ascii=False), "keys sorted")
reserialized("json.dumps with two spaces", dumps(indent=2), "two spaces")
reserialized("JSON.stringify with two spaces", dumps(indent=2, ensure_ascii=False), "two spaces")
reserialized("JSON.stringify with four spaces", dumps(indent=4, ensure_ascii=False), "four spaces")
reserialized("JSON.stringify with tabs", dumps(indent="\t", ensure_ascii=False), "tabs")
reserialized("JSON.stringify with two spaces and a line break", dumps(indent=2, ensure_ascii=False) + "\n", "line break")
reserialized("PHP's json_encode", dumps(separators=COMPACT).replace("/", "\\/"), "json_encode")
reserialized("PHP's json_encode, unescaped Unicode", TEXT.replace("/", "\\/"), "slashes")
reserialized("PHP's json_encode, pretty", dumps(indent=4).replace("/", "\\/"), "json_encode")
reserialized("Go's json.Marshal of a map", html(dumps(sort_keys=True, separators=COMPACT, ensure_ascii=False)), "json.Marshal")
reserialized("str() of a dict", str(EVENT), "dictionary")
reserialized("str() of an object in JavaScript", "[object Object]", "object Object")
reserialized("JSON of the text", json.dumps(TEXT, ensure_ascii=False), "second time")
reserialized("JSON of a Buffer", json.dumps({"type": "Buffer", "data": list(BODY)}, separators=COMPACT), "Buffer")
reserialized("with the old secret", dumps(), "json.dumps")
vectors[-1]["signature"] = header(mac(OLD, dumps()))
vectors[-1]["says"] = "old one"
vector("json.dumps under webhook-signature", "body_reserialized", v1(mac(decoded(NEWEST), PREFIX + dumps().encode())), says="json.dumps")
reserialized("a line break at the end", TEXT + "\n", "line break", "body_newline")
reserialized("CR and LF at the end", TEXT + "\r\n", "line break", "body_newline")
reserialized("a byte order mark", "\ufeff" + TEXT, "byte order mark", "body_reencoded")
reserialized("UTF-16", TEXT.encode("utf-16-le"), "UTF-16", "body_reencoded")
reserialized("UTF-8 read as Latin-1", BODY.decode("latin-1"), "Latin-1", "body_reencoded")
reserialized("base64 of the body", base64.b64encode(BODY), "base64", "body_reencoded")
reserialized("hexadecimal of the body", BODY.hex(), "hexadecimal", "body_reencoded")
reserialized("an empty body", "", "read the stream", "body_empty")
reserialized("an empty object", "{}", "empty object", "body_empty")
reserialized("undefined", "undefined", "undefined", "body_empty")
reserialized("the id alone", EVENT_ID, "event_id", "body_event_id_only")
DATA = EVENT["data"]
reserialized("data alone", json.dumps(DATA, separators=COMPACT, ensure_ascii=False), "`data`", "body_data_only")
reserialized("data by json.dumps", json.dumps(DATA), "json.dumps", "body_data_only")
reserialized("data by json_encode", json.dumps(DATA, separators=COMPACT).replace("/", "\\/"), "json_encode", "body_data_only")

# The body is given, too.
def given(name, code, signature, body, **options):
    vector(f"{name}, body given", code, signature, body=body, **options)


OTHER = TEXT.replace("1024", "1025")
given("right", "valid", header(RIGHT), TEXT, is_valid=True)
given("another body", "body_changed", header(mac(NEWEST, OTHER)), OTHER, says="The secret is right")
given("a body cut off", "body_changed", header(mac(NEWEST, TEXT[:100])), TEXT[:100], says="cut off")
given("json.dumps", "body_reserialized", header(mac(NEWEST, dumps())), dumps(), says="json.dumps")
given("a line break that the form took away", "body_changed", header(mac(NEWEST, OTHER + "\n")), OTHER, says="The secret is right")
given("another body and the old secret", "body_changed", header(mac(OLD, OTHER)), OTHER, says="old one")
given("another body and the secret decoded", "secret_decoded", header(mac(decoded(NEWEST), OTHER)), OTHER, says="not the one that was sent")
given("another body without a secret", "no_secret", header(hashlib.sha256(OTHER.encode()).digest()), OTHER)
given("another body with SHA-1", "other_algorithm", mac(NEWEST, OTHER, "sha1").hex(), OTHER, says="SHA-1")
given("a stranger's secret", "secret_wrong", header(mac("stranger", BODY)), TEXT, is_certain=False, says="The body is right")
given("a stranger's secret, another body", "secret_wrong", header(mac("stranger", OTHER)), OTHER, is_certain=False, says="either")
vector("a stranger's secret", "unknown", header(mac("stranger", BODY)), is_certain=False)

out = {"body": TEXT, "expected": {"rotated": header(RIGHT), "plain": header(mac(PLAIN, BODY))}}
json.dump({**out, "subscriptions": SUBSCRIPTIONS, "vectors": vectors}, sys.stdout, indent=2, ensure_ascii=False)
print()
