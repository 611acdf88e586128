"""A headless browser for the tests of pages; skips where none is installed."""

from __future__ import annotations

import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDE, NARROW = (1280, 800), (390, 844)
# Each would show itself as an alert, a changed title or a foreign element if it ever were markup.
HOSTILE = (
    "<script>alert(1)</script>", "</script><script>document.title='taken'</script>",
    "<img src=x onerror=document.title='taken'>", "\"'`&amp;<b>", "</style><h1 id=taken>",
    "line\u2028break\u2029", "\u202eright to left", "שלום", "مرحبا", "$x_{", "${taken}",
    "\udce4\udcff", "a\tb", "__proto__", "<!--", "]]>", "苹果",
)  # fmt: skip


def start_browser():
    """Start Chromium, or skip the test with the reason."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs the extra browser")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    driver = shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("needs Chromium and its chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def resize(browser, size, scheme="light"):
    """Give the page a size in pixels, and light or dark colours."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def until(browser, condition, seconds=20):
    """Wait until JavaScript is true, and return its value."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds, poll_frequency=0.02).until(
        lambda _: browser.execute_script(f"return ({condition})")
    )


def complaints(browser):
    """Return what the browser logged since it was last asked: errors, and refusals of the CSP."""
    return [entry["message"] for entry in browser.get_log("browser")]


def colours(browser, canvas):
    """Count the different colours of a canvas: one alone is an empty map."""
    found = browser.execute_script(
        """
        const copy = document.createElement("canvas");
        [copy.width, copy.height] = [arguments[0].width, arguments[0].height];
        const context = copy.getContext("2d", {willReadFrequently: true});
        context.drawImage(arguments[0], 0, 0);
        const pixels = context.getImageData(0, 0, copy.width, copy.height).data;
        return new Set(new Uint32Array(pixels.buffer)).size;
        """,
        canvas,
    )
    assert isinstance(found, int)
    return found
