"""What a `Setup` can ask for works on both series, without winnow."""

from harness import Literal, message


def test_virtual_mailbox_shows_messages_of_another(start):
    user = start(winnow=False, virtual=True).new_user()
    user.virtual_mailbox("Unseen", "INBOX", "  UNSEEN")
    user.lmtp(message("read me"))
    imap = user.imap("Virtual/Unseen")
    assert imap.search("SUBJECT read") == [1]


def test_shared_mailbox_is_open_to_whom_it_is_shared_with(start):
    server = start(winnow=False, shared=True)
    owner, reader = server.new_user(), server.new_user()
    owner.lmtp(message("for both"), "Archive")
    imap = owner.imap()
    imap.ok("SETACL", "Archive", reader.name, "lr")
    imap = reader.imap(f"shared/{owner}/Archive")
    assert imap.search("SUBJECT both") == [1]
    imap.no("APPEND", f"shared/{owner}/Archive", Literal(message()))


def test_public_mailbox_is_seen_by_all(start):
    server = start(winnow=False, public=True)
    one, two = server.new_user(), server.new_user()
    one.imap().ok("CREATE", "Public/News")
    one.imap().append("Public/News", message("for all"))
    assert two.imap("Public/News").search("SUBJECT all") == [1]


def test_fts_answers_a_text_search(start):
    user = start(winnow=False, fts=True).new_user()
    user.lmtp(message("about gardening", body="Tomatoes.\n"))
    user.lmtp(message("about nothing", body="Silence.\n"))
    imap = user.imap("INBOX")
    assert imap.search("TEXT tomatoes") == [1]
    assert list(user.home.rglob("*xapian*")) or \
        list(user.home.rglob("fts-flatcurve*"))


def test_metadata_is_kept(start):
    user = start(winnow=False, metadata=True).new_user()
    user.imap().ok("SETMETADATA", '""', '(/private/vendor/test/x "kept")')
    reply = user.imap().ok("GETMETADATA", '""', "/private/vendor/test/x")
    assert reply.lines("METADATA") == ['"" (/private/vendor/test/x {4}\r\nkept)']


def test_sieve_files_by_lmtp_and_lda(start):
    user = start(winnow=False, sieve=True).new_user()
    user.sieve('require "fileinto";\n'
               'if header :contains "Subject" "news" '
               '{ fileinto "Archive"; }\n')
    user.lmtp(message("news one"))
    user.lda(message("news two"))
    user.lda(message("else"))
    imap = user.imap()
    assert imap.status("Archive", "MESSAGES") == {"MESSAGES": 2}
    assert imap.status("INBOX", "MESSAGES") == {"MESSAGES": 1}


def test_userdb_fields_change_for_new_sessions(start, storage):
    server = start(winnow=False)
    field = {"2.3": {"imap_capability": "+X-FIELD"},
             "2.4": {"imap_capability/X-FIELD": "yes"}}[server.series]
    user = server.new_user(storage)
    assert "X-FIELD" not in user.imap().ok("CAPABILITY").lines("CAPABILITY")[0]
    user.set_fields(**field)
    assert "X-FIELD" in user.imap().ok("CAPABILITY").lines("CAPABILITY")[0]
