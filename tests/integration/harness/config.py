"""One description of a server, written out as a 2.3 or a 2.4 configuration.

A test says what it needs in `Setup`; nothing here knows about processes.
"""

from dataclasses import dataclass, field, fields
from pathlib import Path

#: Owner of all test mail; needs no entry in /etc/passwd.
MAIL_UID = 5000
#: Rights of everybody in Public/: all but administration.
PUBLIC_RIGHTS = "lrwstipekx"
ACL_23 = f"Public* anyone {PUBLIC_RIGHTS}\n"
STORAGES = ("maildir", "sdbox", "mdbox", "mbox")
MAIL_PATH = "~/mail"
MBOX_INBOX = "~/inbox"
#: where all users stand in one file, if they are to be listed
LIST = "users.list"
SPECIAL_USE = {"Junk": "\\Junk", "Trash": "\\Trash", "Sent": "\\Sent",
               "Drafts": "\\Drafts", "Archive": "\\Archive"}


@dataclass
class Setup:
    """What a test wants its server to be. Every field has a plain default."""

    #: storage of users that do not name one of their own
    storage: str = "sdbox"
    #: load winnow through its conf.d file; False is stock Dovecot
    winnow: bool = True
    #: winnow's settings, as {"winnow_scanner": "rspamd"}. A named block is
    #: {"winnow_source site": {"header": "X-Site"}}; a filter is
    #: {"winnow_filter work": "UNSEEN"}.
    settings: dict = field(default_factory=dict)
    #: global mail_plugins, and those of one protocol on top
    plugins: list = field(default_factory=list)
    imap_plugins: list = field(default_factory=list)
    lmtp_plugins: list = field(default_factory=list)
    #: namespaces besides the inbox: Virtual/, shared/<user>/, Public/
    virtual: bool = False
    shared: bool = False
    public: bool = False
    #: full text search: xapian on 2.3, flatcurve on 2.4
    fts: bool = False
    #: METADATA: True is a file for each user, "redis" one redis for all
    metadata: object = False
    #: Sieve in LMTP and LDA; the script is ~/.dovecot.sieve
    sieve: bool = False
    #: doveadm can list the users: for -A, and -u with a mask
    listed: bool = False
    #: event names to count, for `doveadm stats dump`
    metrics: list = field(default_factory=list)
    #: configuration text to append: a string, {"2.3": ..., "2.4": ...}, or a
    #: list of these
    extra: object = ""
    #: modules to leave away, relative to Dovecot's module directory
    without_modules: list = field(default_factory=list)

    def key(self):
        """Equal for descriptions that mean the same server."""
        return repr([(f.name, getattr(self, f.name)) for f in fields(self)])

    def extra_for(self, series):
        parts = self.extra if isinstance(self.extra, list) else [self.extra]
        return "".join(part.get(series, "") if isinstance(part, dict) else part
                       for part in parts)


@dataclass
class Site:
    """Where this server lives and what it listens on."""

    directory: Path
    imap_port: int
    lmtp_port: int
    redis_port: int
    #: winnow's conf.d file, or None while there is none
    winnow_conf: Path = None
    #: programs that replace Dovecot's own: {"imap": "/…/wrapper"}
    wrappers: dict = field(default_factory=dict)


def write_list(directory):
    """Collect the users' entries in one file."""
    (directory / LIST).write_text("".join(
        path.read_text() for path in sorted((directory / "users").iterdir())))


def storage_fields(series, storage):
    """The userdb fields that give one user that storage."""
    if series == "2.3":
        return {"mail": _location_23(storage)}
    fields_24 = {"mail_driver": storage, "mail_path": MAIL_PATH}
    if storage == "mbox":
        fields_24["mail_inbox_path"] = MBOX_INBOX
    return fields_24


def render(series, setup, site):
    """The text of dovecot.conf."""
    writer = {"2.3": _render_23, "2.4": _render_24}[series]
    parts = [writer(setup, site), setup.extra_for(series)]
    return "\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def render_site(series, setup, site):
    """What of it makes a server private: to be read after a configuration that
    has everything else."""
    lines = {"2.3": _site_23, "2.4": _site_24}[series](setup, site)
    return "\n".join(_common(site) + lines) + "\n"


def winnow_settings(series, settings):
    """The lines of winnow's settings, on 2.3 those inside plugin { }."""
    return {"2.3": _winnow_23, "2.4": _winnow_24}[series](settings)


def block(head, *lines):
    """`head { lines }`; lines may be nested lists of lines."""
    out = [head + " {"]
    for line in lines:
        out += ["  " + part for part in line.split("\n")]
    return "\n".join(out + ["}"])


# ---------------------------------------------------------------- both series

def _common(site):
    return [
        f"base_dir = {site.directory}/run",
        f"state_dir = {site.directory}/state",
        f"log_path = {site.directory}/log",
        'log_timestamp = "%b %d %H:%M:%S "',
        "listen = 127.0.0.1",
        "protocols = imap lmtp",
        "ssl = no",
        "auth_mechanisms = plain login",
        f"mail_uid = {MAIL_UID}",
        f"mail_gid = {MAIL_UID}",
        "hostname = server.example",
        "postmaster_address = postmaster@server.example",
        "lmtp_save_to_detail_mailbox = yes",
        "lda_mailbox_autocreate = yes",
        "mail_max_userip_connections = 1000",
        # "Still here" would come at any time, even when nothing has happened
        "imap_idle_notify_interval = 0",
        "mbox_write_locks = fcntl",
        "shutdown_clients = yes",
        block("service imap-login",
              block("inet_listener imap", f"port = {site.imap_port}"),
              block("inet_listener imaps", "port = 0"),
              "process_min_avail = 1"),
        block("service lmtp",
              block("inet_listener lmtp", f"port = {site.lmtp_port}")),
        block("service stats",
              block("unix_listener stats-writer", "mode = 0666")),
        block("service auth",
              block("unix_listener auth-userdb", "mode = 0666")),
    ]


def _wrapped_services(site, requests):
    """To start one takes long: it serves one user after another, for which the
    series have a setting of their own."""
    return [block(f"service {name}", f"executable = {path}", "vsz_limit = 8 G",
                  f"{requests} = 1000")
            for name, path in sorted(site.wrappers.items())]


def _special_use():
    return [block(f"mailbox {name}", f"special_use = {use}", "auto = create")
            for name, use in SPECIAL_USE.items()]


def _plugins(setup):
    """(global, imap, lmtp) plugin lists, winnow's own not among them."""
    every, imap = list(setup.plugins), list(setup.imap_plugins)
    lmtp = list(setup.lmtp_plugins)
    if setup.virtual:
        every.append("virtual")
    if setup.shared or setup.public:
        every.append("acl")
        imap.append("imap_acl")
    if setup.sieve:
        lmtp.append("sieve")
    return every, imap, lmtp


# ----------------------------------------------------------------------- 2.3

def _location_23(storage):
    location = f"{storage}:{MAIL_PATH}"
    if storage == "mbox":
        location += f":INBOX={MBOX_INBOX}"
    return location


def _winnow_23(settings):
    """The contents of plugin { } for winnow's settings."""
    lines = []
    for name, value in settings.items():
        head, _, title = name.partition(" ")
        if title and isinstance(value, dict):
            lines += [f"{head}_{title}_{key} = {part}"
                      for key, part in value.items()]
        elif title:
            lines.append(f"{head}_{title} = {value}")
        else:
            lines.append(f"{name} = {value}")
    return lines


def _namespaces_23(setup, site):
    out = [block("namespace inbox", "inbox = yes", "separator = /",
                 *_special_use())]
    if setup.virtual:
        out.append(block("namespace virtual", "prefix = Virtual/",
                         "separator = /", "location = virtual:~/virtual"))
    if setup.shared:
        out.append(block("namespace shared", "type = shared", "separator = /",
                         "prefix = shared/%%u/", "subscriptions = no",
                         "list = children",
                         f"location = {setup.storage}:%%h/mail"))
    if setup.public:
        out.append(block("namespace public", "type = public", "separator = /",
                         "prefix = Public/", "subscriptions = no",
                         f"location = {setup.storage}:"
                         f"{site.directory}/mail/public"))
    return out


def _attributes_23(setup, site):
    if setup.metadata != "redis":
        return ["mail_attribute_dict = file:%h/dovecot-attributes"]
    # imap itself crashes with the redis driver when an entry is set
    return ["mail_attribute_dict = proxy::attributes",
            block("dict", "attributes = redis:host=127.0.0.1:"
                  f"port={site.redis_port}"),
            block("service dict", block("unix_listener dict", "mode = 0666"))]


def _site_23(setup, site):
    users = f"driver = passwd-file\nargs = {site.directory}/users/%n"
    listed = f"driver = passwd-file\nargs = {site.directory}/{LIST}"
    return ["disable_plaintext_auth = no",
            "mail_location = " + _location_23(setup.storage),
            block("passdb", users),
            block("userdb", listed if setup.listed else users),
            *_wrapped_services(site, "service_count")]


def _render_23(setup, site):
    every, imap, lmtp = _plugins(setup)
    plugin = []
    if setup.fts:
        every += ["fts", "fts_xapian"]
        plugin += ["fts = xapian", "fts_xapian = partial=3 full=20",
                   "fts_autoindex = yes"]
    if setup.shared or setup.public:
        plugin += [f"acl = vfile:{site.directory}/acl",
                   f"acl_shared_dict = file:{site.directory}/mail/shared.db"]
    if setup.sieve:
        plugin.append("sieve = file:~/sieve;active=~/.dovecot.sieve")
    lines = _common(site) + _site_23(setup, site) + _namespaces_23(setup, site)
    lines.append("mail_plugins = " + " ".join(["$mail_plugins"] + every))
    if setup.metadata:
        lines += _attributes_23(setup, site)
        lines.append(block("protocol imap", "imap_metadata = yes"))
    if site.winnow_conf is not None:
        lines.append(f"!include {site.winnow_conf}")
    for protocol, names in (("imap", imap), ("lmtp", lmtp), ("lda", lmtp)):
        lines.append(block(f"protocol {protocol}", "mail_plugins = " +
                           " ".join(["$mail_plugins"] + names)))
    if setup.winnow:
        plugin += _winnow_23(setup.settings)
    lines.append(block("plugin", *plugin))
    lines += [block(f"metric {name}", f"filter = event={name}")
              for name in setup.metrics]
    return "\n".join(lines)


# ----------------------------------------------------------------------- 2.4

def _boollist(names):
    return block("mail_plugins", *[f"{name} = yes" for name in names])


def _winnow_24(settings):
    lines = []
    for name, value in settings.items():
        head, _, title = name.partition(" ")
        if title and isinstance(value, dict):
            lines.append(block(name, *[f"{key} = {part}"
                                       for key, part in value.items()]))
        elif title:
            lines.append(block(name, f"search = {value}"))
        elif head == "winnow_capability":
            lines.append(f"{head} = {value}")
        else:
            lines.append(f"{name} = {value}")
    return lines


def _mail_24(storage):
    return [f"{name} = {value}"
            for name, value in storage_fields("2.4", storage).items()]


def _namespaces_24(setup, site):
    out = [block("namespace inbox", "inbox = yes", "separator = /",
                 *_special_use())]
    if setup.virtual:
        out.append(block("namespace virtual", "prefix = Virtual/",
                         "separator = /", "mail_driver = virtual",
                         "mail_path = ~/virtual"))
    if setup.shared:
        out.append(block("namespace shared", "type = shared", "separator = /",
                         "prefix = shared/$user/", "subscriptions = no",
                         "list = children", f"mail_driver = {setup.storage}",
                         "mail_path = %{owner_home}/mail"))
    if setup.public:
        out.append(block("namespace public", "type = public", "separator = /",
                         "prefix = Public/", "subscriptions = no",
                         f"mail_driver = {setup.storage}",
                         f"mail_path = {site.directory}/mail/public",
                         block('mailbox "*"', block(
                             "acl anyone", f"rights = {PUBLIC_RIGHTS}"))))
    return out


def _fts_24():
    return ["fts_autoindex = yes", "fts_search_add_missing = yes",
            "language_tokenizers = generic email-address",
            block("language en", "default = yes",
                  "filters = lowercase snowball"),
            block("fts flatcurve", "substring_search = yes")]


def _site_24(setup, site):
    users = f"passwd_file_path = {site.directory}/users/" \
            "%{user | username}"
    listed = f"passwd_file_path = {site.directory}/{LIST}"
    return ["auth_allow_cleartext = yes", block("passdb passwd-file", users),
            block("userdb passwd-file", listed if setup.listed else users),
            *_mail_24(setup.storage),
            *_wrapped_services(site, "restart_request_count")]


def _render_24(setup, site):
    every, imap, lmtp = _plugins(setup)
    lines = ["dovecot_config_version = 2.4.1", "dovecot_storage_version = 2.4.1"]
    lines += _common(site) + _site_24(setup, site)
    lines += _namespaces_24(setup, site)
    if setup.fts:
        every += ["fts", "fts_flatcurve"]
        lines += _fts_24()
    lines.append(_boollist(every))
    if setup.shared or setup.public:
        lines += ["acl_driver = vfile", block("acl_sharing_map", block(
            "dict file", f"path = {site.directory}/mail/shared.db"))]
    if setup.metadata:
        lines.append(block("mail_attribute", block(
            "dict redis", f"redis_port = {site.redis_port}")
            if setup.metadata == "redis" else block(
                "dict file", "path = %{home}/dovecot-attributes")))
        lines.append(block("protocol imap", "imap_metadata = yes"))
    if setup.sieve:
        lines.append(block("sieve_script personal", "driver = file",
                           "path = ~/sieve", "active_path = ~/.dovecot.sieve"))
    if site.winnow_conf is not None:
        lines.append(f"!include {site.winnow_conf}")
    for protocol, names in (("imap", imap), ("lmtp", lmtp), ("lda", lmtp)):
        lines.append(block(f"protocol {protocol}", _boollist(names)))
    if setup.winnow:
        lines += _winnow_24(setup.settings)
    lines += [block(f"metric {name}", f"filter = event={name}")
              for name in setup.metrics]
    return "\n".join(lines)
