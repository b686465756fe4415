"""imaptest finds no fault with winnow that it does not find without."""

import os
import re

import pytest

import imaptest
from harness import valgrind
from imaptest_stress import Stress

pytestmark = pytest.mark.skipif(
    not imaptest.DIRECTORY or valgrind.wanted(),
    reason="WINNOW_IMAPTEST is not set, or all is slow under valgrind")
#: Seconds of a stress run.
SECONDS = int(os.environ.get("WINNOW_IMAPTEST_SECONDS", "60"))
#: What stock Dovecot logs now and then under such a stress: sessions that sort
#: meet each other's indexes, and 2.3 can end in a THREAD. The backtrace tells
#: that panic from any other.
STOCKS_OWN = (r"Broken sort-\w indexes, resetting: ",
              r"Panic: file array\.c: .*\(array_idx_modifiable_i\)",
              r"Raw backtrace: .*\bmail_thread_init\b",
              r"service\(imap\): child \d+ killed with signal 6 ")
#: A search found too little, and said so.
LEFT_OUT = re.compile(r"SEARCH result missing .* \[X-WINNOW SKIPPED \d+\]")


def judging(word, **preferences):
    """Settings under which nearly all of the scripts' mail has that verdict:
    it comes from somebody@domain.org."""
    return {"winnow_scanner": "sender", "winnow_source sender": {
        "header": "From", "word": "after @", word: "domain"}, **preferences}


PREFERENCES = {"winnow_search": "clean", "winnow_idle": "quiet"}
#: Spam would be left out of the scripts' searches, as it should.
STATES = {"loaded": judging("spam"),
          "preferences": judging("ham", **PREFERENCES)}


@pytest.fixture(scope="module")
def stock():
    """The results of stock Dovecot by storage; each is found once."""
    return {}


@pytest.mark.parametrize("storage", ["maildir", "sdbox", "mdbox"])
@pytest.mark.parametrize("state", STATES)
def test_scripts_end_as_on_stock(start, stock, storage, state):
    if storage not in stock:
        server = start(winnow=False, metadata=True)
        stock[storage] = imaptest.scripts(server.new_user(storage))
    server = start(settings=STATES[state], metadata=True)
    assert imaptest.scripts(server.new_user(storage)) == stock[storage]


def kind(complaint):
    """A complaint without the numbers, which differ in any two runs."""
    return re.sub(r"\d+", "N", complaint)


@pytest.mark.long
@pytest.mark.parametrize("storage", ["maildir", "sdbox"])
def test_stress_finds_nothing_that_stock_has_not(start, storage):
    stock = start(winnow=False, metadata=True)
    ours = start(settings={"winnow_scanner": "rspamd", **PREFERENCES},
                 metadata=True)
    stock.allow_log("")
    for pattern in STOCKS_OWN:
        ours.allow_log(pattern)
    runs = [Stress(server, storage, SECONDS) for server in (stock, ours)]
    try:
        for run in runs:
            run.begin()
        of_stock, of_ours = [run.end() for run in runs]
    finally:
        for run in runs:
            run.stop()
    known = {kind(line) for line in of_stock}
    assert not [line for line in of_ours if kind(line) not in known and
                not LEFT_OUT.search(line)]
