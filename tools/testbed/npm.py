"""The JavaScript client library of the tests with mail clients."""

from systems import PrepareError

#: The last one that runs on Debian 12's Node.js.
_PACKAGE = "imapflow@1.7.8"


def install(directory, children, log):
    """Put it below the directory, with npm's help, unless it is there."""
    if (directory / "node_modules").is_dir():
        return
    directory.mkdir(parents=True, exist_ok=True)
    status = children.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
         "--prefix", directory, _PACKAGE], log)
    if status != 0:
        raise PrepareError(f"npm install {_PACKAGE} failed; see {log}")
