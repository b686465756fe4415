"""The test bed: private Dovecots of both series and ways to talk to them."""

from .built import log_directory
from .config import STORAGES, Setup
from .dovecot import SOURCE, Dovecot
from .imap import Imap, ImapError, Literal, Reply, quote
from .index import UNKNOWN, Index, Record
from .messages import amavis, message, rspamd, spamassassin
from .series import SERIES, installed_series, installed_version
from .user import User
from .waiting import wait_for

__all__ = ["SERIES", "SOURCE", "STORAGES", "UNKNOWN", "Dovecot", "Imap",
           "ImapError", "Index", "Literal", "Record", "Reply", "Setup", "User",
           "amavis", "installed_series", "installed_version", "log_directory",
           "message", "quote", "rspamd", "spamassassin", "wait_for"]
