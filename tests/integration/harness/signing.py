"""Signed verdicts as a filter of the site writes them."""

import base64
import hashlib
import hmac
import time

HEADER = "X-Site-Verdict"


def signed(secret, word, score, name, queue_id="", key="k1", at=None):
    """The field; `name` is the Message-ID, or `fields_name()` without one;
    `at` is when it was signed, seconds since 1970, by default now."""
    at = int(time.time()) if at is None else int(at)
    items = [("v", 1), ("k", key), ("t", at), ("q", queue_id), ("c", word),
             ("s", score)]
    text = "".join(f"{item}={value};" for item, value in items)
    mac = hmac.new(secret.encode(), (text + "m=" + name).encode(),
                   hashlib.sha256).digest()
    value = "; ".join(f"{item}={value}" for item, value in items)
    return HEADER, f"{value};\n\tb={base64.b64encode(mac).decode()}"


def fields_name(sender, date, subject):
    """What a message without a Message-ID is called."""
    return hashlib.sha256(
        f"{sender}|{date}|{subject}".encode()).hexdigest()
