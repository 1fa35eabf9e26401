/**
 * Made by tests/words/generate.ts; do not edit. Of the lists that are named in tests/words/README.md, those few entries
 * that would be taken for a rude word, and those that are part of one.
 */

/** Words of some language, as they are written, accents included. */
export const WORDS: ReadonlySet<string> = list(`
analı anál anüs arşe assess añal bastaard clitóris clít clítoris cùm cúm cụm douché douchée douchées douchés dykke
fukéř fág håndjob håndjobs kikke masturbâtes peddo pissées pissés pornô pédophile pédophiles pénis pênis rappee
rappees rapé rapés râpe râpes râpé râpée râpées râpés shiit skänk spić sêmen tít tịt ânus äss éjaculation éjaculations
éjaculâtes
`);

/** Names of people and places, in small letters. */
export const NAMES: ReadonlySet<string> = list(`
aarse blatch blitch fagg faggs fück fücks füks fūkīn moffo pliss rrapë shiite twatt áss špic тіт
`);

/** Ordinary words that rude words may be torn into. */
export const PIECES: ReadonlySet<string> = list(`
ab abi able ac ace aces acula aculate aculates ad ada ads ae aedo aedos aff ag agi agin ags ah ai ain ains ake al ale
ales ali alit all alls am an ana and ang ange anger angers anging anker ankers ann anni anus ape aped apes api apis ar
ard arda ardas arde arded ards ars arse arsehole art arta artas as ass asse asses asshole ast asta aster asti astur at
ata atas ate ates ato ats att atty ba bac back backs bad bada badas badass bag bags bal ball balls ban bang banged
banger bangers banging bangs bas bass basse basses bast basta bastar bastard bat bate bated bates bati batin bating
batio bato bator bats be bee bel bell belle bellen bes best besti bestia bestial bey bi biatch bies bit bitch bl ble
bloc block blocked blocker blockers blocking blocks blow blowjob bo bol boll bollo bollock boo boob boobie boy boys bu
buk bull bulls bullshit bullshitter bum bumf bumfuck but butt ca cam ce ces ch cha chas che cher chers ches chez chi
chic chick chicken chickens chickenshit chin chink cl clit clo clow clown clowns cluster co cock cocks cocksucker cu
cuckold cuke cul cula cum cumba cummin cums cunt da das dass dd de dee deep di dick dickhead dicks die dies dildo
dildoe dip dips dipshit do doe does dog doggy dogs dop dos douc douche douchebag du dumb dump dumps dumpster dumpsters
dyke ea ed eds ee ef efe efs eh ejaculate ejaculation el elch elche elchi ell ella elle ellen em eme en end ends ens
enta entai eo er erb erba erbat erf erk ers es est et eta ex exies ext eyot fa fab fac face faces fag faggot fat fata
fatas fe fed felch fell fella fellate ff fi fin fing finge finger fis fist fl fo foo foot fu fuck fucked fucker
fuckers fuckhead fucking fucks fuckup fuckwit gan gang gangbang gangbanger gas gaz ge ged ger gerba gers gi gie gies
gin ging git gits go goo gook got gr graph graphic gu gus guzzle guzzler guzzlers ha han hand handjob has hass hat
hats he head heads hem hemal hen hent her hers hes hez hi hic hick hile hiles hin hing hinky hit hite hites hithe hits
hitter hitters hitting hl ho hole holes hoo hook hooker hore hori horis hors horse horses hot hots hou house houses
how hows hr ht hub huck hucked hucking hucks ick icker ickers ics id ies igg il im in inc ind ing ings ink inks inky
ins io ion ions is ish ist it itch itched itches itching itchy ite its ja jack jackass jacks jaculate jaculated
jaculates jaculating jaculation jaculations je jerk ji jiz jizz jo job jobs ka kab kak kan kas kasse ked ken kens ki
kick kike kin king kings kis kiss kisser kissers kissing km kn knob knobhead ko koff koffs kt kw ky la lar lard larda
lardas lardasse lat late lated lates lati latin latio le len lend lends les li lib lick licker lickers licking lin
ling lis list lit lito lits ll lle lo loa load loads lock locked locker lockers locking locks long longs low lown
lowns lox lu lube lug lugs lus lust luster lut ma mal male males mar mart marta martas mas mast maste master masturba
masturbate masturbato masturbator me med men mg mi mic mil milf min mind mindfuck ming mm mo mofo mot moth mother
motherfucker mp ms mu mun munch muncher munchers mut mutha na nas nd ni nie nies nigga nigger niggers nil nis no nob
nog nogs nos nu nus nut nuts ny oa oat oater oaters oats ob obi obs oc ocker ockers oe oes of off offs ok oke old olds
ole oles on ono ons ont onta oo oon oont oot op or ore ores org orgasm orgasme orgie ori orin oris orno ors os ost
oste oster other ou ouch ouche ouches ous ow owe own owns ox oy oys pa paedo paedophile pas past pe ped pedo pedophile
pen peni penis pes ph phi phil pi pic pics pis piss pisse pisser pissi pl plu plug plugs po poo poon por porn porno
pos post poste poster postin posting posts pr prick pst pt pu pus puss pussy que ra rag raghead ran rap rape rapist rd
re reh rehouse rehouses res ret reta retar retard retarde ri ric rick ricks rim rin ring ris rm rn ro roa roate roated
roating rt sa sac sack sacks san sand sch schlong scum scumbag se sed seh seme ser sers ses sesh sex sext sf sh sha
shat she shea shemale shit shite shited shitface shithead shithole shiting shitload shits shitted shitter shitters
shitting shitty shot shots show shows shy si sie sies sin sing ska skank ski skis skull slick slicker slickers
slicking slut sluts sma smart smartass so soff son sono spa spas spastic spic ssh st sta stai stain stains star stia
sting sto storm stur sty style su suc suck sucker suckers sucking swad swads swipe swipes ta tai tain tains tan tang
tar tard tarde tas tass tasse tasses tb tchin te ted ter terf tes th the tho thole tholes thro throat throated
throating throats ti tia tic tics tid tie tier ties tin ting tings tio tis tit tittie to tor tori tors tow towel
towelhead tr tra tran trannie try tu turba turbato turd twa twat ube uckers ug ugs uh uk uke um umm ummed umming ump
umps ums un untin up ups ur urb urd urds us use uses uste ut uts va vag vagi vagin vagina wad wads waff waffle waffles
wan wank wanker wat wats watt we wee weed weeds wet wetback who whore whorehouse whores wipe wipes wit wits xi xies ya
yo you zed zin zing
`);

/** Names that rude words may be torn into, in small letters. */
export const PIECES_OF_NAMES: ReadonlySet<string> = list(`
ack acks acul adas afu aggi aggy ak angi anke anki anky annie annies anny anu ap asmi asmin aste ater ati ator az
bange bangi bia bie bitche bul chass cheb ched ching chlo chy clu coc cuc cumm cun cuntis dasse ded dj dou dum dy dyk
ead eads eb eba edo eeds ej eja elhea ellend ema emal emale eni enis enise enshi ent erban esh esti exie ey eyo ez
fabi fagg felcher fos ga gangba gb ghea gina gra grap guz gy haf hea heba hed hema hicke hicken hil hink hinks hiti
hitt hitte hitti hittie hol hooke hor hores horin hu hucke hucker huk huke hy ia icke icking ie ig ike ile iles ili
ilin ina inas ince inge inger ip ise ises isse isser issi isso issy ites ith itho ito itori itter itty izz izzi jac
jacka jer jerko kable kass ke kenshi ker kes khe khea kho khol khole kik kissi kol ks ku kul kull kup kwa kwee kwit
kya kyo lc ld ler lhea lloc loc locke lon lutt luttie mba md mj mme mothe muth nal ng nge ngin ngu nhu nigg nili nise
nof nti nuse obie ock ofa ogg ogra oker oks ol ong orgas oring orm orn osti ostin osting ot otha othe oty ouse pae
pesh phile phu phuc phy pri ps qu rann ranni rannie ranny raph raphy rb reho rg rish roat roats rs ry sc sem sexi
shats shead shem shema shi sho shol sholes sk sm smar smi ste ster sterba stu sy tc tcha tha thea thead tial tidd tion
tish tj tl toris towe ts tur turbat twatt ty tyl tyle ub uc uch uche ucker uki uku ul ula ulate umba umme unch unni
unti urba uss ust uster uth utha utt uz uzzle wa wanke watty wi xie yle yot ze zi
`);

function list(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}
