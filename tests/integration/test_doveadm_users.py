"""doveadm winnow explain and stats over several users: -A, -u with a mask."""

import json
import re

import pytest

from harness import message, rspamd, wait_for

SCORES = {"one": [7.5, 7.5], "two": [1], "other": [12]}
COMMANDS = {"explain": ["explain", "ALL"], "stats": ["stats", "--total"]}


def wait_listed(server, names):
    """Dovecot looks once a second who there is; the process that lists users
    is not the one that looks them up."""
    wait_for(lambda: names <= set(server.doveadm("user", "*").split()) and
             not any(server.run("doveadm", "-c", server.conf, "user", name,
                                check=False).returncode for name in names),
             "the users are listed")


@pytest.fixture
def users(start, request):
    """{name: user} of users with mail, who are called after the test."""
    server = start(settings={"winnow_scanner": "rspamd"}, listed=True)
    prefix = re.sub(r"\W+|_", "-", request.node.name)
    made = {name: server.new_user(name=prefix + name) for name in SCORES}
    wait_listed(server, {user.name for user in made.values()})
    for name, user in made.items():
        for score in SCORES[name]:
            user.lmtp(message(headers=rspamd(score)))
    yield made
    made["other"].set_fields(winnow_enable="yes")   # for the other tests


def run(server, command, *who, form="json"):
    name, *query = COMMANDS[command]
    return server.run("doveadm", "-c", server.conf, "-f", form, "winnow", name,
                      *who, *query, check=False)


def classes(done, command):
    """{user: {class: messages}} of what was told."""
    found = {}
    for row in json.loads(done.stdout or b"[]"):
        if command == "explain" and row["step"] == "class":
            counts = found.setdefault(row["username"], {})
            counts[row["name"]] = counts.get(row["name"], 0) + 1
        elif command == "stats" and row["of"] == "class" and row["messages"]:
            found.setdefault(row["username"], {})[row["value"]] = \
                row["messages"]
    return found


def expected(users, *names):
    return {users[name].name: {
        "SPAM" if score >= 6 else "HAM": len(SCORES[name])
        for score in SCORES[name]} for name in names}


def server_of(users):
    return users["one"].dovecot


@pytest.mark.parametrize("command", COMMANDS)
def test_all_users(users, command):
    done = run(server_of(users), command, "-A")
    assert done.returncode == 0, done.stderr
    found = classes(done, command)
    assert expected(users, *SCORES).items() <= found.items()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_mask(users, command):
    mask = users["one"].name.replace("-one", "-*o*")     # one, two, other
    server = server_of(users)
    assert classes(run(server, command, "-u", mask), command) == \
        expected(users, "one", "two", "other")
    mask = users["one"].name.replace("-one", "-o??")
    assert classes(run(server, command, "-u", mask), command) == \
        expected(users, "one")
    mask = users["one"].name.replace("-one", "-t*")
    assert classes(run(server, command, "-u", mask), command) == \
        expected(users, "two")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_mask_that_nobody_matches(users, command):
    done = run(server_of(users), command, "-u", "nobody-*")
    assert (done.returncode, classes(done, command)) == (0, {})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_user_who_does_not_exist(users, command):
    done = run(server_of(users), command, "-u", "nobody")
    assert done.returncode == 67            # EX_NOUSER
    assert classes(done, command) == {}
    assert b"nobody" in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_users_of_a_file_of_whom_one_does_not_exist(users, command):
    server = server_of(users)
    names = users["one"].write("users", "\n".join(
        [users["one"].name, "nobody", users["two"].name, ""]))
    done = run(server, command, "-F", names)
    assert classes(done, command) == expected(users, "one", "two")
    assert b"nobody" in done.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("who", ["all", "mask"])
def test_one_whose_winnow_is_off_is_named(users, command, who):
    """The others are told nevertheless, and the exit status says that one is
    missing."""
    off = users["other"]
    off.set_fields(winnow_enable="no")
    who = ["-A"] if who == "all" else \
        ["-u", off.name.replace("-other", "-*")]
    done = run(server_of(users), command, *who)
    found = classes(done, command)
    assert off.name not in found
    assert expected(users, "one", "two").items() <= found.items()
    assert done.returncode == 78            # EX_CONFIG
    lines = [line for line in done.stderr.decode().splitlines()
             if "doveadm winnow status" in line]
    assert len(lines) == 1 and off.name in lines[0]


@pytest.mark.parametrize("form", ["table", "flow", "tab"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_form_says_whose(users, command, form):
    done = run(server_of(users), command, "-A", form=form)
    assert done.returncode == 0, done.stderr
    for user in users.values():
        assert user.name[:20] in done.stdout.decode()
