"""A private Cyrus beside Dovecot, where somebody has installed one.

WINNOW_CYRUS names a directory with a system that has cyrus-imapd 3.10 and
saslpasswd2, as Debian 13 packages them; in a box it is box.CYRUS.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from harness.dovecot import HOST, free_port
from harness.imap import Imap

USER, PASSWORD = "tree", "secret"
#: Where the system sees the directory with configuration and mail.
_HOME = "/mnt"
_IMAPD = f"""
configdirectory: {_HOME}/conf
defaultpartition: default
partition-default: {_HOME}/spool
admins: admin
servername: localhost
unixhierarchysep: yes
altnamespace: yes
allowplaintext: yes
sasl_mech_list: PLAIN LOGIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {_HOME}/sasldb
duplicatesuppression: no
autocreate_quota: 0
"""
_CONFIG = f"{_HOME}/imapd.conf"
_SERVICES = """
START {{
  recover cmd="ctl_cyrusdb -C {config} -r"
}}
SERVICES {{
  imap cmd="imapd -C {config} -U 1000" listen="{host}:{port}" prefork=1
}}
EVENTS {{
  checkpoint cmd="ctl_cyrusdb -C {config} -c" period=30
}}
"""
_DIRECTORIES = ("conf", "conf/db", "conf/lock", "conf/log", "conf/msg",
                "conf/proc", "conf/quota", "conf/socket", "conf/user", "spool")


def system():
    """The directory with a system that has Cyrus, or None."""
    return os.environ.get("WINNOW_CYRUS")


class Cyrus:
    """One running server, with its mail in a directory that is kept."""

    def __init__(self, home):
        self.home, self.root = Path(home), Path(system())
        self.master = None

    def __enter__(self):
        self.port = free_port()
        if not self.home.exists():
            self._prepare()
        (self.home / "cyrus.conf").write_text(
            _SERVICES.format(host=HOST, port=self.port, config=_CONFIG))
        self.master = self._start(
            "/usr/lib/cyrus/bin/master", "-C", _CONFIG,
            "-M", f"{_HOME}/cyrus.conf", "-p", f"{_HOME}/pid")
        return self

    def __exit__(self, *_):
        self.master.send_signal(signal.SIGQUIT)     # it ends the others
        self.master.wait(60)

    def _start(self, *words, **more):
        script = f'mount --bind "{self.home}" "{self.root}{_HOME}"; ' \
                 f'mount -t proc proc "{self.root}/proc"; ' \
                 f'mount --bind /dev "{self.root}/dev"; ' \
                 f'exec chroot "{self.root}" "$@"'
        return subprocess.Popen(["unshare", "-m", "sh", "-ec", script, "sh",
                                 *words], **more)

    def _prepare(self):
        owner = (self.root / "var/spool/cyrus").stat()
        for name in _DIRECTORIES:
            path = self.home / name
            path.mkdir(parents=True)
            os.chown(path, owner.st_uid, owner.st_gid)
        os.chown(self.home, owner.st_uid, owner.st_gid)
        (self.home / "imapd.conf").write_text(_IMAPD)
        setter = self._start("saslpasswd2", "-c", "-p", "-u", "localhost",
                             "-f", f"{_HOME}/sasldb", USER,
                             stdin=subprocess.PIPE)
        setter.communicate(PASSWORD.encode())
        if setter.returncode != 0:
            shutil.rmtree(self.home)
            raise RuntimeError("saslpasswd2 failed")
        os.chown(self.home / "sasldb", owner.st_uid, owner.st_gid)

    def imap(self):
        deadline = time.monotonic() + 60
        while True:
            try:
                session = Imap(HOST, self.port)
                break
            except OSError:
                if time.monotonic() > deadline or \
                        self.master.poll() is not None:
                    raise
                time.sleep(0.1)
        session.login(USER, PASSWORD)
        return session
