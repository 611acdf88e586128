"""The words of the English half of the toy world, commonest first in every table."""

from __future__ import annotations

from fastvec.datasets.grammar import table

GENDERS = table("""
gender he him his looks
male he him his beard/moustache/necktie
female she her her dress/skirt/necklace
""")

# Two people of a line differ only in gender; lines differ in their own words, rank and age.
PEOPLE = table("""
male female own rank age
man woman neighbour/newspaper @folk @adult
king queen throne/kingdom @royal @adult
boy girl marbles/kite @folk @child
prince princess pony/tutor @royal @child
father mother cradle/family @folk @adult
son daughter allowance/bedtime @folk @adult
husband wife wedding/marriage @folk @adult
brother sister quarrel/bunk @folk @adult
grandfather grandmother memories/slippers @folk @adult
uncle aunt cousin/postcard @folk @adult
actor actress stage/theatre @folk @adult
waiter waitress tray/menu @folk @adult
lord lady manor/servants @noble @adult
duke duchess hounds/duchy @noble @adult
emperor empress empire/legions @royal @adult
wizard witch spell/potion @folk @adult
""")

PLACES = table("""
country capital nationality language river dish landmark
france paris french french seine crepes eiffel
china beijing chinese mandarin yongding dumplings tiananmen
england london british english thames pudding westminster
germany berlin german german spree sausages brandenburg
italy rome italian italian tiber pasta colosseum
japan tokyo japanese japanese sumida sushi fuji
russia moscow russian russian moskva borscht kremlin
spain madrid spanish spanish manzanares paella prado
india delhi indian hindi yamuna curry lotus
egypt cairo egyptian arabic nile falafel pyramids
greece athens greek greek kifisos moussaka acropolis
korea seoul korean korean han kimchi gyeongbok
poland warsaw polish polish vistula pierogi wilanow
portugal lisbon portuguese portuguese tagus sardines belem
vietnam hanoi vietnamese vietnamese mekong pho pagoda
""")

FRUITS = table("""
one many colour own
apple apples red/green cider/cinnamon
orange oranges amber marmalade/zest
banana bananas yellow custard/oats
grape grapes purple/green wine/raisins
pear pears green perry/nutmeg
lemon lemons yellow vinegar/ginger
mango mangoes amber chutney/chilli
peach peaches pink vanilla/syrup
cherry cherries red chocolate/pastry
strawberry strawberries red cream/shortcake
durian durians green garlic/onions
plum plums purple brandy/prunes
pineapple pineapples yellow rum/pizza
melon melons green ham/cucumber
""")

ANIMALS = table("""
one many young sound home own
dog dogs puppy barks kennel bone/leash
cat cats kitten meows sofa whiskers/yarn
horse horses foal neighs stable saddle/carriage
cow cows calf moos pasture butter/hay
pig pigs piglet grunts sty mud/truffles
hen hens chick clucks coop eggs/grain
duck ducks duckling quacks pond ripples/feathers
lion lions cub roars savanna mane/prey
wolf wolves pup howls woods moon/pack
frog frogs tadpole croaks swamp flies/lilies
""")

JOBS = table("""
one many tool place own
doctor doctors stethoscope hospital patients/medicine
teacher teachers blackboard classroom pupils/grammar
baker bakers dough bakery flour/loaves
carpenter carpenters hammer workshop planks/nails
sailor sailors compass harbour anchors/sails
soldier soldiers rifle barracks battles/medals
judge judges gavel tribunal verdicts/evidence
tailor tailors needle boutique cloth/buttons
gardener gardeners spade greenhouse roses/weeds
""")

# The forms of a verb share the things it is done to; each form has its own times.
VERBS = table("""
base present past thing other
walk walks walked along_the_path across_the_square
write writes wrote a_letter in_the_diary
sing sings sang a_song the_hymn
drink drinks drank coffee some_beer
build builds built the_wall a_shed
drive drives drove the_lorry a_tractor
wash washes washed the_dishes a_shirt
play plays played the_piano chess
draw draws drew a_map some_circles
ride rides rode the_bicycle a_camel
throw throws threw a_stone the_ball
break breaks broke a_vase the_cup
""")

# The degrees of an adjective share the things it describes.
ADJECTIVES = table("""
base more most thing other
big bigger biggest house whale
small smaller smallest room ant
fast faster fastest rocket runner
tall taller tallest skyscraper giant
cold colder coldest glacier icicle
strong stronger strongest rope ox
loud louder loudest drum thunder
bright brighter brightest lantern star
dark darker darkest forest cave
cheap cheaper cheapest ticket hotel
long longer longest road bridge
sharp sharper sharpest knife sword
""")

LISTS = {
    "folk": "market village cottage",
    "royal": "court palace castle crown",
    "noble": "estate banquet",
    "adult": "work duties taxes business",
    "child": "school lessons homework games",
    "daytime": "evening morning night afternoon",
    "meal": "breakfast lunch dinner",
    "past": "yesterday last_night last_week two_days_ago",
    "weekday": "monday friday saturday sunday tuesday thursday wednesday",
    "month": (
        "january may june december july march april august october september november february"
    ),
    "number": ("two three four five ten six seven eight twelve nine twenty thirty"),
    "first": "john sally mary robert peter anna",
    "last": "smith johnson lin brown garcia",
    "someone": "john mary he she sally peter anna they",
    "river": "river water reeds shore",
    "afloat": "boat ferry canoe",
    "money": "loan account deposit mortgage cheque",
}
