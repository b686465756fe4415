"""Messages to deliver, and the verdict headers that filters write."""

import itertools

_serial = itertools.count(1)


def message(subject="Hello", body="Hello.\n", headers=(), sender=None,
            to="user@server.example", date="Mon, 05 Jan 2026 10:00:00 +0000",
            message_id=None):
    """A message in bytes, with CRLF line ends.

    `headers`: (name, value) pairs or a dict, put at the top as filters do. A
    value may be folded with newlines; a value in bytes is taken as it is.
    """
    pairs = list(headers.items() if isinstance(headers, dict) else headers)
    number = next(_serial)
    pairs += [("From", sender or f"Sender {number} <s{number}@example.org>"),
              ("To", to), ("Subject", subject), ("Date", date),
              ("Message-ID", message_id or f"<m{number}@example.org>")]
    out = b"".join(_header(name, value) for name, value in pairs)
    return out + b"\r\n" + crlf(body)


def crlf(text):
    """Text or bytes as bytes with CRLF line ends."""
    data = text.encode() if isinstance(text, str) else text
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _header(name, value):
    if isinstance(value, bytes):
        return name.encode() + b": " + value + b"\r\n"
    return crlf(f"{name}: {value}\n")


def rspamd(score, action=None, reject=15.0):
    """The headers of rspamd's milter_headers. Default actions: 4, 6, 15."""
    if action is None:
        action = ("reject" if score >= reject else
                  "add header" if score >= 6 else
                  "greylist" if score >= 4 else "no action")
    return [("X-Spamd-Result", f"default: {action == 'reject'} "
             f"[{score:.2f} / {reject:.2f}];\n\tARC_NA(0.00)[]"),
            ("X-Rspamd-Action", action)]


def spamassassin(score, required=5.0):
    """SpamAssassin's X-Spam-Status, folded as it folds, and X-Spam-Flag."""
    spam = score >= required
    headers = [("X-Spam-Flag", "YES")] if spam else []
    return headers + [(
        "X-Spam-Status", f"{'Yes' if spam else 'No'}, score={score:.1f} "
        f"required={required:.1f} tests=BAYES_50,\n\tHTML_MESSAGE "
        "autolearn=no autolearn_force=no version=4.0.1")]


def amavis(score, required=6.2):
    """amavis's X-Spam-Status, one item a line, and its flag and score."""
    spam = score >= required
    return [("X-Spam-Flag", "YES" if spam else "NO"),
            ("X-Spam-Score", f"{score:g}"),
            ("X-Spam-Status", f"{'Yes' if spam else 'No'}, score={score:g} "
             f"tagged_above=2\n\trequired={required:g} tests=[BAYES_50=0.8]\n"
             "\tautolearn=no")]
