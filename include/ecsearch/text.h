/* SPDX-License-Identifier: ISC */
#ifndef ECS_TEXT_H
#define ECS_TEXT_H
/*
 * Words: one analysis for writing, asking and marking.
 *
 * A text is cut into words: maximal runs of letters, marks and digits.  Every
 * other character parts words; scripts that do not (Thai, Han, Kana ...) are
 * cut by ICU's word break iterator.  A word has forms, by which it is found:
 *
 *	EXACT      folded surface form: NFKC casefold, accents dropped where the
 *	           script's readers drop them; one a word.  ö -> o, ß -> ss,
 *	           ø -> o, ł -> l; Cyrillic й stays
 *	ALTERNATE  another spelling of the same word: ö -> oe, ä -> ae, ü -> ue,
 *	           å -> aa, ø -> oe, and the joined form of names of 2 to 8
 *	           words that are written with - . / : _ + & @ inside:
 *	           "post-quantum" -> postquantum, "CVE-2021-44228" ->
 *	           cve202144228; of those with ' only O'Brien -> obrien
 *	STEM       stem in the word's language, folded; more than one where
 *	           the ways differ: fold(stem(w)), stem(fold(w)) and, for a
 *	           word with umlauts, stem(alternate(w)); and the stems of the
 *	           words it is a form of, where a dictionary of its language
 *	           is installed and knows it.  Words with digits have none
 *
 * Forms of a query word are compared with forms of a text's words, so whoever
 * marks text sees what the index sees.  An analyzer belongs to one thread; the
 * words (stem exceptions, elisions ...) it is made from are shared and never
 * change.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/buf.h"
#include "ecsearch/lang.h"

struct ecs_err;

/* ---- languages ---- */

struct ecs_detector;
/* A language detector belongs to one thread.  NULL and err on failure. */
struct ecs_detector *ecs_detector_new(struct ecs_err *err);
void ecs_detector_free(struct ecs_detector *detector); /* NULL is allowed */
/*
 * The language of a text among the 24, or ECS_LANG_NONE when it is too short
 * (under 40 letters) or nothing is clearly the best.
 */
int
ecs_detect_lang(struct ecs_detector *detector, const char *text, size_t len);

/* ---- words ---- */

/* A word's place in its text. */
struct ecs_token {
	uint32_t start; /* byte offset */
	uint32_t end;   /* byte offset after the last byte */
	/*
	 * The token hangs on the one before it by a single joining character
	 * (- . / : _ + & @ ' and the typographic ’ ‑) and no space.
	 */
	bool joined;
	/* Between joined tokens stood an apostrophe: elision, possessive. */
	bool apostrophe;
	bool has_digit;
};

/*
 * Cut text into tokens.  *tokens is grown as needed (realloc) and stays the
 * caller's to free(); *cap is its room.  Invalid UTF-8 parts words.  Returns
 * the number of tokens, or -1 when memory ran out.
 */
long ecs_text_cut(
    const char *text, size_t len, struct ecs_token **tokens, size_t *cap);

enum ecs_form_kind { ECS_FORM_EXACT, ECS_FORM_ALTERNATE, ECS_FORM_STEM };

/* One form of one word; text is valid until the analyzer's next call. */
struct ecs_form {
	enum ecs_form_kind kind;
	int lang;         /* of a STEM; else ECS_LANG_NONE */
	const char *text; /* UTF-8, folded, at most ECS_FORM_BYTES */
	size_t len;
	uint32_t token;  /* index of the word it belongs to (first if joined) */
	uint32_t tokens; /* how many words it spans; over 1 for joined names */
};

/* Longer words are cut at a character, in texts and queries alike. */
enum { ECS_FORM_BYTES = 64 };

struct ecs_words;    /* shared data: exceptions, elisions; immutable */
struct ecs_analyzer; /* one thread's stemmers, caches and scratch */

/*
 * The words as data.  stems is the JSON text of the stem exceptions
 * ({"de": {"sicherheit": "sicherheit", ...}, ...}: folded form -> stem, each
 * covering all the forms it lists), or NULL for the built-in ones alone.
 */
struct ecs_words *ecs_words_new(const char *stems, struct ecs_err *err);
/*
 * The same with the dictionaries of other directories than the system's,
 * parted by ':'; "" for none.
 */
struct ecs_words *ecs_words_new_in(
    const char *dictionaries, const char *stems, struct ecs_err *err);
/*
 * Change the stop words, before the words are shared: JSON of the form told in
 * stopdata.c; source is what errors call it.  400 "bad_json", or 422
 * "bad_stopwords" with the JSON pointer.
 */
bool ecs_words_set_stops(struct ecs_words *words, const char *json,
    const char *source, struct ecs_err *err);
struct ecs_words *ecs_words_ref(struct ecs_words *words);
void
ecs_words_free(struct ecs_words *words); /* one reference; NULL is allowed */
/* Another one than before means that texts may get other forms: a rebuild. */
const char *ecs_words_fingerprint(const struct ecs_words *words);

/* words is borrowed and must outlive the analyzer. */
struct ecs_analyzer *
ecs_analyzer_new(const struct ecs_words *words, struct ecs_err *err);
void ecs_analyzer_free(struct ecs_analyzer *analyzer); /* NULL is allowed */

/*
 * Names the analysis, its libraries and the dictionaries it found; a change of
 * it means a rebuild.  Lives as long as words.
 */
const char *ecs_analysis_version(const struct ecs_words *words);

/* Called for each form in order of tokens; false stops the analysis. */
typedef bool ecs_form_sink(void *user, const struct ecs_form *form);

/*
 * Cut text and give every form of every word to sink.  lang says which stems
 * are made (ECS_LANG_NONE: none).  Elided articles (l', d', dell') and other
 * words get the same treatment: each piece is a word of its own.
 * Returns the number of words, or -1 when memory ran out or sink stopped.
 */
long ecs_analyze(struct ecs_analyzer *analyzer, const char *text, size_t len,
    int lang, ecs_form_sink *sink, void *user);

/*
 * The EXACT form of one word, into folded (at least ECS_FORM_BYTES + 1).
 * Returns its length; 0 when nothing is left of the word.
 */
size_t ecs_fold_word(
    struct ecs_analyzer *analyzer, const char *word, size_t len, char *folded);
/*
 * A whole text folded for comparing (lower case, no accents, runs of space and
 * punctuation one space, none at the ends), appended to out.
 */
void ecs_fold_text(struct ecs_analyzer *analyzer, const char *text, size_t len,
    struct ecs_buf *out);

/*
 * Is this folded word an elided article or pronoun in some language (l, d,
 * dell, qu ...), so that a query need not ask for it when an apostrophe
 * follows?
 */
bool ecs_is_elision(const char *folded, size_t len);

/*
 * In which languages a folded word (EXACT form) only holds sentences together
 * (the, is, what ...): a bit 1 << lang for each.
 */
uint32_t ecs_stop_langs(
    const struct ecs_analyzer *analyzer, const char *folded, size_t len);

/* ---- marking ---- */

/*
 * What a query looks for, by form; collected once a request, read by many
 * threads' highlighters only while it lives.
 */
struct ecs_marks;

struct ecs_marks *ecs_marks_new(void);        /* NULL when memory ran out */
void ecs_marks_free(struct ecs_marks *marks); /* NULL is allowed */
/*
 * Look for one form.  word numbers the query's word (0-based, under 64), so
 * that a snippet can cover many of them; weight > 0 says how much it is worth.
 */
bool ecs_marks_add(struct ecs_marks *marks, const struct ecs_form *form,
    unsigned word, float weight);
/*
 * The same, but only a part of the word is marked: what its EXACT form has at
 * the bytes from up to to.
 */
bool ecs_marks_add_part(struct ecs_marks *marks, const struct ecs_form *form,
    size_t from, size_t to, unsigned word, float weight);
/* Look for every word whose EXACT form begins with prefix. */
bool ecs_marks_add_prefix(struct ecs_marks *marks, const char *prefix,
    size_t len, unsigned word, float weight);
/* Look for every word whose EXACT form fits the pattern. */
bool ecs_marks_add_pattern(struct ecs_marks *marks, const char *pattern,
    size_t len, unsigned word, float weight);
/*
 * Look for a run of EXACT forms side by side, marked only as a whole.  forms
 * are n folded words of the lengths lens.
 */
bool ecs_marks_add_phrase(struct ecs_marks *marks, const char *const *forms,
    const size_t *lens, size_t n, unsigned word, float weight);
bool ecs_marks_empty(const struct ecs_marks *marks);

/* A stretch of text to be marked. */
struct ecs_span {
	uint32_t start; /* byte offsets in the original text, on characters */
	uint32_t end;
	uint8_t word; /* the query's word it answers (the best) */
	float weight;
};

/*
 * Find what marks looks for in text, in order, never overlapping.  *spans is
 * grown as needed and stays the caller's to free().  A whole original word is
 * marked, or the part of it that was added as one; of joined names all their
 * pieces.  Returns the number of spans, or -1 when memory ran out.
 */
long ecs_find_spans(struct ecs_analyzer *analyzer,
    const struct ecs_marks *marks, const char *text, size_t len, int lang,
    struct ecs_span **spans, size_t *cap);

/*
 * Choose the stretch of at most limit bytes that shows most of what was asked:
 * by distinct query words, then weight, then earliness; begun and ended between
 * words, at a sentence where one is near.  With no spans: the beginning.
 */
void
ecs_choose_snippet(const char *text, size_t len, const struct ecs_span *spans,
    size_t nspans, size_t limit, size_t *start, size_t *end);

struct ecs_mark_style {
	const char *pre;
	const char *post;
	bool html; /* escape the text (never the pre and post) */
	bool raw;  /* keep white space and control characters as they are */
	const char *ellipsis; /* where text was cut; NULL: "…" */
};

/* Append text[start, end) with its spans marked; "…" where it was cut. */
void ecs_write_marked(struct ecs_buf *out, const char *text, size_t len,
    size_t start, size_t end, const struct ecs_span *spans, size_t nspans,
    const struct ecs_mark_style *style);

/* ---- passages ---- */

/*
 * Cut a section into passages: at paragraph ends (blank lines; those that end
 * a sentence first, so that headings and lists hold together), then at
 * sentence ends near 200 words.  None is under 60 words but the only one, none
 * over 300: a longer sentence is cut at a space.  Gives byte ranges that cover
 * the text without its white space at the ends.  *ranges is grown as needed.
 * Returns their number, or -1 when memory ran out.
 */
struct ecs_range {
	uint32_t start;
	uint32_t end;
};
long ecs_cut_passages(
    const char *text, size_t len, struct ecs_range **ranges, size_t *cap);

/* Code points in text[0, len): offsets for people count these. */
size_t ecs_count_characters(const char *text, size_t len);

/* ---- sketches: how like two texts are, without keeping them ---- */

/*
 * The ECS_SKETCH smallest hashes of a text's different words, ascending.  Of
 * two such samples the share in common estimates the resemblance of the sets
 * (Broder 1997, "On the resemblance and containment of documents", section 4);
 * the words themselves cannot be read from it.
 */
enum { ECS_SKETCH = 64 };
struct ecs_sketch {
	uint64_t whole; /* hash of all folded words in their order */
	uint32_t n;
	uint32_t words[ECS_SKETCH];
};
bool ecs_sketch_make(struct ecs_analyzer *analyzer, const char *text,
    size_t len, struct ecs_sketch *sketch, struct ecs_err *err);
/* From 0, no word in common, to 1, the same words. */
double
ecs_sketch_resemblance(const struct ecs_sketch *a, const struct ecs_sketch *b);

/* ---- order of names ---- */

struct ecs_collator;
/* Language-correct order ("" or NULL: the root order).  One thread's. */
struct ecs_collator *ecs_collator_new(const char *lang, struct ecs_err *err);
void ecs_collator_free(struct ecs_collator *collator);
/* Append the sort key of text: memcmp of keys is the order of texts. */
bool ecs_collation_key(struct ecs_collator *collator, const char *text,
    size_t len, struct ecs_buf *key);

#endif
