"""imaptest finds no fault with winnow that it does not find without."""

import os
import re

import pytest

import imaptest
from imaptest_stress import Stress

pytestmark = pytest.mark.skipif(not imaptest.DIRECTORY,
                                reason="WINNOW_IMAPTEST is not set")
#: Seconds of a stress run.
SECONDS = int(os.environ.get("WINNOW_IMAPTEST_SECONDS", "60"))
#: Stock Dovecot says this now and then when several sessions sort and expunge.
SORT_INDEX = r"Broken sort-\w indexes, resetting: "
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


@pytest.mark.long
@pytest.mark.parametrize("storage", ["maildir", "sdbox"])
def test_stress_finds_nothing_that_stock_has_not(start, storage):
    servers = [start(winnow=False, metadata=True),
               start(settings={"winnow_scanner": "rspamd", **PREFERENCES},
                     metadata=True)]
    for server in servers:
        server.allow_log(SORT_INDEX)
    runs = [Stress(server, storage, SECONDS) for server in servers]
    try:
        for run in runs:
            run.begin()
        stock, ours = [run.end() for run in runs]
    finally:
        for run in runs:
            run.stop()
    assert not stock
    assert not [line for line in ours if not LEFT_OUT.search(line)]
