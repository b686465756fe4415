"""LMTP: one message to several recipients, an answer for each."""

import socket


class LmtpError(AssertionError):
    """A step before the message data was refused."""


def deliver(host, port, message, recipients, sender="sender@example.org",
            timeout=60):
    """Deliver; returns [(code, text)], one for each recipient in order."""
    with socket.create_connection((host, port), timeout) as connection:
        stream = connection.makefile("rwb")

        def answer():
            lines = []
            while True:
                line = stream.readline().decode("utf-8", "replace").rstrip()
                lines.append(line)
                if line[3:4] != "-":
                    break
            return int(line[:3] or 0), "\n".join(lines)

        def say(line, wanted):
            stream.write(line.encode() + b"\r\n")
            stream.flush()
            code, text = answer()
            if code != wanted:
                raise LmtpError(f"{line} got {text!r}")

        answer()
        say("LHLO client.example", 250)
        say(f"MAIL FROM:<{sender}>", 250)
        for recipient in recipients:
            say(f"RCPT TO:<{recipient}>", 250)
        say("DATA", 354)
        data = message.replace(b"\r\n.", b"\r\n..")
        stream.write(data + (b"" if data.endswith(b"\r\n") else b"\r\n"))
        stream.write(b".\r\n")
        stream.flush()
        answers = [answer() for _ in recipients]
        say("QUIT", 221)
        return answers
