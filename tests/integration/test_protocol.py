"""The session of doc/protocol.md is what a server says."""

import re

from harness import message, rspamd
from harness.dovecot import SOURCE

PAGE = SOURCE / "doc" / "protocol.md"
#: What differs from run to run, or between the series of Dovecot.
RUN = ((r" \(\d+\.\d+ \+ [^()]*secs\)", ""),
       (r"CAPABILITY [^]]* X-WINNOW", "CAPABILITY ... X-WINNOW"))
#: Untagged lines that have nothing to do with winnow.
LEFT_OUT = re.compile(r"\* (FLAGS|OK \[|\d+ RECENT)")


def written():
    """The lines of the page's session."""
    return re.search(r"```transcript\n(.*?)```", PAGE.read_text(),
                     re.DOTALL).group(1).splitlines()


def spoken(imap, lines):
    """Says what the client says in these lines; all lines of the session."""
    out = []
    for line in lines:
        if not line.startswith("C: "):
            continue
        tag = line[3:].split()[0]
        out.append(line)
        imap.send(line[3:].encode() + b"\r\n")
        reply = imap.finish(tag.encode())
        said = [one.decode() for one in reply.untagged]
        out += ["S: " + one for one in said if not LEFT_OUT.match(one)]
        out.append(f"S: {tag} {reply.status} {reply.text}")
    for pattern, text in RUN:
        out = [re.sub(pattern, text, one) for one in out]
    return out


def test_session_of_the_page(start):
    server = start(settings={"winnow_scanner": "rspamd"}, metadata=True)
    user = server.new_user(name="user")
    for score in (1.2, None, 7.5, 21.0):
        user.lmtp(message(headers=() if score is None else rspamd(score)))
    lines = written()
    got = spoken(server.connect(), lines)
    assert got == lines, "the server says:\n" + "\n".join(got)
