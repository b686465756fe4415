"""Real spam filters, and a mail server that stands between them and Dovecot.

Each runs as its package wants it, but with private directories, without DNS
and with its own local rules only; `tools/test --filters` installs them. Of what
a filter said a test learns from the filter's log or its other programs, never
from the header that winnow reads.
"""

from .amavis import Amavis
from .bogofilter import Bogofilter
from .postfix import Postfix
from .rspamd import Rspamd
from .spamassassin import Spamd

__all__ = ["Amavis", "Bogofilter", "Postfix", "Rspamd", "Spamd"]
