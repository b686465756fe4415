"""Records in an index: read from the files, and damaged by hand.

Reading needs no Dovecot, so that no look can fill anything in. The layout of
the index is Dovecot's, that of a record the one that
`src/index/winnow-record.h` promises.
"""

import os
import struct
from collections import namedtuple

from .config import MAIL_UID

NAME = "winnow"
KINDS = ("none", "phish", "virus")
NO_LEVEL = 255

#: One message's record. level and score are None if there is none.
Record = namedtuple("Record", "source kind level score")
UNKNOWN = Record(0, "none", None, None)

#: enum mail_transaction_type
_APPEND, _INTRO, _RESET, _HEADER, _RECORD = 0x2, 0x40, 0x80, 0x100, 0x200
_EXPUNGE, _EXPUNGE_PROTECTED = 0x1 | 0xcd90, 0x2000 | 0xcd90
_EXTERNAL = 0x10000000
_NO_SHRINK = 1
_INTRO_FORMAT = struct.Struct("=IIIHHHH")


class Index:
    """The index of one mailbox, as far as winnow's extension goes."""

    def __init__(self, user, mailbox="INBOX"):
        self.directory = _directory(user, mailbox)

    def raw(self):
        """{UID: bytes of the extension, or None}, in the mailbox's order."""
        state = _State(self.directory)
        return {uid: state.records.get(uid) for uid in sorted(state.uids)}

    def records(self):
        """{UID: Record, or None}; all zero bytes are no record."""
        return {uid: decode(data) for uid, data in self.raw().items()}

    def extension(self):
        """The extension's `_Extension`, None without one."""
        return _State(self.directory).extension

    # --------------------------------------------------------------- damaging

    def write(self, *changes):
        """Append changes of the extension to the index's log."""
        path = self.directory / "dovecot.index.log"
        data = b"".join(_entry(kind, body) for kind, body in changes)
        with open(path, "ab") as log:
            log.write(data)
        os.chown(path, MAIL_UID, MAIL_UID)

    def resize(self, record_size, header_size=24, align=4):
        """Give the extension other sizes, smaller ones too."""
        self.write(self._intro(record_size, header_size, align, 0))

    def set_records(self, records, record_size=8):
        """Write {UID: bytes} over the records."""
        body = b"".join(struct.pack("=I", uid) + _padded(data)
                        for uid, data in records.items())
        self.write(self._intro(record_size), (_RECORD, body))

    def set_header(self, data, offset=0):
        """Write bytes over the extension's header, which grows with them."""
        self.write(self._intro(8, offset + len(data)),
                   (_HEADER, _padded(struct.pack("=HH", offset, len(data)) +
                                     data)))

    def reset(self, new_id):
        """Clear everything and give the extension another generation."""
        self.write(self._intro(8),
                   (_RESET, struct.pack("=IB3x", new_id, 0)))

    def _intro(self, record_size, header_size=24, align=4, flags=_NO_SHRINK):
        extension, name = self.extension(), NAME.encode()
        return _INTRO, _INTRO_FORMAT.pack(
            0xffffffff, extension.reset_id if extension else 0, header_size,
            record_size, align, flags, len(name)) + _padded(name)


def _directory(user, mailbox):
    """As Dovecot lays it out; asking doveadm would take long."""
    mail = user.home / "mail"
    if "/" in mailbox:
        return user.path(mailbox, "index")
    if user.storage == "maildir":
        return mail if mailbox == "INBOX" else mail / f".{mailbox}"
    if user.storage == "mbox":
        return mail / ".imap" / mailbox
    return mail / "mailboxes" / mailbox / "dbox-Mails"


def decode(data):
    """Bytes as a `Record`; None for what is no record at all."""
    if data is None or len(data) < 8 or not any(data):
        return None
    form, source, flags, level, milli = struct.unpack("=BBBBi", data[:8])
    if form != 1:
        return None
    return Record(source, KINDS[flags & 3],
                  None if level == NO_LEVEL else level,
                  milli / 1000 if flags & 4 else None)


def _padded(data):
    return data + bytes(-len(data) % 4)


def _entry(kind, body):
    """One entry of the log: its size in seven bits a byte, its type, itself."""
    words = (len(body) + 8) // 4
    size = bytes(0x80 | words >> shift & 0x7f for shift in (21, 14, 7, 0))
    return size + struct.pack("=I", kind | _EXTERNAL) + body


# ------------------------------------------------------- Dovecot's index files

class _Extension:
    def __init__(self, header_size, reset_id, record_size, align):
        self.reset_id, self.align = reset_id, align
        self.header, self.record_size = bytes(header_size), record_size


class _State:
    """What dovecot.index and the log that continues it say."""

    def __init__(self, directory):
        self._empty()
        sequence, offset = 0, 0
        path = directory / "dovecot.index"
        if path.exists():
            sequence, offset = self._read_index(path.read_bytes())
        for name in ("dovecot.index.log.2", "dovecot.index.log"):
            if (directory / name).exists():
                self._replay((directory / name).read_bytes(), sequence, offset)

    def _read_index(self, data):
        base_size, header_size, record_size = struct.unpack_from("=HII", data, 2)
        sequence, _, head = struct.unpack_from("=III", data, 60)
        count, = struct.unpack_from("=I", data, 32)
        at, winnow_offset = _aligned(base_size), None
        while at < header_size:
            size, reset_id, offset, one, align, name_size = \
                struct.unpack_from("=IIHHHH", data, at)
            start = _aligned(at + 16 + name_size)
            name = data[at + 16:at + 16 + name_size].decode()
            self.names.append(name)
            if name == NAME:
                self.extension = _Extension(size, reset_id, one, align)
                self.extension.header = data[start:start + size]
                winnow_offset = offset
            at = _aligned(start + size)
        for n in range(count):
            at = header_size + n * record_size
            uid, = struct.unpack_from("=I", data, at)
            self.uids.add(uid)
            if winnow_offset and self.extension.record_size:
                at += winnow_offset
                self.records[uid] = data[at:at + self.extension.record_size]
        return sequence, head

    def _replay(self, data, sequence, offset):
        header_size, _, own, before = struct.unpack_from("=HIII", data, 2)
        if own < sequence:
            return
        if before == 0 and own > sequence:
            self._empty()           # the index began anew with this log
        at = offset if own == sequence else header_size
        self._current, self._size = None, 0
        while at + 8 <= len(data):
            words = 0
            for byte in data[at:at + 4]:
                words = words << 7 | byte & 0x7f
            kind, = struct.unpack_from("=I", data, at + 4)
            if words < 2 or at + 4 * words > len(data):
                break
            self._apply(kind, data[at + 8:at + 4 * words])
            at += 4 * words

    def _empty(self):
        #: names in the order of their ids; winnow's extension and its records
        self.names, self.extension = [], None
        self.uids, self.records = set(), {}

    def _apply(self, kind, body):
        external, kind = kind & _EXTERNAL, kind & 0x0fffffff
        if kind == _APPEND:
            self.uids.update(uid for uid, _ in struct.iter_unpack("=II", body))
        elif kind == _EXPUNGE and external:
            for first, last in struct.iter_unpack("=II", body):
                self._expunge(range(first, last + 1))
        elif kind == _EXPUNGE_PROTECTED and external:
            self._expunge(uid for uid, _ in struct.iter_unpack("=I16s", body))
        elif kind == _INTRO:
            self._begin(body)
        elif self._current is not None and kind == _RESET:
            self._reset(*struct.unpack("=IB3x", body))
        elif self._current and kind == _HEADER:
            self._change_header(body)
        elif self._current and kind == _RECORD:
            self._change_records(body)

    def _expunge(self, uids):
        for uid in uids:
            self.uids.discard(uid)
            self.records.pop(uid, None)

    def _begin(self, body):
        """The extension that the next entries are about. self._current is None
        if it is not winnow's, False if the changes are outdated."""
        number, reset_id, size, one, align, flags, name_size = \
            _INTRO_FORMAT.unpack_from(body)
        if number == 0xffffffff:
            name = body[20:20 + name_size].decode()
            if name not in self.names:
                self.names.append(name)
                if name == NAME:
                    self.extension = _Extension(size, reset_id, one, align)
        else:
            name = self.names[number]
        self._current = None
        if name == NAME:
            self._current, self._size = \
                reset_id == self.extension.reset_id, one
        if self._current:
            self._resize(size, one, align, flags & _NO_SHRINK)

    def _resize(self, size, one, align, no_shrink):
        extension = self.extension
        if size > len(extension.header) or not no_shrink:
            extension.header = extension.header[:size].ljust(size, b"\0")
        if align > extension.align or not no_shrink:
            extension.align = align
        if one > extension.record_size or not no_shrink:
            extension.record_size = one
            self.records = {uid: data[:one].ljust(one, b"\0")
                            for uid, data in self.records.items()}

    def _reset(self, new_id, keep):
        self.extension.reset_id = new_id
        if not keep:
            self.extension.header = bytes(len(self.extension.header))
            self.records.clear()

    def _change_header(self, body):
        at = 0
        while at + 4 < len(body):
            offset, size = struct.unpack_from("=HH", body, at)
            if size == 0:
                break
            old, at = self.extension.header, at + 4
            self.extension.header = \
                old[:offset] + body[at:at + size] + old[offset + size:]
            at += size + -size % 4

    def _change_records(self, body):
        step = 4 + len(_padded(bytes(self._size)))
        for at in range(0, len(body), step):
            uid, = struct.unpack_from("=I", body, at)
            data = body[at + 4:at + 4 + self._size]
            self.records[uid] = data.ljust(self.extension.record_size, b"\0")


def _aligned(size):
    return (size + 7) & ~7
