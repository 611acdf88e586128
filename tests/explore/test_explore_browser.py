"""The page of ``fastvec explore`` in a browser."""

from __future__ import annotations

import pytest

from fastvec.explore.answers import Explored
from tests.browser import HOSTILE, NARROW, WIDE, colours, complaints, resize, until


@pytest.fixture
def opened(browser, serve):
    def open_page(*models, tab="neighbors", size=WIDE, scheme="light"):
        server = serve(*models)
        resize(browser, size, scheme)
        browser.get(f"{server.url}#{tab}")
        until(browser, "explore && explore.current")
        return browser

    return open_page


@pytest.fixture
def one(first):
    return Explored("one.fastvec", first)


@pytest.fixture
def two(second, embed):
    return Explored("two <b>.fastvec", second, embed)


def by_id(browser, name):
    return browser.find_element("id", name)


def texts(browser, selector):
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])]"
        ".map((each) => each.textContent.toWellFormed())",
        selector,
    )


def well_formed(word):
    """Replace halves of characters, which do not pass through the driver, as `texts` does."""
    return word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def wait_for(browser, selector, count=1):
    until(browser, f"document.querySelectorAll({selector!r}).length >= {count}")
    return texts(browser, selector)


def test_typing_proposes_words_and_enter_shows_neighbors(opened, one, first):
    from selenium.webdriver.common.keys import Keys

    browser = opened(one)
    field = by_id(browser, "neighbors-word")
    assert browser.switch_to.active_element == field
    field.send_keys("word1")
    proposed = wait_for(browser, "#neighbors .results li", 5)
    assert proposed[:2] == ["word1", "word10"]
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    names = wait_for(browser, "#neighbors .ranking bdi", 20)
    assert names == [well_formed(word) for word, _ in first.most_similar("word10", topn=20)]
    browser.find_element("css selector", "#neighbors .ranking button").click()
    until(browser, f"document.querySelector('#neighbors h3').textContent === '{names[0]}'")
    assert complaints(browser) == []


def test_an_unknown_word_is_answered_with_close_ones(opened, one):
    from selenium.webdriver.common.keys import Keys

    browser = opened(one)
    by_id(browser, "neighbors-word").send_keys("wrod7", Keys.ENTER)
    (message,) = wait_for(browser, "#neighbors .error")
    assert message.startswith("'wrod7' is not among the 77 words; did you mean 'word7'")
    browser.get_log("browser")  # The refusal itself is logged.


def test_two_models_answer_side_by_side(opened, one, two, first, second):
    browser = opened(one, two)
    browser.execute_script("explore.tabs.neighbors.ask('word3')")
    assert wait_for(browser, "#neighbors h2", 2) == ["one.fastvec", "two <b>.fastvec"]
    names = wait_for(browser, "#neighbors .ranking bdi", 40)
    lists = [{well_formed(word) for word, _ in v.most_similar("word3", topn=20)}
             for v in (first, second)]  # fmt: skip
    both = texts(browser, "#neighbors .shared")
    assert set(both) == lists[0] & lists[1]
    assert len(both) == 2 * len(lists[0] & lists[1])
    assert set(names[:20]) == lists[0]
    left, right = browser.find_elements("css selector", "#neighbors .column")
    assert left.rect["x"] + left.rect["width"] <= right.rect["x"]


def test_keys_choose_what_to_look_at(opened, one, two):
    browser = opened(one, two)
    browser.execute_script("document.activeElement.blur()")
    body = browser.find_element("tag name", "body")
    for key, tab in (("3", "analogy"), ("4", "compare"), ("5", "senses"), ("1", "neighbors")):
        body.send_keys(key)
        assert browser.execute_script("return explore.current") == tab
        assert by_id(browser, tab).is_displayed()
        browser.execute_script("document.activeElement.blur()")
    assert [tab.is_displayed() for tab in browser.find_elements("css selector", "section")] == [
        True, False, False, False, False]  # fmt: skip
    body.send_keys("/")
    assert browser.switch_to.active_element == by_id(browser, "neighbors-word")


def test_tabs_are_only_those_the_models_can_answer(opened, one, embed):
    def tabs(browser):
        return [tab.text for tab in browser.find_elements("css selector", "nav button") if tab.text]

    assert tabs(opened(one)) == ["Neighbors", "Map", "Analogy", "Compare"]
    assert tabs(opened(Explored("characters", None, embed), tab="senses")) == ["Senses"]


def test_an_analogy_is_solved_when_its_last_word_is_chosen(opened, one, first):
    from selenium.webdriver.common.keys import Keys

    browser = opened(one, tab="analogy")
    for name, word in (("a", "word11"), ("b", "word12"), ("c", "word13")):
        field = by_id(browser, f"analogy-{name}")
        assert browser.switch_to.active_element == field
        field.send_keys(word)
        wait_for(browser, f"#analogy-{name} + .results li")
        field.send_keys(Keys.ENTER)
    found = wait_for(browser, "#analogy .ranking bdi", 10)
    assert found == [
        well_formed(w) for w, _ in first.analogy("word11", "word12", "word13", topn=10)
    ]


def test_words_are_compared_in_a_table(opened, one, first):
    from selenium.webdriver.common.keys import Keys

    browser = opened(one, tab="compare")
    by_id(browser, "compare-words").send_keys("word1 word2  苹果", Keys.ENTER)
    cells = wait_for(browser, "#compare tbody td", 9)
    assert cells[:2] == ["1.00", f"{first.similarity('word1', 'word2'):.2f}"]
    odd = first.odd_one_out(["word1", "word2", "苹果"])
    assert texts(browser, "#compare .column > p") == [f"Odd one out: {odd}"]


def test_senses_of_a_word_are_compared_layer_by_layer(opened, two):
    browser = opened(two, tab="senses")
    by_id(browser, "senses-word").send_keys("word1")
    by_id(browser, "senses-sentences").send_keys("word1 word2 word3\nword9 word8 word1\nword5")
    by_id(browser, "senses-form").submit()
    top = wait_for(browser, "#senses tbody td", 4)
    assert texts(browser, "#senses .sentences b") == ["word1", "word1"]
    assert top[0] == "1.00" != top[1]
    browser.find_element("css selector", "#senses-layer option[value='0']").click()
    until(browser, "document.querySelectorAll('#senses tbody td')[1].textContent === '1.00'")


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_maps_of_two_models_are_drawn_at_any_size(opened, one, two, size, scheme):
    pytest.importorskip("sklearn")
    browser = opened(one, two, tab="map", size=size, scheme=scheme)
    until(browser, "explore.tabs.map.maps.length === 2")
    browser.execute_script("explore.tabs.map.method.value = 'pca'; explore.tabs.map.load()")
    until(browser, "!explore.tabs.map.loading")
    until(browser, "explore.tabs.map.maps.every(({view}) => !view.waiting)")
    for canvas in browser.find_elements("css selector", "#map canvas"):
        assert colours(browser, canvas) > 8
        assert canvas.rect["width"] > 300
        assert canvas.rect["height"] > 250
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]
    browser.execute_script("explore.tabs.map.pick('word4')")
    assert wait_for(browser, "#map .near b", 2) == ["word4", "word4"]
    selected = browser.execute_script(
        "return explore.tabs.map.maps.map(({view}) => view.data.words[view.selected])"
    )
    assert selected == ["word4", "word4"]
    assert complaints(browser) == []


@pytest.mark.parametrize("tab", ["neighbors", "analogy", "compare", "senses"])
def test_every_tab_fits_a_phone(opened, one, two, tab):
    browser = opened(one, two, tab=tab, size=NARROW)
    if tab == "neighbors":
        browser.execute_script("explore.tabs.neighbors.ask('word1')")
        wait_for(browser, "#neighbors .ranking li", 40)
    if tab == "compare":
        by_id(browser, "compare-words").send_keys(" ".join(f"word{row}" for row in range(12)))
        by_id(browser, "compare-form").submit()
        wait_for(browser, "#compare .heat", 2)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= NARROW[0]


def test_hostile_words_run_no_script_and_are_shown_as_text(opened, one, two):
    browser = opened(one, two)
    by_id(browser, "neighbors-word").send_keys("script")
    found = wait_for(browser, "#neighbors .results li", 2)
    assert set(found) == {word for word in HOSTILE if "script" in word}
    for word in HOSTILE:
        # Escaped, since a half of a character does not pass through the driver.
        escaped = "".join(f"\\u{int.from_bytes(pair, 'big'):04x}" for pair in pairs_of(word))
        browser.execute_script(f"explore.tabs.neighbors.ask('{escaped}')")
        title = f"document.querySelector('#neighbors h3').textContent === '{escaped}'"
        until(browser, f"document.querySelectorAll('#neighbors h3').length === 2 && {title}")
    browser.execute_script("explore.open('map')")
    until(browser, "explore.tabs.map.maps.length === 2")
    words = " ".join(word for word in HOSTILE[:5] if " " not in word)
    browser.execute_script(
        "explore.open('compare'); document.getElementById('compare-words').value = arguments[0];"
        "explore.tabs.compare.compare()",
        words,
    )
    wait_for(browser, "#compare .heat", 2)
    assert "taken" not in browser.title
    assert browser.execute_script(
        "return [document.images.length, document.querySelectorAll('#taken, h1').length]"
    ) == [0, 0]
    assert "two <b>.fastvec" in browser.title
    assert [line for line in complaints(browser) if "Content Security" in line] == []


def pairs_of(word):
    """Yield the two bytes of each UTF-16 code of a word."""
    data = word.encode("utf-16-be", "surrogatepass")
    return (data[place : place + 2] for place in range(0, len(data), 2))


def test_a_server_that_has_ended_is_said(opened, one, serve):
    browser = opened(one)
    browser.execute_script("window.fetch = () => Promise.reject(new TypeError('gone'))")
    browser.execute_script("explore.tabs.neighbors.ask('word1')")
    assert wait_for(browser, "#neighbors .error") == [
        "the server does not answer; is fastvec explore still running?"
    ]
