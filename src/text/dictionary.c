/* SPDX-License-Identifier: ISC */
/*
 * dictionary - which entries of a dictionary a form may belong to.
 *
 * Every suffix rule whose append ends the form is undone, and what comes out is
 * looked up.  The place of an entry is found by a hash of its bytes but the
 * first character's: an entry may begin with a capital, forms do not.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include "affixes.h"
#include "chars.h"
#include "dictionary.h"

enum {
	OFFSET_BITS = 24, /* of a place: where in the file; the rest is hash */
	OFFSET_MASK = (1 << OFFSET_BITS) - 1,
	MOST_BYTES = 1 << OFFSET_BITS,
	BLOCK_BYTES = 1 << 16,
	ENTRY_BYTES = 320, /* what is looked at of an entry's line */
	FORM_BYTES = 2 * TEXT_WORD_BYTES
};

struct text_dictionary {
	struct text_affixes affixes;
	int file;
	uint32_t *table; /* open addressing, a power of two; 0: free */
	size_t mask;
	uint16_t high[128]; /* Unicode of the bytes from 0x80 on; 0: none */
};

/* ---- encodings ---- */

/* Every encoding of dictionaries but UTF-8 has one byte a character. */
static void
learn_encoding(struct text_dictionary *dictionary)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *converter;

	if (dictionary->affixes.utf8)
		return;
	converter = ucnv_open(dictionary->affixes.encoding, &status);
	for (int i = 0; i < 128 && U_SUCCESS(status); i++) {
		char byte = (char)(0x80 + i);
		UChar unit[4];
		int32_t n =
		    ucnv_toUChars(converter, unit, 4, &byte, 1, &status);

		if (n == 1 && unit[0] != 0xFFFD)
			dictionary->high[i] = unit[0];
	}
	ucnv_close(converter);
}

/* One character in the dictionary's encoding; 0 when it has none. */
static size_t
encode(const struct text_dictionary *dictionary, UChar32 c, char *to)
{
	int32_t len = 0;

	if (dictionary->affixes.utf8) {
		U8_APPEND_UNSAFE(to, len, c);
		return (size_t)len;
	}
	if (c < 0x80) {
		*to = (char)c;
		return 1;
	}
	for (int i = 0; i < 128; i++)
		if (dictionary->high[i] == c) {
			*to = (char)(0x80 + i);
			return 1;
		}
	return 0;
}

/* A word read from the file as UTF-8. */
static void
decode(const struct text_dictionary *dictionary, const char *word, size_t len,
    struct text_piece *piece)
{
	int32_t used = 0;

	if (dictionary->affixes.utf8) {
		used =
		    (int32_t)text_cut_at_character(word, len, ECS_FORM_BYTES);
		memcpy(piece->text, word, (size_t)used);
		len = 0;
	}
	for (size_t i = 0; i < len && used <= ECS_FORM_BYTES - 3; i++) {
		unsigned char byte = (unsigned char)word[i];
		UChar32 c = byte < 0x80 ? byte : dictionary->high[byte - 0x80];

		if (c != 0)
			U8_APPEND_UNSAFE(piece->text, used, c);
	}
	piece->len = (uint8_t)used;
	piece->text[used] = '\0';
}

/* The bytes of the first character of an entry or form. */
static size_t
first_len(const struct text_dictionary *dictionary, const char *text)
{
	unsigned char byte = (unsigned char)*text;

	if (!dictionary->affixes.utf8 || byte < 0xC0)
		return 1;
	return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/* ---- the table ---- */

static uint32_t
hash_entry(
    const struct text_dictionary *dictionary, const char *word, size_t len)
{
	size_t first = first_len(dictionary, word);

	return first > len
	    ? TEXT_HASH_SEED
	    : text_hash(TEXT_HASH_SEED, word + first, len - first);
}

static uint32_t
make_place(uint32_t hash, size_t offset)
{
	return (hash & ~(uint32_t)OFFSET_MASK) | (uint32_t)offset;
}

static size_t
next_place(const struct text_dictionary *dictionary, size_t at)
{
	return (at + 1) & dictionary->mask;
}

/* How long the word of an entry is: flags or notes follow it. */
static size_t
word_len(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && strchr("/\t \r\n", line[n]) == NULL)
		n++;
	return n;
}

static void
put_line(struct text_dictionary *dictionary, const char *line, size_t len,
    size_t offset)
{
	size_t n = word_len(line, len);
	uint32_t hash;
	size_t at;

	/* The first line is a count. */
	if (n == 0 || n > TEXT_WORD_BYTES || offset == 0)
		return;
	hash = hash_entry(dictionary, line, n);
	at = hash & dictionary->mask;
	while (dictionary->table[at] != 0)
		at = next_place(dictionary, at);
	dictionary->table[at] = make_place(hash, offset);
}

/* Call put_line for each line, or count them where there is no table yet. */
static size_t
scan_lines(struct text_dictionary *dictionary, char *block)
{
	size_t kept = 0;
	size_t start = 0; /* of the block, in the file */
	size_t lines = 0;
	ssize_t got;

	while ((got = pread(dictionary->file, block + kept, BLOCK_BYTES - kept,
		    (off_t)(start + kept))) > 0) {
		size_t len = kept + (size_t)got;
		size_t at = 0;
		const char *end;

		while ((end = memchr(block + at, '\n', len - at)) != NULL) {
			size_t n = (size_t)(end - block) - at;

			if (dictionary->table != NULL)
				put_line(dictionary, block + at, n, start + at);
			lines++;
			at += n + 1;
		}
		if (at == 0) /* no line is that long */
			break;
		kept = len - at;
		memmove(block, block + at, kept);
		start += at;
	}
	if (kept > 0 && dictionary->table != NULL)
		put_line(dictionary, block, kept, start);
	return lines + 1;
}

static bool
load_entries(struct text_dictionary *dictionary)
{
	struct stat status;
	char *block;
	size_t lines;
	size_t room = 16;

	if (fstat(dictionary->file, &status) != 0 ||
	    status.st_size >= MOST_BYTES)
		return true;
	block = malloc(BLOCK_BYTES);
	if (block == NULL)
		return false;
	lines = scan_lines(dictionary, block);
	while (room < lines + lines / 2)
		room *= 2;
	dictionary->table = calloc(room, sizeof(*dictionary->table));
	if (dictionary->table != NULL) {
		dictionary->mask = room - 1;
		scan_lines(dictionary, block);
	}
	free(block);
	return dictionary->table != NULL;
}

/* A whole file, NUL-terminated; *text is NULL where it cannot be read. */
static bool
read_whole(int file, char **text)
{
	struct stat status;
	size_t used = 0;
	ssize_t got;

	*text = NULL;
	if (fstat(file, &status) != 0 || status.st_size >= MOST_BYTES)
		return true;
	*text = malloc((size_t)status.st_size + 1);
	if (*text == NULL)
		return false;
	while (used < (size_t)status.st_size &&
	    (got = pread(file, *text + used, (size_t)status.st_size - used,
		 (off_t)used)) > 0)
		used += (size_t)got;
	(*text)[used] = '\0';
	return true;
}

struct text_dictionary *
text_dictionary_new(int aff, int dic)
{
	struct text_dictionary *dictionary = calloc(1, sizeof(*dictionary));
	char *text = NULL;
	bool ok = false;

	if (dictionary == NULL)
		return NULL;
	dictionary->file = dic;
	if (!read_whole(aff, &text))
		goto out;
	if (text != NULL) {
		if (!text_affixes_read(&dictionary->affixes, text))
			goto out;
		learn_encoding(dictionary);
	}
	ok = text == NULL || load_entries(dictionary);
out:
	free(text);
	if (ok)
		return dictionary;
	text_dictionary_free(dictionary);
	return NULL;
}

void
text_dictionary_free(struct text_dictionary *dictionary)
{
	if (dictionary == NULL)
		return;
	text_affixes_fini(&dictionary->affixes);
	free(dictionary->table);
	free(dictionary);
}

/* ---- looking up ---- */

struct search {
	const struct text_dictionary *dictionary;
	struct text_roots *roots;
	char form[FORM_BYTES]; /* in the dictionary's encoding */
	size_t len;
	size_t first;    /* bytes of the first character */
	char capital[4]; /* the same as a capital */
	size_t capital_len;
};

static bool
start_search(struct search *in, const char *word, size_t len)
{
	size_t i = 0;

	len = text_cut_at_character(word, len, TEXT_WORD_BYTES);
	while (i < len) {
		UChar32 c;
		size_t n;

		U8_NEXT((const uint8_t *)word, i, len, c);
		if (c <= 0)
			return false;
		n = encode(in->dictionary, c, in->form + in->len);
		if (n == 0)
			return false;
		if (in->len == 0) {
			in->first = n;
			in->capital_len =
			    encode(in->dictionary, u_toupper(c), in->capital);
		}
		in->len += n;
	}
	return in->len > 0;
}

/* Is the entry's word the form's first cut bytes and then strip? */
static bool
is_root(const struct search *in, const char *word, size_t len, size_t cut,
    const char *strip, size_t strip_len)
{
	size_t first = first_len(in->dictionary, word);
	size_t middle = cut - in->first;

	if (first + middle + strip_len != len)
		return false;
	if ((first != in->first || memcmp(word, in->form, first) != 0) &&
	    (first != in->capital_len || memcmp(word, in->capital, first) != 0))
		return false;
	return memcmp(word + first, in->form + in->first, middle) == 0 &&
	    memcmp(word + first + middle, strip, strip_len) == 0;
}

static void
add_root(struct search *in, const char *word, size_t len)
{
	struct text_roots *roots = in->roots;
	struct text_piece *root = &roots->root[roots->count];

	if (roots->count == TEXT_ROOTS)
		return;
	decode(in->dictionary, word, len, root);
	for (int i = 0; i < roots->count; i++)
		if (strcmp(roots->root[i].text, root->text) == 0)
			return;
	roots->count++;
}

/* Do the entry's flags let one of n suffixes be taken? */
static bool
may_take(const struct search *in, const struct text_flags *flags,
    const struct text_suffix *suffixes, size_t n, const char *word, size_t len)
{
	const struct text_affixes *affixes = &in->dictionary->affixes;

	for (size_t i = 0; i < n; i++)
		if (text_flags_have(flags, suffixes[i].flag) &&
		    text_suffix_fits(affixes, &suffixes[i], word, len))
			return true;
	return false;
}

/* An entry at a place in the file: is it the root sought? */
static void
try_entry(struct search *in, size_t offset, size_t cut,
    const struct text_suffix *suffixes, size_t n)
{
	const struct text_affixes *affixes = &in->dictionary->affixes;
	char line[ENTRY_BYTES + 1];
	struct text_flags flags = {.count = 0};
	ssize_t got =
	    pread(in->dictionary->file, line, ENTRY_BYTES, (off_t)offset);
	size_t len;
	bool itself = n == 0;

	if (got <= 0)
		return;
	line[got] = '\0';
	len = word_len(line, (size_t)got);
	if (!is_root(in, line, len, cut, itself ? "" : suffixes->strip,
		itself ? 0 : suffixes->strip_len))
		return;
	if (line[len] == '/')
		text_affixes_flags(affixes, line + len + 1,
		    strcspn(line + len + 1, " \t\r\n"), &flags);
	for (size_t i = 0; i < affixes->hidden.count; i++)
		if (text_flags_have(&flags, affixes->hidden.flag[i]))
			return;
	if (itself || may_take(in, &flags, suffixes, n, line, len))
		add_root(in, line, len);
}

/*
 * Look for the entries that are the first cut bytes of the form and the strip
 * of n suffixes, which all have the same; n is 0 for the form itself.
 */
static void
try_root(struct search *in, uint32_t hash, size_t cut,
    const struct text_suffix *suffixes, size_t n)
{
	const struct text_dictionary *dictionary = in->dictionary;
	size_t at;

	if (n > 0)
		hash = text_hash(hash, suffixes->strip, suffixes->strip_len);
	at = hash & dictionary->mask;
	while (dictionary->table[at] != 0) {
		uint32_t place = dictionary->table[at];

		if (make_place(hash, 0) == (place & ~(uint32_t)OFFSET_MASK))
			try_entry(in, place & OFFSET_MASK, cut, suffixes, n);
		at = next_place(dictionary, at);
	}
}

/* Undo every suffix with this append, one strip after the other. */
static void
undo_suffixes(struct search *in, uint32_t hash, size_t cut)
{
	size_t count;
	const struct text_suffix *suffix = text_affixes_find(
	    &in->dictionary->affixes, in->form + cut, in->len - cut, &count);

	while (count > 0) {
		size_t n = 1;

		while (n < count && suffix[n].strip_len == suffix->strip_len &&
		    memcmp(suffix[n].strip, suffix->strip, suffix->strip_len) ==
			0)
			n++;
		try_root(in, hash, cut, suffix, n);
		suffix += n;
		count -= n;
	}
}

void
text_dictionary_find(const struct text_dictionary *dictionary, const char *word,
    size_t len, struct text_roots *roots)
{
	struct search in = {.dictionary = dictionary, .roots = roots};
	uint32_t hashes[FORM_BYTES + 1] = {0}; /* of so many bytes */
	size_t longest = dictionary->affixes.longest;

	roots->count = 0;
	if (dictionary->table == NULL || !start_search(&in, word, len))
		return;
	hashes[in.first] = TEXT_HASH_SEED;
	for (size_t i = in.first; i < in.len; i++)
		hashes[i + 1] = text_hash(hashes[i], in.form + i, 1);
	try_root(&in, hashes[in.len], in.len, NULL, 0);
	for (size_t cut = in.len; cut >= in.first; cut--) {
		if (in.len - cut > longest)
			break;
		undo_suffixes(&in, hashes[cut], cut);
	}
}
