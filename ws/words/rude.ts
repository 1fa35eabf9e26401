/**
 * The built-in English words. A line is a word and its endings; a word with a hyphen occurs only with them. Every form
 * is listed, because only whole words match. Words that are mostly innocent are left out ("negro" is a colour in three
 * languages, "Fu" a family name, "fk" a foreign key): an administrator can add them.
 */
const FORMS = `
fuck s ed er ers in ing ings y able wit wits wad wads face faces head heads boy boys tard tards up ups off you u ya me ass
mindfuck s ed ing
clusterfuck s
motherfuck- er ers in ing a as
muthafuck- er ers in ing a as
mothafuck- er ers in ing a as
mofo s
bumfuck s er ers
skullfuck s ed ing
fuk s er ers ed in ing u you
fcuk s er ers ed ing
fvck s er ers ed ing
fck s er ers ed in ing
phuck s er ers ed in ing
phuk s er ers ed in ing
shit s e es ed ing ings ty tier tiest ter ters tin ted tting ting head heads face faces hole holes load loads show shows
shit storm bag bags stain stains post posts posting poster list
sht ty
shyt s
bullshit s ed ted ter ters ting ty
horseshit
dogshit
batshit
chickenshit s
apeshit
dipshit s
jackshit
cunt s y ish face faces ing lick licker lickers
bitch es ed ing in y ez ass
biatch es
beeotch
beyotch
btch es
sonofabitch
asshole s
arsehole s
ass es
arse s d
asshat s
asswipe s
assclown s
assface s
assfuck s er ers ed ing
assmunch- er ers
asslick- er ers ing
asskiss- er ers ing
assbag s
asswad s
jackass es
dumbass es
smartass es
fatass es
lardass es
badass es
kickass
bastard s
bollock s ed ing
bollox
cock s
cocksuck- er ers in ing
cockhead s
cockface s
cockblock s ed er ers ing
cockmunch- er ers
dick s
dickhead s
dickface s
dickwad s
dickweed s
dickbag s
dickhole s
dicksuck- er ers ing
prick s
pussy
pussies
pussyhole
twat s ty
twatface
twatwaffle s
wank s ed er ers ing y
whore s house houses
whoring
whorish
slut s ty tier tiest tish bag bags
skank s y
nigger s
nigga s z h
nigguh
nignog s
sandnigger s
fag s got gots gotry goty gy
faggit s
dyke s
kike s
chink s y
gook s
wetback s
raghead s
towelhead s
spic s
tranny
trannies
shemale s
retard s ed
libtard s
fucktard s
spastic s
blowjob s
handjob s
rimjob s
lubejob s
footjob s
titjob s
jizz ed ing
cum s med ming shot shots slut sluts dumpster dumpsters
cumguzzler s
jerkoff s
dildo s es
buttplug s
butthole s
buttfuck s er ers ed ing
gangbang s ed er ers ing
bukkake
hentai
porn o os ography ographic hub
sex y ier iest ting
titfuck s ing
tit s
titty
titties
tiddies
boob s ies
masturbat- e es ed ing ion or ors
masterbat- e es ed ing ion
ejaculat- e es ed ing ion ions
felch ed er ers ing
fellat- e es ed ing io
cunnilingus
deepthroat s ed er ers ing
fingerbang s ed ing
fingerfuck s ed er ers ing
fistfuck s ed er ers ing
fisting
anal
anus es
penis es
vagina s
semen
clit s oris
orgasm s ed ing ic
orgy
orgies
bestiality
doggystyle
hooker s
milf s
camwhore s
cuck s ed old olds
piss ed er ers es ing y head off
turd s
douche s
douchebag s
scumbag s
pedo s phile philes
paedo s phile philes
queef s ed ing
schlong s
nutsack s
ballsack s
knobhead s
bellend s
rape s d
rapist s
incest
poontang
`;

/** Phrases that are rude only as a whole. */
const PHRASES = ["blow job", "blow jobs", "hand job", "rim job", "rape you", "rape u", "rape ya"];

/**
 * Words with a legitimate use: in medicine, law or another language. They are allowed when written plainly, but not
 * disguised ("p3n1s", "r e t a r d").
 */
// deno-fmt-ignore
export const HONEST: ReadonlySet<string> = new Set([
  "anal", "anus", "anuses", "bestiality", "clit", "clitoris", "cuckold", "cuckolds", "cum", "cunnilingus", "douche", "douches",
  "ejaculate", "ejaculated", "ejaculates", "ejaculating", "ejaculation", "ejaculations", "fellatio", "hooker", "hookers",
  "incest", "masturbate", "masturbates", "masturbated", "masturbating", "masturbation", "orgasm", "orgasmic", "orgasms",
  "orgies", "orgy", "paedophile", "paedophiles", "pedophile", "pedophiles", "penis", "penises", "pisser", "pisses",
  "pornographic", "pornography", "rape", "raped", "rapes", "rapist", "rapists", "retard", "retards", "semen", "sex",
  "sexier", "sexiest", "sexting", "sexy", "spastic", "spastics", "tit", "vagina", "vaginas",
]);

/**
 * Rude words that are also names of people or places, or nouns in a language that capitalizes these. They are allowed
 * when capitalized like a name ("Dick").
 */
// deno-fmt-ignore
export const ALSO_NAMES: ReadonlySet<string> = new Set([
  "bollock", "boob", "cock", "cocks", "cum", "cumming", "dick", "dicks", "dyke", "dykes", "felch", "felcher", "fuk", "fuks", "hooker", "hookers", "kike", "pissy", "porn",
  "semen", "shitstorm", "tit",  "wank", "wanker",
]);

export function rudeWords(): string[] {
  const words = new Set<string>();
  for (const line of FORMS.trim().split("\n")) {
    const [stem = "", ...endings] = line.split(" ");
    if (!stem.endsWith("-")) words.add(stem);
    for (const ending of endings) words.add(stem.replace("-", "") + ending);
  }
  return [...words];
}

export function rudePhrases(): readonly string[] {
  return PHRASES;
}
