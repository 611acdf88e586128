"""A map as a page: its file, and what it does in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import numpy as np
import pytest

import fastvec
from fastvec.vectors.maps.data import as_data
from fastvec.vectors.maps.page import SCRIPTS, STYLES, asset, escaped, render
from tests.browser import HOSTILE, NARROW, WIDE, colours, complaints, resize, until


def made(words, seed=0, counts=None):
    matrix = np.random.default_rng(seed).normal(size=(len(words), 8)).astype(np.float32)
    return fastvec.WordVectors(words, matrix, counts)


@pytest.fixture(scope="module")
def vectors():
    words = [f"word{row}" for row in range(60)]
    return made(words, counts=np.arange(60, 0, -1) * 100)


@pytest.fixture(scope="module")
def html(vectors):
    return render(vectors.map(top=40, method="pca"))


def embedded(html):
    """Return the data of a page."""
    return json.loads(re.search(r'type="application/json">(.*?)</script>', html, re.S)[1])


def test_the_data_holds_places_ranks_and_neighbors(vectors):
    found = vectors.map(top=40, method="pca")
    data = as_data(found, neighbors=10)
    assert data["words"][:40] == found.words
    assert data["points"] == len(data["x"]) == len(data["y"]) == 40
    assert max(data["x"] + data["y"]) == 10_000
    assert min(data["x"]) == min(data["y"]) == 0
    assert data["counts"][3] == 5700
    answers = vectors.most_similar("word7", topn=10)
    assert [data["words"][number] for number in data["neighbors"][7]] == [w for w, _ in answers]
    assert data["similarities"][7] == [round(score, 3) for _, score in answers]
    assert set(data["words"][40:]) <= set(vectors.words[40:])


def test_a_map_of_one_word_has_a_place():
    data = as_data(made(["a"]).map())
    assert (data["x"], data["y"], data["clusters"]) == ([0], [0], [0])


def test_the_page_is_one_file_that_asks_for_nothing(html):
    for mark in ("http:", "https:", "src=", "@import", "url(", 'href="', "import(", "fetch("):
        assert mark not in html
    assert embedded(html)["caption"].startswith("40 words (commonest words)")


def test_the_policy_allows_the_pages_own_script_and_style_only(html):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="(.*?)"', html)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, source in (("script", "script-src"), ("style", "style-src")):
        text = re.search(f"<{tag}>(.*?)</{tag}>", html, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy


def test_no_text_of_the_data_can_end_it():
    html = render(made(list(HOSTILE)).map(method="pca"))
    assert embedded(html)["words"] == list(HOSTILE)
    block = re.search(r'type="application/json">(.*?)</script>', html, re.S)[1]
    assert not set(block) & set("<>&\u2028\u2029\n")
    assert block.isascii()
    assert html.count("<script") == html.count("</script>") == 2


def test_what_is_escaped_reads_back():
    value = {"a": ["<>&\u2028", 1.5, None]}
    assert json.loads(escaped(value)) == value


def test_the_scripts_write_words_as_text():
    for name in (*SCRIPTS, *STYLES):
        text = asset(name)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", text)
        assert "</" not in text
        assert len(text.splitlines()) <= 300


# In a browser.


@pytest.fixture
def opened(browser, tmp_path):
    def open_page(word_map, size=WIDE, scheme="light"):
        word_map.save(tmp_path / "map.html")
        resize(browser, size, scheme)
        browser.get((tmp_path / "map.html").as_uri())
        until(browser, "typeof page === 'object' && page.view.width > 0")
        return browser

    return open_page


def codes(browser, selector):
    """Return the UTF-16 codes of a text; halves of characters do not pass through the driver."""
    return browser.execute_script(
        "const text = document.querySelector(arguments[0]).textContent;"
        "return Array.from({length: text.length}, (_, place) => text.charCodeAt(place))",
        selector,
    )


def by_id(browser, name):
    return browser.find_element("id", name)


def shown(browser):
    """Return the word and the neighbors in the panel."""
    title = browser.find_elements("css selector", "#panel h2")
    rows = browser.find_elements("css selector", "#panel .ranking bdi")
    return (title[0].text if title else None), [row.text for row in rows]


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_draws_the_map_at_any_size(opened, vectors, size, scheme, tmp_path):
    browser = opened(vectors.map(top=40, method="pca"), size, scheme)
    assert colours(browser, by_id(browser, "map")) > 8
    paper = browser.execute_script("return page.theme.paper")
    assert (paper == "#ffffff") == (scheme == "light")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]
    canvas = by_id(browser, "map").rect
    assert canvas["width"] >= 300
    assert canvas["height"] >= 300
    assert by_id(browser, "caption").text.startswith("40 words (commonest words)")
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    browser.save_screenshot(str(tmp_path / "page.png"))
    assert (tmp_path / "page.png").stat().st_size > 5000
    assert complaints(browser) == []


def test_typing_finds_a_word_and_enter_shows_its_neighbors(opened, vectors):
    from selenium.webdriver.common.keys import Keys

    browser = opened(vectors.map(top=40, method="pca"))
    browser.find_element("tag name", "body").send_keys("/")
    search = by_id(browser, "search")
    assert browser.switch_to.active_element == search
    search.send_keys("WORD1")
    results = [entry.text for entry in browser.find_elements("css selector", "#results li")]
    assert results[:3] == ["word1", "word10", "word11"]
    search.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert shown(browser) == ("word10", [w for w, _ in vectors.most_similar("word10", topn=10)])
    assert "seen 5,000 times" in by_id(browser, "panel").text
    assert not by_id(browser, "results").is_displayed()


def test_a_click_on_a_neighbor_goes_on_to_it(opened, vectors):
    browser = opened(vectors.map(method="pca"))
    browser.execute_script("page.pick('word3')")
    first, neighbors = shown(browser)
    assert first == "word3"
    browser.find_element("css selector", "#panel .ranking button").click()
    assert shown(browser)[0] == neighbors[0]


def test_a_neighbor_outside_the_map_cannot_be_clicked(opened, vectors):
    browser = opened(vectors.map(top=3))
    browser.execute_script("page.pick('word0')")
    buttons = browser.find_elements("css selector", "#panel .ranking button")
    inside = [button.text.split()[0] for button in buttons if button.is_enabled()]
    assert len(buttons) == 10
    assert set(inside) <= {"word1", "word2"}


def test_pointing_and_clicking_choose_the_word_there(opened, vectors):
    from selenium.webdriver import ActionChains

    browser = opened(vectors.map(method="pca"))
    canvas = by_id(browser, "map")
    at = browser.execute_script(
        "const p = page.view.painter; page.view.paint(); return [p.screenX[5], p.screenY[5]]"
    )
    offsets = [round(at[0] - canvas.rect["width"] / 2), round(at[1] - canvas.rect["height"] / 2)]
    ActionChains(browser).move_to_element_with_offset(canvas, *offsets).perform()
    until(browser, "page.view.hovered >= 0")
    ActionChains(browser).click().perform()
    selected = until(browser, "page.view.selected >= 0 && page.view.selected + 1") - 1
    assert shown(browser)[0] == vectors.words[selected]
    near = browser.execute_script(
        "const p = page.view.painter, s = page.view.selected;"
        "return Math.hypot(p.screenX[s] - p.screenX[5], p.screenY[s] - p.screenY[5])"
    )
    assert near < 13


def test_keys_and_buttons_zoom_and_move(opened, vectors):
    from selenium.webdriver.common.keys import Keys

    browser = opened(vectors.map(method="pca"))

    def camera():
        return browser.execute_script("const c = page.view.camera; return [c.scale, c.left, c.top]")

    start = camera()
    canvas = by_id(browser, "map")
    canvas.send_keys("+")
    assert camera()[0] == pytest.approx(start[0] * 1.3)
    canvas.send_keys("0")
    assert camera() == pytest.approx(start)
    canvas.send_keys(Keys.ARROW_LEFT, Keys.ARROW_DOWN)
    assert camera()[1:] == pytest.approx([start[1] + 60, start[2] - 60])
    by_id(browser, "fit").click()
    by_id(browser, "zoom-in").click()
    by_id(browser, "zoom-out").click()
    assert camera() == pytest.approx(start)


def test_the_wheel_zooms_about_the_pointer(opened, vectors):
    browser = opened(vectors.map(method="pca"))
    before, after = browser.execute_script(
        """
        const view = page.view, box = view.canvas.getBoundingClientRect();
        const at = () => [(200 - view.camera.left) / view.camera.scale, view.camera.scale];
        const before = at();
        view.canvas.dispatchEvent(new WheelEvent("wheel", {deltaY: -300, clientX: box.left + 200,
          clientY: box.top + 100, cancelable: true}));
        return [before, at()];
        """
    )
    assert after[0] == pytest.approx(before[0])
    assert after[1] > 1.3 * before[1]


def test_colours_by_group_cluster_and_frequency(opened, vectors):
    from selenium.webdriver.support.ui import Select

    groups = {"first <b>": vectors.words[:10], "second": vectors.words[10:20]}
    browser = opened(vectors.map(groups=groups, method="pca"))
    choice = Select(by_id(browser, "colour"))
    assert [option.text for option in choice.options] == ["by group", "by cluster", "by frequency"]
    assert by_id(browser, "legend").text.split("\n") == ["first <b>", "second"]
    choice.select_by_visible_text("by frequency")
    assert by_id(browser, "legend").text.split("\n") == ["rare", "common"]
    choice.select_by_visible_text("by cluster")
    assert not by_id(browser, "legend").is_displayed()
    assert len(browser.execute_script("return page.view.painter.buckets")) == 2


def test_the_view_is_saved_as_a_picture(opened, vectors):
    browser = opened(vectors.map(method="pca"))
    browser.execute_script(
        """
        window.saved = null;
        HTMLAnchorElement.prototype.click = function () {
          const picture = new Image();
          window.saved = [this.download, this.href];
        };
        """
    )
    by_id(browser, "export").click()
    name, address = until(browser, "window.saved")
    assert name == "map.png"
    assert address.startswith("blob:")


def test_hostile_words_run_no_script_and_are_shown_as_text(opened):
    groups = {HOSTILE[1]: HOSTILE[:9], HOSTILE[2]: HOSTILE[9:]}
    browser = opened(made(list(HOSTILE)).map(groups=groups, method="pca"))
    for number, word in enumerate(HOSTILE):
        browser.execute_script("page.select(arguments[0])", number)
        assert codes(browser, "#panel h2") == list(memoryview(
            word.encode("utf-16-le", "surrogatepass")).cast("H"))  # fmt: skip
    by_id(browser, "search").send_keys("script")
    texts = [entry.text for entry in browser.find_elements("css selector", "#results li")]
    assert sorted(texts) == sorted(word for word in HOSTILE if "script" in word)
    assert browser.title == "Map of words"
    assert browser.execute_script(
        "return [document.images.length, document.scripts.length, document.querySelectorAll("
        "'#taken, h1, #panel b, #legend b').length]"
    ) == [0, 2, 0]
    assert complaints(browser) == []


def test_five_thousand_points_are_drawn_without_waiting(opened):
    words = [f"word{row}" for row in range(5000)]
    browser = opened(made(words).map(top=5000, method="pca"))
    browser.set_script_timeout(60)
    milliseconds = browser.execute_async_script(
        """
        const done = arguments[0], {view} = page, times = [];
        const step = () => {
          const begun = performance.now();
          view.camera.pan(3, 1);
          view.camera.zoomAt(300, 300, 1.02);
          view.paint();
          times.push(performance.now() - begun);
          if (times.length < 30) requestAnimationFrame(step);
          else done(times.sort((a, b) => a - b)[15]);
        };
        requestAnimationFrame(step);
        """
    )
    # 30 frames a second leave 33 ms for each; a median, since other tests may run beside.
    assert milliseconds < 33
