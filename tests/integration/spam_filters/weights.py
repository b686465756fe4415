"""Rules by which a test says what a message shall weigh: a subject "weigh-7"
weighs seven points more than what else is found in it."""

import shutil
from pathlib import Path

WEIGHTS = range(1, 31)


def spamassassin_rules(directory):
    """SpamAssassin's site configuration with these rules, in the directory."""
    target = Path(directory) / "spamassassin"
    shutil.copytree("/etc/spamassassin", target)
    lines = ["use_bayes 0"]
    for weight in WEIGHTS:
        lines += [f"header WEIGH_{weight} Subject =~ /\\bweigh-{weight}\\b/",
                  f"score WEIGH_{weight} {weight}"]
    (target / "weights.cf").write_text("\n".join(lines) + "\n")
    return target


def rspamd_rules():
    """The same as rspamd.local.lua."""
    return "".join(
        f'config["regexp"]["WEIGH_{weight}"] = {{ score = {weight},\n'
        f'  re = "Subject=/\\\\bweigh-{weight}\\\\b/H" }}\n'
        for weight in WEIGHTS)
