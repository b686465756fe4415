"""A server with everything loaded that the large mail stacks load.

Mail is compressed and encrypted; what is expunged goes to a namespace of its
own; Sieve files spam into Junk, and marks what the user moves into or out of it,
where those stacks teach their filter.
"""

import subprocess

import pytest

from idle_client import LOGGED

PLUGINS = ["acl", "quota", "lazy_expunge", "notify", "mail_log",
           "push_notification", "mail_crypt"]
COMPRESSION = {"2.3": "zlib", "2.4": "mail_compress"}
#: What these do is seen by the keywords that they set.
LEARNT_SPAM, LEARNT_HAM = "LearntSpam", "LearntHam"
SCRIPTS = {
    "after": 'require "fileinto";\n'
             'if header :is "X-Rspamd-Action" ["add header", "reject"]\n'
             '{ fileinto "Junk"; }\n',
    "learn-spam": 'require "imap4flags";\n' f'addflag "{LEARNT_SPAM}";\n',
    "learn-ham": 'require "imap4flags";\n' f'addflag "{LEARNT_HAM}";\n'}

CONFIG_23 = """
namespace expunged {{
  prefix = Expunged/
  separator = /
  hidden = yes
  list = no
  subscriptions = no
  location = {kept}:~/expunged
}}
plugin {{
  lazy_expunge = Expunged/
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=1G
  mail_log_events = delete undelete expunge save copy flag_change
  mail_log_fields = uid box msgid
  push_notification_driver = dlog
  zlib_save = gz
  mail_crypt_global_private_key = <{keys}/private.pem
  mail_crypt_global_public_key = <{keys}/public.pem
  mail_crypt_save_version = 2
  sieve_plugins = sieve_imapsieve
  sieve_after = file:~/after.sieve
  imapsieve_mailbox1_name = Junk
  imapsieve_mailbox1_causes = COPY APPEND
  imapsieve_mailbox1_before = file:~/learn-spam.sieve
  imapsieve_mailbox2_name = *
  imapsieve_mailbox2_from = Junk
  imapsieve_mailbox2_causes = COPY
  imapsieve_mailbox2_before = file:~/learn-ham.sieve
}}
"""

CONFIG_24 = """
namespace expunged {{
  prefix = Expunged/
  separator = /
  hidden = yes
  list = no
  subscriptions = no
  mail_driver = {kept}
  mail_path = ~/expunged
}}
lazy_expunge_mailbox = Expunged/INBOX
quota "User quota" {{
  storage_size = 1G
}}
mail_log_events = delete undelete expunge save copy flag_change
mail_log_fields = uid box msgid
push_notification dlog {{
}}
mail_compress_write_method = gz
crypt_global_public_key_file = {keys}/public.pem
crypt_global_private_key main {{
  crypt_private_key_file = {keys}/private.pem
}}
sieve_plugins {{
  sieve_imapsieve = yes
}}
sieve_script after {{
  type = after
  path = ~/after.sieve
}}
mailbox Junk {{
  sieve_script learn-spam {{
    type = before
    cause = copy append
    path = ~/learn-spam.sieve
  }}
}}
imapsieve_from Junk {{
  sieve_script learn-ham {{
    type = before
    cause = copy
    path = ~/learn-ham.sieve
  }}
}}
"""


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Where the site's pair of keys is, in files that root alone can read."""
    directory = tmp_path_factory.mktemp("crypt")
    private, public = directory / "private.pem", directory / "public.pem"
    private.touch(mode=0o600)
    curve = subprocess.run(
        ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"],
        stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["openssl", "pkey", "-out", private], input=curve,
                   check=True)
    subprocess.run(["openssl", "pkey", "-pubout", "-out", public],
                   input=curve, check=True)
    return directory


def loaded(keys, series, settings, kept="sdbox"):
    """The fields of its `Setup`; kept: how it keeps what is expunged."""
    return {
        "settings": settings, "metadata": True, "shared": True,
        "virtual": True, "fts": True, "sieve": True,
        "plugins": PLUGINS + [COMPRESSION[series]],
        "imap_plugins": ["imap_quota", "imap_sieve"],
        "extra": LOGGED + {"2.3": CONFIG_23, "2.4": CONFIG_24}[series].format(
            keys=keys, kept=kept)}


def new_user(server, storage, **fields):
    user = server.new_user(storage, **fields)
    for name, text in SCRIPTS.items():
        user.write(f"{name}.sieve", text)
    return user
