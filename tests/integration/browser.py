"""Chromium without a screen, driven by chromedriver (W3C WebDriver)."""

import base64
import json
import subprocess
import urllib.request

from harness import wait_for
from harness.dovecot import HOST, free_port

#: Seconds that an answer of the driver may take; the first start is slow.
PATIENCE = 60
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu",
              "--disable-dev-shm-usage", "--window-size=1300,900"]


class Browser:
    """One window. `script` runs JavaScript in the page and returns its value."""

    def __init__(self, directory):
        self.port = free_port()
        self._log = open(directory / "chromedriver.log", "wb")
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={self.port}"], stdout=self._log,
            stderr=self._log, stdin=subprocess.DEVNULL)
        self._session = None
        wait_for(self._is_up, "chromedriver")
        answer = self._call("POST", "/session", {"capabilities": {
            "alwaysMatch": {"goog:chromeOptions": {
                "args": _ARGUMENTS + [f"--user-data-dir={directory}/profile"]}}}})
        self._session = answer["sessionId"]

    def _call(self, method, path, data=None):
        request = urllib.request.Request(
            f"http://{HOST}:{self.port}{path}", method=method,
            data=None if data is None else json.dumps(data).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def _is_up(self):
        try:
            return self._call("GET", "/status")["ready"]
        except OSError:
            return False

    def _page(self, method, path, data=None):
        return self._call(method, f"/session/{self._session}{path}", data)

    def open(self, url):
        self._page("POST", "/url", {"url": url})

    def script(self, text, *args):
        return self._page("POST", "/execute/sync",
                          {"script": text, "args": list(args)})

    def type(self, selector, text):
        """Type into a field, in place of what is in it."""
        wait_for(lambda: self.script(
            "return document.querySelector(arguments[0]) !== null", selector),
            selector)
        field = self._page("POST", "/element", {
            "using": "css selector", "value": selector})[_ELEMENT]
        self.script("document.querySelector(arguments[0]).value = ''", selector)
        self._page("POST", f"/element/{field}/value", {"text": text})

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self._page("GET", "/screenshot")))

    def close(self):
        if self._session is not None:
            self._page("DELETE", "")
        self._driver.terminate()
        self._driver.wait()
        self._log.close()
