/* SPDX-License-Identifier: ISC */
/*
 * endings - light stemming by tables: for the languages that Snowball leaves
 * out, and a second stem where it misses much.
 *
 * Each language has steps; in each the longest ending that leaves enough
 * letters is replaced.  The tables are about folded words, so that a word and
 * its spelling without accents lose the same.  They take inflection off and
 * leave derivation alone, as light stemmers do; where the language has a
 * dictionary it says more.
 *
 * The tables are our own; what to take off and in which order follows:
 *
 *	bg	P. Nakov, BulStem, 2003; J. Savoy, Searching strategies for the
 *		Bulgarian language, 2007
 *
 *	cs, sk	L. Dolamic, J. Savoy, Indexing and stemming approaches for the
 *		Czech language, 2009
 *
 *	da, de, es, hu, pt, sv
 *		J. Savoy, Light stemming approaches for the French, Portuguese,
 *		German and Hungarian languages, 2006
 *
 *	el	G. Ntais, Development of a stemmer for the Greek language, 2006
 *
 *	et	M. Erelt (ed.), Estonian language, 2003
 *
 *	fi	F. Karlsson, Finnish: a comprehensive grammar, 2018
 *
 *	ga	N. Stenson, Modern Irish: a comprehensive grammar, 2020
 *
 *	hr	N. Ljubesic, D. Boras, O. Kubelka, Retrieving information in
 *		Croatian, 2007
 *
 *	lv	K. Kreslins, A stemming algorithm for Latvian, 1996
 *
 *	mt	A. Borg, M. Azzopardi-Alexander, Maltese, 1997
 *
 *	nl	W. Kraaij, R. Pohlmann, Porter's stemming algorithm for Dutch,
 *		1994
 *
 *	pl	D. Weiss, A survey of freely available Polish stemmers, 2005
 *
 *	ro	G. Pana Dindelegan (ed.), The grammar of Romanian, 2013
 *
 *	sl	M. Popovic, P. Willett, The effectiveness of stemming for
 *		natural-language access to Slovene textual data, 1992
 */
#include <string.h>

#include "endings.h"

static const struct ending {
	char lang[3];
	uint8_t step;
	uint8_t least;   /* letters that stay */
	const char *put; /* in its place */
	const char *ends;
} endings[] = {
    {"bg", 1, 4, "", "та то те ът ят"},
    {"bg", 2, 3, "",
	"ища ове еве ии ия ие и а я е о у ъ аме яме ате яте иш еш аха яха иха "
	"ваш ваме вате ирам уваш уваме увате йте йки"},
    {"bg", 3, 4, "",
	"ам ям им ем ат ят ах ях их ал ял ил ел ан ян ен ащ ящ ещ вам ва ват "
	"вал ван ващ ув увам уват увал уван уващ ир ират ирал иран иращ ов ев "
	"ет ент"},
    {"bg", 4, 3, "", "н л"},
    {"bg", 5, 3, "к", "ък ек"},
    {"bg", 5, 3, "р", "ър"},
    {"bg", 5, 3, "ц", "ец"},
    {"cs", 1, 3, "",
	"atech etech atum etum ech ich iho eho emi emu imi imu ach ata aty "
	"ych ymi ama ami ove ovi am em um ym im mi ou eme ime ame ete ite ate "
	"a e i o u y"},
    {"cs", 2, 4, "",
	"ovan ovat oval ov uj ujic ajic ejic an en at it et al il el am em um "
	"ym im ech ich ach ych ej aj"},
    {"cs", 3, 3, "k", "ek"},
    {"cs", 3, 3, "c", "ec"},
    {"da", 1, 3, "",
	"erne erner ernes ene enes eren erens er ers en ens et ets ede edes "
	"ende es e s t te tes"},
    {"da", 2, 3, "", "ed et er"},
    {"de", 1, 4, "",
	"en er em es e n s ern ten ter tes tem te t st est et ete eten end "
	"ende enden ender endes endem eln ln"},
    {"de", 2, 4, "", "ier iert"},
    {"el", 1, 3, "",
	"α ασ ατα ατοσ ατων ε εισ εσ ετε εωσ εων η ησ ι ια ιασ ιδα ιδεσ ιδοσ "
	"ιδων ικα ικεσ ικη ικησ ικο ικοι ικοσ ικου ικουσ ικων ιο ιοσ ιοι ιου "
	"ιουσ ιων ιεσ ματα ματοσ ματων μα ο οι οσ ου ουμε ουν ουσ υ υσ ω ων "
	"ομαι εσαι εται ομαστε ονται ει"},
    {"el", 2, 3, "", "ικ ιδ ι"},
    {"es", 1, 4, "", "es s an en se e"},
    {"es", 2, 3, "c", "qu"},
    {"et", 1, 5, "", "gi ki"},
    {"et", 2, 3, "us",
	"us use usel uselt usele usest uses usesse useks useni usena useta "
	"usega ust uste ustel ustelt ustele ustest ustes ustesse usteks "
	"usteni ustena usteta ustega usi usis usist"},
    {"et", 2, 3, "aat",
	"aat aadi aadid aate aatide aatidele aatidega aatides aatidest aadile "
	"aadiga aadist aadil aati"},
    {"et", 2, 3, "li",
	"line lise lisel liselt lisele lisest lises lisesse liseks lisega "
	"list lised liste listel listele listest listega lisi"},
    {"et", 2, 3, "",
	"desse dele delt del dest des deks deni dena deta dega de tesse tele "
	"telt tel test tes teks teni tena teta tega te isse isid ist iks sse "
	"st lt le ks ga ni na ta s l t d b n v mine mise misel misele miseks "
	"misega misest misesse miseni misi mist miste mistel mised ma mata mas "
	"mast maks takse tud dud nud sin sid ksin ksid me da ti"},
    {"et", 3, 3, "", "a e i o u"},
    {"et", 4, 4, "", "tav dav v tat tut ta tu ja"},
    {"et", 5, 3, "", "a e i o u"},
    {"et", 6, 3, "k", "kk g"},
    {"et", 6, 3, "p", "pp b"},
    {"et", 6, 3, "t", "tt d"},
    {"et", 6, 3, "s", "ss"},
    {"fi", 1, 5, "", "kaan han kin ko pa kohan"},
    {"fi", 2, 4, "", "nsa nne mme"},
    {"fi", 3, 3, "",
	"issa ista illa ilta ille ina iksi itta ineen ssa sta lla lta lle na "
	"ksi tta ssaan staan llaan ltaan lleen taan nsa iden itten ien jen den "
	"ten n ja ia ita a ta hin hun han hon een aan oon uun iin t taisiin "
	"daan tiin vat vaa vaan man maan massa malla matta inen jin jia joita "
	"oita"},
    {"fi", 4, 3, "", "ise is isi nut nu ne nee nei"},
    {"fi", 4, 3, "u", "us ut ud ute ude uks ukse uksi"},
    {"fi", 4, 3, "y", "ys yt yd yte yde yks ykse yksi"},
    {"fi", 4, 2, "mie", "mies miehe"},
    {"fi", 5, 3, "", "a e i o u y am em im om um ym ime"},
    {"fi", 6, 3, "k", "kk"},
    {"fi", 6, 3, "p", "pp v"},
    {"fi", 6, 3, "t", "tt d"},
    {"fi", 6, 3, "nk", "ng"},
    {"fi", 6, 3, "nt", "nn"},
    {"fi", 6, 3, "mp", "mm"},
    {"fi", 6, 3, "lt", "ll"},
    {"fi", 6, 3, "rt", "rr"},
    {"fi", 6, 2, "r", "rk rj"},
    {"fi", 6, 2, "l", "lk lj"},
    {"fi", 6, 2, "h", "hk"},
    {"ga", 1, 3, "",
	"anna eanna acha eacha anta eanta ithe aithe uithe the tha i ai iu a e "
	"adh eadh amh eamh aimh imh ama aim ann eann ionn aionn idh aidh faidh "
	"fidh oidh eoidh igh aigh ach each tar tear aitear itear airitear fear "
	"far ofar eofar fai fi as eas os eos imid aimid oimid eoimid aionna "
	"iochtai"},
    {"ga", 2, 3, "", "igh aigh ach each u"},
    {"hr", 1, 3, "",
	"ovima ovama evima ima ama ome oga ega omu emu ih im og om oj em ovi "
	"ove ova evi eve eva ju amo imo emo ate ite ete ao io a e i o u"},
    {"hr", 2, 4, "",
	"ir irat iral iran iraj iravan irav uj ovan ovat oval avan avat aval "
	"avaj ivan ivat ivaj an en jen at it et al il el av iv aj am im em om "
	"ih og oj anj enj jenj avanj ivanj iranj ovanj uc juc ajuc ost osc"},
    {"hr", 3, 3, "k", "ak"},
    {"hr", 3, 3, "c", "ac"},
    {"hr", 4, 3, "k", "c"},
    {"hu", 1, 3, "",
	"val vel nak nek ban ben bol rol tol ra re ba be hoz hez ert ig kent "
	"ul ot et at t n on en k ok ek ak okat eket akat oknak eknek aknak "
	"okban ekben akban okra ekre okhoz ekhez okkal ekkel akkal oknal "
	"ekben okbol ekbol okrol ekrol nal nel kal kel tal tel sal sel "
	"lal lel ral rel ja je ai ei jai jei uk unk juk nk a e i jat jet "
	"janak jenek aban eben"},
    {"hu", 2, 3, "", "ok ek ak a e i o u"},
    {"lv", 1, 3, "",
	"ajiem ajai ajam ajas ajos aja ajs ajo iem ams as ai am ais a aj us "
	"um u is im i s es em e os o m ei jam jat jies ies amies aties"},
    {"lv", 2, 4, "",
	"is us usi as ot it et at t sim siet s j ot us tin tais t am st ts"},
    {"lv", 3, 3, "b", "bj"},
    {"lv", 3, 3, "p", "pj"},
    {"lv", 3, 3, "m", "mj"},
    {"lv", 3, 3, "v", "vj"},
    {"mt", 1, 4, "", "hom ha kom lhom lha lna lkom niehom nielha s"},
    {"mt", 1, 3, "as", "as"},
    {"mt", 1, 3, "es", "es"},
    {"mt", 1, 3, "is", "is"},
    {"mt", 1, 3, "ss", "ss"},
    {"mt", 1, 3, "u", "ux"},
    {"mt", 1, 3, "a", "ax"},
    {"mt", 2, 3, "", "ijiet jiet iet ejn in i a u aw ew et jt ejt"},
    {"mt", 2, 3, "ik", "iku ika ici"},
    {"nl", 1, 3, "",
	"en s e es ers er ere t te ten tst st de den end ende ender der dere"},
    {"nl", 2, 3, "b", "bb"},
    {"nl", 2, 3, "d", "dd"},
    {"nl", 2, 3, "f", "ff v"},
    {"nl", 2, 3, "g", "gg"},
    {"nl", 2, 3, "k", "kk"},
    {"nl", 2, 3, "l", "ll"},
    {"nl", 2, 3, "m", "mm"},
    {"nl", 2, 3, "n", "nn"},
    {"nl", 2, 3, "p", "pp"},
    {"nl", 2, 3, "r", "rr"},
    {"nl", 2, 3, "s", "ss z"},
    {"nl", 2, 3, "t", "tt"},
    {"pl", 1, 3, "",
	"ami ach owi owie om ow em ie iem iami iach iom iow ego emu ymi imi "
	"ych ich ym im ej iego iemu iej ia iu io amy imy emy acie icie ecie a "
	"e i o u y"},
    {"pl", 2, 4, "",
	"owac owal owan owaj uj ujac aj ac al an aja ajac ic il yl yc ysz isz "
	"asz esz on en ion ien on am em im ym om ow"},
    {"pl", 3, 3, "k", "ek"},
    {"pl", 3, 3, "c", "ec"},
    {"pl", 4, 3, "", "i"},
    {"pt", 1, 3, "al", "ais"},
    {"pt", 1, 3, "el", "eis"},
    {"pt", 1, 3, "ao", "oes aes aos"},
    {"pt", 1, 3, "", "s"},
    {"pt", 2, 3, "r", "re"},
    {"ro", 1, 3, "",
	"ilor ului elor ii ei le lor ul ea ele ele uri urile urilor a e i u "
	"ie ia iei iile iilor ului esti easca esc eaza"},
    {"ro", 2, 3, "", "ar"},
    {"sk", 1, 3, "",
	"atami atach atam ovia encov ami ach och ovi ych ymi eho emu imi ich "
	"ou om em am ov ym im ej iam iach ia ie iu eme ime ame ete ite ate "
	"mi a e i o u y"},
    {"sk", 2, 4, "",
	"ovan ovat oval uj ujuc aj an en at it et al il el am em om ym im ach "
	"ych ich ov iv av ani eni"},
    {"sk", 3, 3, "k", "ok ek"},
    {"sk", 3, 3, "c", "ec"},
    {"sl", 1, 3, "",
	"ami ema oma ega emu imi ima ih im em om ov ev ama ah am eva ova amo "
	"imo emo ate ite ete ajo ijo ejo a e i o u"},
    {"sl", 2, 4, "",
	"ovan ovat oval uj an en jen at it et al il el am em om im ih ov ev "
	"av iv anj enj jenj ovanj evanj evan eval evat"},
    {"sl", 3, 3, "k", "ek"},
    {"sl", 3, 3, "c", "ec"},
    {"sv", 1, 3, "",
	"arna arnas erna ernas orna ornas ar ars er ers or ors en ens et ets "
	"na nas a as an ans n ns e es s t ade ande at"},
    {"sv", 2, 3, "m", "mm"},
    {"sv", 2, 3, "n", "nn"},
};

enum { ENDINGS = sizeof(endings) / sizeof(endings[0]) };

/* What grammar puts before a word; the longest that fits is replaced. */
static const struct beginning {
	char lang[3];
	const char *from;
	const char *to;
} beginnings[] = {
    {"ga", "bh", "b"},
    {"ga", "bhf", "f"},
    {"ga", "bp", "p"},
    {"ga", "ch", "c"},
    {"ga", "dh", "d"},
    {"ga", "dt", "t"},
    {"ga", "fh", "f"},
    {"ga", "gc", "c"},
    {"ga", "gh", "g"},
    {"ga", "ha", "a"},
    {"ga", "he", "e"},
    {"ga", "hi", "i"},
    {"ga", "ho", "o"},
    {"ga", "hu", "u"},
    {"ga", "mb", "b"},
    {"ga", "mh", "m"},
    {"ga", "nd", "d"},
    {"ga", "ng", "g"},
    {"ga", "ph", "p"},
    {"ga", "sh", "s"},
    {"ga", "th", "t"},
    {"ga", "ts", "s"},
};

static size_t
count_letters(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			n++;
	return n;
}

/* The length of the longest of ends that the word has, and may lose. */
static size_t
find_end(const struct ending *ending, const struct text_piece *word)
{
	const char *at = ending->ends;
	size_t longest = 0;

	while (*at != '\0') {
		size_t len = strcspn(at, " ");

		if (len > longest && len < word->len &&
		    memcmp(word->text + word->len - len, at, len) == 0 &&
		    count_letters(word->text, word->len - len) >= ending->least)
			longest = len;
		at += len;
		at += strspn(at, " ");
	}
	return longest;
}

static void
take_step(const struct ending *first, const struct ending *last,
    struct text_piece *word)
{
	const struct ending *best = NULL;
	size_t longest = 0;
	size_t put;

	for (const struct ending *at = first; at < last; at++) {
		size_t len = find_end(at, word);

		if (len > longest) {
			longest = len;
			best = at;
		}
	}
	if (best == NULL)
		return;
	put = strlen(best->put);
	word->len = (uint8_t)(word->len - longest + put);
	memcpy(word->text + word->len - put, best->put, put + 1);
}

/* The rows of a language stand together. */
static const struct ending *
find_rows(int lang, const struct ending **last)
{
	const char *code = ecs_lang_code(lang);
	const struct ending *first = endings;
	const struct ending *end = endings + ENDINGS;

	while (first < end && strcmp(first->lang, code) != 0)
		first++;
	*last = first;
	while (*last < end && strcmp((*last)->lang, code) == 0)
		++*last;
	return first;
}

static void
cut_beginning(const char *code, struct text_piece *word)
{
	const struct beginning *best = NULL;
	size_t from = 0;
	size_t to;

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]);
	     i++) {
		const struct beginning *at = &beginnings[i];
		size_t len = strlen(at->from);

		if (strcmp(at->lang, code) != 0 || len <= from ||
		    strncmp(word->text, at->from, len) != 0)
			continue;
		best = at;
		from = len;
	}
	if (best == NULL || word->len < from + 2U)
		return;
	to = strlen(best->to);
	memmove(word->text + to, word->text + from, word->len - from + 1U);
	memcpy(word->text, best->to, to);
	word->len = (uint8_t)(word->len - from + to);
}

static bool
is_vowel(char c)
{
	return strchr("aeiou", c) != NULL;
}

/*
 * Irish: of the last vowels the first stays, since those after it only tell
 * whether the consonants around them are broad or slender (udaras, udarais;
 * crioch, criche).
 */
static void
broaden(struct text_piece *word)
{
	size_t end = word->len;
	size_t first;

	while (end > 0 && !is_vowel(word->text[end - 1]))
		end--;
	first = end;
	while (first > 0 && is_vowel(word->text[first - 1]))
		first--;
	if (end <= first + 1)
		return;
	memmove(word->text + first + 1, word->text + end, word->len - end + 1U);
	word->len = (uint8_t)(word->len - (end - first - 1));
}

/*
 * Maltese: the consonants, where a word has three (ktieb, kotba: ktb).  The
 * plural of native words is made by other vowels, w and j among them.
 */
static void
keep_consonants(struct text_piece *word)
{
	struct text_piece strong = {.len = 0};
	struct text_piece all = {.len = 0};

	for (size_t i = 0; i < word->len; i++) {
		char c = word->text[i];

		if (is_vowel(c))
			continue;
		all.text[all.len++] = c;
		if (c != 'w' && c != 'j')
			strong.text[strong.len++] = c;
	}
	/* t- and n- are persons of a verb. */
	if (strong.len >= 4 && strchr("nt", strong.text[0]) != NULL)
		memmove(strong.text, strong.text + 1, --strong.len);
	all.text[all.len] = '\0';
	strong.text[strong.len] = '\0';
	if (strong.len >= 3)
		*word = strong;
	else if (all.len >= 3)
		*word = all;
}

bool
text_has_endings(int lang)
{
	const struct ending *last;

	return find_rows(lang, &last) < last;
}

void
text_cut_endings(int lang, struct text_piece *word)
{
	const struct ending *last;
	const struct ending *at = find_rows(lang, &last);
	const char *code = ecs_lang_code(lang);

	cut_beginning(code, word);
	while (at < last) {
		const struct ending *next = at;

		while (next < last && next->step == at->step)
			next++;
		take_step(at, next, word);
		at = next;
	}
	if (strcmp(code, "ga") == 0)
		broaden(word);
	if (strcmp(code, "mt") == 0)
		keep_consonants(word);
}
