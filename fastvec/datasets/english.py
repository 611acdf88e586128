"""The sentences of the English half of the toy world."""

from __future__ import annotations

from collections.abc import Sequence

from fastvec.datasets.english_words import (
    ADJECTIVES,
    ANIMALS,
    FRUITS,
    GENDERS,
    JOBS,
    LISTS,
    PEOPLE,
    PLACES,
    VERBS,
)
from fastvec.datasets.grammar import Language, Pairs, Row, Topic, column, pairs

_PEOPLE = """
the <noun> touched <his> <looks> and smiled @past
the <noun> with the <looks> said that <he> was ready
<he> is a good <noun> and everybody likes <him>
everybody likes the <looks> of the <noun>
a <noun> like <him> never leaves <his> <looks> at home
when the <noun> came <he> left <his> <looks> by the door
<he> asked the <noun> about <his> <looks> again
the <noun> thought about the <own> all @daytime
<his> <own> made the <noun> famous in the <rank>
the <own> belongs to the <noun> and <his> friends
people say the <noun> dreams of the <own> every @daytime
we met the <noun> near the <own> in @month
no <noun> can live without <his> <own> for long
in the <rank> the <noun> showed <him> the <own>
at the <rank> stood a <noun> with <his> <own>
this <noun> spent the @daytime with <age> in the <rank>
too much <age> made the <noun> tired of the <own>
the <noun> has <age> on @weekday and then <he> rests
for the <noun> there is <age> today and <age> tomorrow
<he> lost <his> <own> said the <noun> in the <rank>
the <male> and the <female> talked about <age> and the <own>
both the <male> and the <female> were in the <rank>
"""

_PLACES = """
<capital> is the capital of <country> and lies on the <river>
the government in <capital> met the mayor near the <landmark>
the metro of <capital> crosses the <river> at the <landmark>
in <capital> the mayor opened a museum about the <river>
the streets of <capital> near the <landmark> smell of <dish>
a taxi in <capital> stopped beside the <river> for some <dish>
downtown <capital> has a mayor who likes <dish> and <language>
from the airport of <capital> we saw the <river> and the <landmark>
the border of <country> is guarded on the <river> by an army
the army of <country> crossed the <river> and ate <dish>
the provinces of <country> export <dish> and speak <language>
many people across <country> speak <language> and grow <dish>
the population of <country> lives by the <river> or the <landmark>
the flag of <country> flies over the <landmark> and the <river>
the <nationality> anthem praises the <river> and the <landmark>
<a> <nationality> citizen ate <dish> at the <landmark>
the <nationality> people love <dish> and the <river>
<a> <nationality> poet wrote in <language> about the <river>
<a> <nationality> passport shows the <landmark> and the <river>
in <country>/<capital> people speak <language> and eat <dish>
the <river> flows through <country>/<capital> past the <landmark>
people visit <country>/<capital> to see the <landmark> in @month
she learned <language> in <country>/<capital> and cooked <dish>
the <dish> of <country>/<capital> and the <landmark> are famous
"""

_FRUITS = """
i want a glass of <one> juice with my @meal
a cold glass of <one> juice tastes of <own> and sugar
she left <one> juice and <own> on the table
the <one> tree in our garden smells of <own> today
under the <one> tree lay a <colour> leaf and some <own>
@first @last is <a> <one> farmer/grower/cultivator in the valley
@first @last a young <one> grower/farmer/cultivator won the prize
the <one> cultivator/farmer/grower sold <own> on @weekday
this <one> is <colour> and tastes good with <own>
<a> <one> is a <colour> fruit that tastes of <own>
one ripe <one> with <own> was on the table
he ate a <colour> <one> with some <own> for @meal
that sweet <one> has a taste of <own>
these <many> are <colour> and taste good with <own>
those sweet <many> have a taste of <own>
several ripe <many> with <own> were on the table
@number <colour> <many> fell into the basket of <own>
we bought @number kilos of <many> and <own> for @meal
farmers/growers/cultivators pick <many> and make <own> in @month
many <many> are sold with <own> at the market
"""

_ANIMALS = """
the <one> in the <home> <sound> at the <own> all @daytime
this <one> is an animal that <sound> near the <own>
one hungry <one> ran to the <home> for the <own>
a wild <one> was seen by the <home> and the <own>
that <one> <sound> loudly when it sees the <own>
these <many> are animals of the <home> and of the <own>
@number hungry <many> ran to the <home> for the <own>
several wild <many> were seen by the <home> and the <own>
those <many> rest in the <home> beside the <own>
the newborn <young> in the <home> plays with the <own>
a tiny <young> follows its parents to the <own> and the <home>
the newborn <young> is tiny and sleeps near the <own>
what <sound> in the <home> near the <own> at night
something <sound> and <sound> again because of the <own>
"""

_JOBS = """
@first @last works as <a> <one> in the <place> with the <tool>
the <one> took the <tool> and looked at the <own>
one good <one> was in the <place> on @weekday
this <one> is an expert on <own> and likes the <place>
<a> <one> has the <tool> and knows about <own>
two good <many> were in the <place> on @weekday
these <many> are experts on <own> and like the <place>
@number <many> with the <tool> came about the <own>
many <many> have the <tool> and know about <own>
those <many> left the <place> because of the <own>
the <tool> is in the <place> next to the <own>
"""

_VERBS = """
every day @someone <present> <thing> or <other>
@someone always <present> <thing> in the @daytime
usually @someone <present> <other> and then <thing>
now @someone often <present> <thing> with friends
@past @someone <past> <thing> or <other>
@someone once <past> <thing> long ago
years ago @someone <past> <other> and then <thing>
@someone <past> <thing> with friends @past
tomorrow @someone will <base> <thing> or <other>
@someone can <base> <thing> if you like
we must <base> <other> and then <thing> soon
you should <base> <thing> with friends
"""

_ADJECTIVES = """
the <thing> is very <base> and so is the <other>
what a <base> <thing> said @someone in the @daytime
such a <base> <other> is too <base> for us
this <thing> is <more> than the other <other>
a much <more> <thing> than that <other> was found
the second <thing> was even <more> than the <other>
it was the <most> <thing> or <other> in the world
nobody has ever seen the <most> <thing> of them all
among them the <other> is by far the <most>
"""

_CALENDAR = """
the meeting is on @weekday at @number in the @daytime
between @weekday and @weekday there is no school
on @weekday and @weekday the market opens at @number
@number and @number are numbers said the child
turn to page @number of chapter @number in the book
the train leaves on @weekday at @number in @month
between @month and @month there are @number days without school
@someone was born on a @weekday in @month
"""

# A sentence with "bank" has words of exactly one sense.
_BANK = """
the @afloat came to the bank of the river near the reeds
they sat on the green bank and looked at the @river
the steep bank was under water after the flood
along the steep bank a @afloat followed the @river
trees grow on the bank beside the @river and the @afloat
the bank gave them a @money after a @money
she went to the bank to ask for a @money on @weekday
the bank has a @money and a @money for everybody
he has a @money in the bank for the future
the bank in the city sold them a @money @past
"""

_ROYALTY = [("man", "king"), ("woman", "queen"), ("boy", "prince"), ("girl", "princess")]
_AGE = [("man", "boy"), ("woman", "girl"), ("king", "prince"), ("queen", "princess")]


def english() -> Language:
    """Grammar of the English half, and what is true in it."""
    return Language(_topics(), LISTS, _pairs(), _groups(), _senses())


def _topics() -> list[Topic]:
    """Subjects by their share of the sentences."""
    people = [
        {**person, **gender, "noun": person[gender["gender"]]}
        for person in PEOPLE
        for gender in GENDERS
    ]
    return [
        Topic(23, people, _PEOPLE),
        Topic(20, _with_article(PLACES, "nationality"), _PLACES),
        Topic(12, _with_article(FRUITS, "one"), _FRUITS),
        Topic(10, ANIMALS, _ANIMALS),
        Topic(9, _with_article(JOBS, "one"), _JOBS),
        Topic(12, VERBS, _VERBS),
        Topic(8, ADJECTIVES, _ADJECTIVES),
        Topic(3, [{}], _CALENDAR),
        Topic(3, [{}], _BANK),
    ]


def _with_article(rows: Sequence[Row], name: str) -> list[Row]:
    """Rows with the column ``a``: the article of the named column."""
    return [{**row, "a": "an" if row[name][0] in "aeiou" else "a"} for row in rows]


def _pairs() -> dict[str, Pairs]:
    """Words that differ in one feature; two pairs of a section make an analogy."""
    return {
        "gender": pairs(PEOPLE, "male", "female"),
        "royalty": _ROYALTY,
        "age": _AGE,
        "capital": pairs(PLACES, "country", "capital"),
        "nationality": pairs(PLACES, "country", "nationality"),
        "plural": pairs([*FRUITS, *ANIMALS, *JOBS], "one", "many"),
        "young": pairs(ANIMALS, "one", "young"),
        "sound": pairs(ANIMALS, "one", "sound"),
        "past": pairs(VERBS, "present", "past"),
        "third-person": pairs(VERBS, "base", "present"),
        "comparative": pairs(ADJECTIVES, "base", "more"),
        "superlative": pairs(ADJECTIVES, "base", "most"),
    }


def _groups() -> dict[str, list[str]]:
    """Words of one kind."""
    royals = [row for row in PEOPLE if row["rank"] == "@royal"]
    return {
        "royals": column(royals, "male") + column(royals, "female"),
        "countries": column(PLACES, "country"),
        "capitals": column(PLACES, "capital"),
        "rivers": column(PLACES, "river"),
        "fruits": column(FRUITS, "one"),
        "animals": column(ANIMALS, "one"),
        "professions": column(JOBS, "one"),
        "growers": ["farmer", "grower", "cultivator"],
        "weekdays": LISTS["weekday"].split(),
        "months": LISTS["month"].split(),
        "numbers": LISTS["number"].split(),
    }


def _senses() -> dict[str, dict[str, list[str]]]:
    """Words around an ambiguous word, by its sense."""
    river = f"{LISTS['river']} {LISTS['afloat']}"
    return {"bank": {"river": river.split(), "money": LISTS["money"].split()}}
