/* SPDX-License-Identifier: ISC */
/*
 * near - words within one or two edits.
 *
 * A word is looked at when its length fits and its letters differ by no more
 * than the edits can explain: of a thousand words one or two are left.  These
 * are compared by the bit-vector algorithm for optimal string alignment of
 * H. Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit
 * distances, Nordic Journal of Computing 10 (2003), pages 29-39.
 */
#include <string.h>

#include "words.h"

enum { OTHERS = 128 };

struct pattern {
	uint64_t ascii[128]; /* where each character stands */
	uint32_t other[OTHERS];
	uint64_t where[OTHERS];
	unsigned len;  /* in characters */
	uint64_t last; /* the bit of the last one */
	uint32_t letters;
};

struct search {
	const struct words *words;
	struct pattern pattern;
	unsigned most;
	ecs_lexicon_near_sink *sink;
	void *user;
};

/* The slot of a character that is not ASCII, or the free one for it. */
static unsigned
slot_of(const struct pattern *pattern, uint32_t c)
{
	unsigned slot = (c ^ c >> 7) % OTHERS;

	while (pattern->other[slot] != 0 && pattern->other[slot] != c)
		slot = (slot + 1) % OTHERS;
	return slot;
}

/* False when the word is one that no lexicon lists. */
static bool
pattern_init(struct pattern *pattern, const char *word, size_t len)
{
	memset(pattern, 0, sizeof(*pattern));
	if (len == 0 || len > ECS_LEXICON_BYTES)
		return false;
	for (size_t at = 0; at < len; pattern->len++) {
		uint32_t c = lexicon_next_char(word, len, &at);
		uint64_t bit = UINT64_C(1) << pattern->len;
		unsigned slot;

		pattern->last = bit;
		pattern->letters |= lexicon_letter(c);
		if (c < 128) {
			pattern->ascii[c] |= bit;
			continue;
		}
		slot = slot_of(pattern, c);
		pattern->other[slot] = c;
		pattern->where[slot] |= bit;
	}
	return true;
}

static uint64_t
where(const struct pattern *pattern, uint32_t c)
{
	return c < 128 ? pattern->ascii[c]
		       : pattern->where[slot_of(pattern, c)];
}

/*
 * The edits between pattern and text.  The names are the paper's: VP and VN
 * are the positive and negative vertical differences of the column, HP and HN
 * the horizontal ones, D0 the zero diagonal ones.
 */
static unsigned
distance(const struct pattern *pattern, const char *text, size_t len)
{
	uint64_t last = pattern->last;
	uint64_t vp = UINT64_MAX;
	uint64_t vn = 0;
	uint64_t d0 = 0;
	uint64_t before = 0;
	unsigned edits = pattern->len;

	for (size_t at = 0; at < len;) {
		uint64_t here =
		    where(pattern, lexicon_next_char(text, len, &at));
		uint64_t swapped = ((~d0 & here) << 1) & before;
		uint64_t hp;
		uint64_t hn;

		d0 = (((here & vp) + vp) ^ vp) | here | vn | swapped;
		hp = vn | ~(d0 | vp);
		hn = d0 & vp;
		edits += (hp & last) != 0;
		edits -= (hn & last) != 0;
		hp = hp << 1 | 1;
		hn <<= 1;
		vp = hn | ~(d0 | hp);
		vn = hp & d0;
		before = here;
	}
	return edits;
}

/* Has the set more letters than that (0 to 2)? */
static inline bool
has_more(uint32_t set, unsigned than)
{
	for (; than > 0; than--)
		set &= set - 1;
	return set != 0;
}

static bool
look_at(const struct search *in, uint32_t index)
{
	struct ecs_lexicon_word word;
	unsigned edits;

	lexicon_word(in->words, index, &word);
	edits = distance(&in->pattern, word.text, word.len);
	return edits > in->most || in->sink(in->user, &word, edits);
}

/*
 * Words of one length.  One that is longer by two needs two edits for that
 * alone, which bring letters and take none away.
 */
static bool
search_length(const struct search *in, unsigned len)
{
	const struct words *words = in->words;
	unsigned longer = len > in->pattern.len ? len - in->pattern.len : 0;
	unsigned shorter = len < in->pattern.len ? in->pattern.len - len : 0;
	uint32_t letters = in->pattern.letters;

	for (uint32_t i = words->first[len]; i < words->first[len + 1]; i++) {
		if (has_more(letters & ~words->letters[i], in->most - longer) ||
		    has_more(words->letters[i] & ~letters, in->most - shorter))
			continue;
		if (!look_at(in, words->by_length[i]))
			return false;
	}
	return true;
}

static bool
search_words(const struct search *in)
{
	unsigned len = in->pattern.len;
	unsigned first = len > in->most ? len - in->most : 1;
	unsigned last = len + in->most;

	if (last > ECS_LEXICON_BYTES)
		last = ECS_LEXICON_BYTES;
	for (unsigned i = first; i <= last; i++)
		if (!search_length(in, i))
			return false;
	return true;
}

void
ecs_lexicon_near(const struct ecs_lexicon *lexicon, const char *word,
    size_t len, unsigned most, ecs_lexicon_near_sink *sink, void *user)
{
	struct search in = {.most = most, .sink = sink, .user = user};

	if (in.most > ECS_LEXICON_EDITS)
		in.most = ECS_LEXICON_EDITS;
	if (lexicon == NULL || !pattern_init(&in.pattern, word, len))
		return;
	in.words = lexicon->large;
	if (!search_words(&in))
		return;
	in.words = lexicon->small;
	search_words(&in);
}
