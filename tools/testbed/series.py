"""The two series of Dovecot, the Debian releases that have them, what to install."""

from dataclasses import dataclass

_BUILD = ("autoconf", "automake", "check", "clang", "dovecot-core",
          "dovecot-dev", "dovecot-imapd", "dovecot-lmtpd", "dovecot-sieve",
          "gcc", "libc6-dev", "libssl-dev", "libtool", "make", "openssl",
          "patch", "pkg-config", "python3", "python3-pytest",
          "python3-pytest-xdist", "redis-server", "valgrind")
#: Mail clients, for tests that are asked for: tools/test --clients.
CLIENTS = ("isync", "libmail-imapclient-perl", "neomutt", "nodejs",
           "offlineimap3")
#: For one of them, on the host.
CLIENTS_HOST = ("npm",)
#: What --filters needs besides: the filters, and the mail server between some of
#: them and Dovecot.
FILTERS = ("amavisd-new", "bogofilter", "postfix", "rspamd", "spamassassin",
           "spamc", "spamd")
#: A webmail and a browser to drive it: tools/test --webmail. With php-cgi, PHP
#: brings no web server.
WEBMAIL = ("chromium", "chromium-driver", "fonts-dejavu-core", "php-cgi",
           "php-cli", "roundcube-core", "roundcube-sqlite3")
#: What the host needs besides, to make the other series' system.
HOST_TOOLS = ("debootstrap", "mount", "util-linux")


@dataclass(frozen=True)
class Series:
    name: str
    release: str
    packages: tuple

    def __str__(self):
        return self.name


ALL = (
    Series("2.3", "bookworm", _BUILD + ("dovecot-fts-xapian",)),
    Series("2.4", "trixie", _BUILD + ("dovecot-flatcurve",)),
)


class Unsupported(Exception):
    """The host is no Debian release that has one of the series."""


def of_host(os_release="/etc/os-release"):
    """The series that the host's own Debian release has."""
    with open(os_release, encoding="utf-8") as lines:
        fields = dict(line.rstrip("\n").split("=", 1) for line in lines
                      if "=" in line)
    for series in ALL:
        if fields.get("VERSION_CODENAME", "").strip('"') == series.release:
            return series
    raise Unsupported("this needs Debian 12 or 13 on the host, not " +
                      fields.get("PRETTY_NAME", "an unknown system").strip('"'))
