"""Bogofilter with a word list of a few messages, in front of dovecot-lda."""

import shutil
import subprocess
import tempfile

WORDS = {"-s": "casino jackpot winner lottery million prize claim viagra",
         "-n": "meeting agenda minutes report review schedule project budget"}


class Bogofilter:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="wnf")
        for kind, words in WORDS.items():
            for number in range(20):
                self._run(kind, stdin=f"Subject: {number}\n\n{words}\n".encode())

    def _run(self, *options, stdin, statuses=(0,)):
        done = subprocess.run(["bogofilter", "-d", self.directory, *options],
                              input=stdin, stdout=subprocess.PIPE)
        assert done.returncode in statuses
        return done.stdout

    def judge(self, message):
        """The message as bogofilter hands it on."""
        return self._run("-p", "-e", stdin=message)

    def said(self, message):
        """("S", "H" or "U", spamicity): its terse output, another way."""
        word, value = self._run("-T", stdin=message,
                                statuses=(0, 1, 2)).split()
        return word.decode(), float(value)

    def stop(self):
        shutil.rmtree(self.directory, ignore_errors=True)
