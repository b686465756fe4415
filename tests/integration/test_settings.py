"""Every setting: what it takes, what it refuses, and who may say so.

To add a setting is to add a row to SETTINGS. What it does is tested elsewhere.
"""

import re
from dataclasses import dataclass, field

import pytest

from harness import SOURCE, installed_series, message, rspamd

SPAM = message("buy", headers=rspamd(7.5))              # level 63
SPAM_AND_HAM = message("buy", headers=rspamd(7.5) + rspamd(1.0))


def received(address):
    return ("Received", f"from x.example (x.example [{address}]) by "
            "mx.site.example (Postfix) with ESMTP id 1; Mon, 5 Jan 2026")


#: verdicts above the first server's Received, and between two of them
SPAM_ABOVE = message("buy", headers=rspamd(7.5) + [received("203.0.113.9")])
SPAM_BETWEEN = message("buy", headers=[
    received("192.0.2.1"), *rspamd(7.5), received("203.0.113.9")])


# ------------------------------------------- what a value changes for its user

def offered(user):
    """Is X-WINNOW offered after login?"""
    return "X-WINNOW" in \
        user.imap().ok("CAPABILITY").lines("CAPABILITY")[0].split()


def spam_found(user):
    """Is a message of level 63 called spam?"""
    user.lmtp(SPAM)
    return user.imap("INBOX").search("X-WINNOW SPAM") == [1]


def believed(mail):
    """Is this message spam, whose verdict stands in a doubtful place?"""
    def shows(user):
        imap = user.imap("INBOX")
        imap.append("INBOX", mail)      # LMTP would put a Received on top
        return imap.search("X-WINNOW SPAM") == [1]
    return shows


def taught(user):
    """Does mail that is taken out of Junk get $NotJunk?"""
    user.lmtp(SPAM, "Junk")
    user.imap("Junk").ok("MOVE 1 INBOX")
    return user.imap("INBOX").search("KEYWORD $NotJunk") == [1]


def preferring(user):
    """May they choose a threshold of their own?"""
    return user.imap().command("SETMETADATA", '""', "(/private/vendor/"
                               'vendor.winnow/threshold "30")').ok


def left_out(user):
    """Is a search for words answered without spam?"""
    user.lmtp(SPAM)
    user.lmtp(message("buy"))
    imap = user.imap("INBOX")
    imap.ok('ID ("name" "Our Helpdesk")')
    return imap.search("SUBJECT buy") == [2]


@dataclass
class Setting:
    """A setting, and values of it."""

    name: str
    #: what `shows(user)` must return under a value that is allowed
    good: dict
    #: values that are not, each with what the complaint must say of it
    #: besides the setting's name; a pair if 2.4's own complaint differs
    bad: dict
    #: None: only that winnow is on and mail flows
    shows: object = None
    #: settings that must be there, too
    beside: dict = field(default_factory=dict)


NO_BOOL = ("'perhaps', allowed are yes and no", "perhaps.*yes or no")
NO_NUMBER = "allowed is a number"

SETTINGS = [
    Setting("winnow_enable", {"yes": True, "no": False},
            {"perhaps": NO_BOOL}, offered),
    Setting("winnow_scanner",
            {"rspamd": True, "spamassassin": False,
             "spamassassin rspamd": True, "RSPAMD": True},
            {"nosuch": "'nosuch'.*rspamd spamassassin",
             "rspamd rspamd": "rspamd",
             "50%%": "'50%%?'.*rspamd spamassassin",
             "x" * 5000: "rspamd spamassassin"}, spam_found),
    Setting("winnow_trust", {"worst": True, "first": True, "last": False},
            {"best": "'best'.*worst", "": "worst",
             "50%%": "'50%%?'.*worst"}, believed(SPAM_AND_HAM)),
    Setting("winnow_trusted_hosts",
            {"mx.site.example": True, "other.example": False,
             "other.example mx.site.example": True},
            {"*.site.example": "whole"},
            believed(SPAM_ABOVE), {"winnow_trust": "zone"}),
    Setting("winnow_trusted_nets",
            {"192.0.2.0/24": True, "198.51.100.0/24": False,
             "198.51.100.0/24 192.0.2.1": True},
            {"10.0.0/8": "'10.0.0/8'", "192.0.2.0/33": "192.0.2.0/33",
             "here": "'here'"},
            believed(SPAM_BETWEEN),
            {"winnow_trust": "zone", "winnow_trusted_hosts": "mx.site.example"}),
    Setting("winnow_move_teaches", {"yes": True, "no": False},
            {"perhaps": NO_BOOL}, taught),
    Setting("winnow_threshold",
            {"1": True, "50": True, "63": True, "64": False, "100": False},
            {"0": "'0'.*1..100", "101": "'101'.*1..100",
             "4294967346": (NO_NUMBER, "4294967346"),
             "-1": (NO_NUMBER, "-1"), "fifty": (NO_NUMBER, "fifty"),
             "50%%": (NO_NUMBER, "50%%"), "50.5": (NO_NUMBER, "50.5")},
            spam_found),
    Setting("winnow_search", {"plain": False, "clean": True},
            {"clear": "'clear'.*plain and clean", "": "plain and clean"},
            left_out),
    Setting("winnow_client_bypass",
            {"imapsync": True, "": True, "our?helpdesk": False,
             "imapsync *desk": False}, {}, left_out,
            {"winnow_search": "clean"}),
    Setting("winnow_idle", {"all": None, "quiet": None},
            {"loud": "'loud'.*all and quiet"}),
    Setting("winnow_idle_max", {"1s": None, "25 mins": None, "29mins": None},
            {"0": "29 mins", "30 mins": "1800.*29 mins",
             "soon": ("'soon'.*allowed is a time", "soon"),
             "-5 mins": ("'-5 mins'.*allowed is a time", "-5")}),
    Setting("winnow_idle_hibernate", {"yes": None, "no": None},
            {"perhaps": NO_BOOL}),
    Setting("winnow_user_settings", {"yes": True, "no": False},
            {"perhaps": NO_BOOL}, preferring),
    Setting("winnow_capability",
            {"X-WINNOW": True, "x-winnow": True, "": False},
            {"X-WINNOW X-NOTHING": "'X-NOTHING'.*X-WINNOW",
             "imap4rev1": "'imap4rev1'.*X-WINNOW"}, offered),
]


def cases(kind, userdb=False):
    """(setting, value, what is to come of it).

    Not for the userdb: spaces, which a passwd-file can't say, and %, which is
    expanded there once more.
    """
    return [pytest.param(setting, value, result,
                         id=f"{setting.name}-{value[:20]}")
            for setting in SETTINGS
            for value, result in getattr(setting, kind).items()
            if not userdb or (value and not set(value) & set(" %"))]


def server_with(start, setting, value):
    return start(metadata=True, settings={
        "winnow_scanner": "rspamd", **setting.beside, setting.name: value})


def assert_shown(setting, user, expected):
    if setting.shows is not None:
        assert setting.shows(user) == expected
    else:
        assert offered(user) and spam_found(user)


@pytest.mark.parametrize("setting, value, expected", cases("good"))
def test_good_value_of_the_site(start, setting, value, expected):
    assert_shown(setting, server_with(start, setting, value).new_user(),
                 expected)


@pytest.mark.parametrize("setting, value, expected", cases("good", True))
def test_good_value_of_the_userdb_goes_first(start, setting, value, expected):
    """The site says something else, if it can."""
    other = next((text for text, result in setting.good.items()
                  if result != expected), value)
    server = server_with(start, setting, other)
    assert_shown(setting, server.new_user(**{setting.name: value}), expected)


@pytest.mark.parametrize("setting, value, expected", cases("good", True))
def test_value_with_a_variable(start, setting, value, expected):
    server = server_with(start, setting, "%{userdb:choice}")
    assert_shown(setting, server.new_user(choice=value), expected)


# ------------------------------------------------------------------ bad values

def complaint(setting, said):
    """The pattern of what this series says."""
    if isinstance(said, tuple):
        said = said[installed_series() == "2.4"]
    return f"{setting.name}.*{said}"


def assert_off_with_one_line(server, user, pattern):
    """Mail flows, in and out; winnow is off, and each session says once why."""
    server.allow_log("winnow: Off for this user: ")
    user.lmtp(message("first"))
    user.lda(message("second"))
    imap = user.imap("INBOX")
    imap.append("INBOX", message("third"))
    imap.ok("COPY 1 Archive")
    imap.ok("NOOP")
    assert imap.search("SUBJECT first") == [1]
    assert "second" in imap.fetch(2, "BODY[HEADER.FIELDS (Subject)]")[2]
    assert imap.search("ALL") == [1, 2, 3]
    assert "X-WINNOW" not in imap.ok("CAPABILITY").lines("CAPABILITY")[0]
    imap.bad("SEARCH X-WINNOW SPAM")
    imap.logout()
    for process in ("lmtp", "lda", "imap"):
        server.wait_log(rf"\b{process}\({user}\).*winnow")
        lines = [line for line in server.log().splitlines()
                 if re.search(rf"\b{process}\({user}\)", line) and
                 "winnow" in line]
        assert len(lines) == 1, lines
        assert re.search(f"Error: .*winnow: Off for this user: .*{pattern}",
                         lines[0]), lines


@pytest.mark.parametrize("setting, value, said", cases("bad"))
def test_bad_value_of_the_site(start, bad_settings, setting, value, said):
    """2.4 doesn't start with it, 2.3 knows of it when a user comes."""
    pattern = complaint(setting, said)
    if installed_series() == "2.4":
        bad_settings({**setting.beside, setting.name: value}, pattern)
    else:
        server = server_with(start, setting, value)
        assert_off_with_one_line(server, server.new_user(), pattern)


@pytest.mark.parametrize("setting, value, said", cases("bad", True))
def test_bad_value_of_the_userdb(start, setting, value, said):
    """It is the user's own trouble."""
    good, expected = next(iter(setting.good.items()))
    server = server_with(start, setting, good)
    user = server.new_user(**{setting.name: value})
    assert_off_with_one_line(server, user, complaint(setting, said))
    assert_shown(setting, server.new_user(), expected)


def test_variable_without_a_value_is_a_bad_value(start):
    server = start(settings={"winnow_scanner": "rspamd",
                             "winnow_threshold": "%{userdb:nothing}"})
    assert_off_with_one_line(server, server.new_user(), "winnow_threshold")


def test_all_defaults_are_good(start):
    user = start(settings={}).new_user()
    user.dovecot.allow_log("winnow_scanner is not set")
    assert offered(user)
    assert not spam_found(user)


#: Settings that other tests go through.
ELSEWHERE = {"winnow_source": "test_sources.py",
             "winnow_filter": "test_filters_site.py",
             "winnow_sign_header": "test_signed.py",
             "winnow_sign_keys": "test_signed.py"}


def readme_defaults():
    """{setting: default} of the README's table; "" is none."""
    rows = re.findall(r"^\| (`winnow_\w+`(?:, `winnow_\w+`)*) \| (.*?) \|",
                      (SOURCE / "README.md").read_text(), re.MULTILINE)
    return {name: "" if default == "none" else default.strip("`")
            for names, default in rows
            for name in re.findall(r"\w+", names)}


def test_documents_name_all_settings():
    names = {setting.name for setting in SETTINGS} | set(ELSEWHERE)
    assert set(readme_defaults()) == names
    changes = (SOURCE / "CHANGELOG.md").read_text()
    config = re.search(r"^- Config: (.*?\.)$", changes,
                       re.MULTILINE | re.DOTALL).group(1)
    assert set(re.findall(r"winnow_\w+", config)) == names


@pytest.mark.series("2.4")
def test_defaults_of_the_readme_are_the_defaults(start):
    server = start(settings={})
    for name, default in readme_defaults().items():
        if name not in ("winnow_source", "winnow_filter"):      # blocks
            assert server.doveconf("-h", name).strip() == default, name


@pytest.mark.parametrize("series", ["2.3", "2.4"])
def test_every_setting_of_the_example_file_is_tested(series):
    text = (SOURCE / "conf.d" / series / "11-winnow.conf").read_text()
    named = set(re.findall(r"^\s*#?(winnow_\w+)\b.*[={]", text, re.MULTILINE))
    # on 2.3 the keys of a block are settings of their own
    keys = {name for name in named if name.startswith(
        ("winnow_source_", "winnow_filter_"))}
    assert named - keys - set(ELSEWHERE) == \
        {setting.name for setting in SETTINGS}
    for name, file in ELSEWHERE.items():
        assert name in (SOURCE / "tests/integration" / file).read_text()
