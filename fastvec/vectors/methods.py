"""Ways to answer "a is to b as c is to ?", and what each looks for."""

METHODS = {
    "3cosadd": "b - a + c",
    "3cosmul": "b * c / a",
    "pairdirection": "? - c along b - a",
    "similar-to-c": "c",
    "similar-to-any": "a, b or c",
}
# More where a whole section of questions is at hand.
SECTION_METHODS = {
    "3cosavg": "c + mean of the section's other b - a",
    "lrcos": "c, among words like the section's other b",
}
ALL_METHODS = {**METHODS, **SECTION_METHODS}
