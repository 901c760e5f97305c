/* SPDX-License-Identifier: ISC */
/*
 * listing - a shelf's lexicon through its life.
 *
 *	opened     made of the index's terms, while these are walked anyway
 *	a commit   extended by the words that the term set did not have
 *	now and    made of the index's terms again: once the small list or the
 *	then       number of units changed since has grown by an eighth of what
 *	           there is, so that all the walks of an import together cost
 *	           a few walks of the finished index
 *
 * Words of a private text place are in none of it.
 */
#include "ecsearch/layout.h"

#include "store.h"

/* A small list is looked through beside the large one: it may be this long. */
enum { RECENT_WORDS = 1024, GROWN_BY = 8 };

static bool
is_open(const struct ecs_collection *collection, int place)
{
	return place < collection->ntexts &&
	    !collection->texts[place]->is_private;
}

bool
ecs_listing_add(struct ecs_lexicon_draft *draft,
    const struct ecs_collection *collection, const char *term, size_t len,
    uint32_t documents, struct ecs_err *err)
{
	const char *word;
	size_t word_len;
	int place;

	if (!ecs_term_is_exact(term, len, &place, &word, &word_len) ||
	    !is_open(collection, place))
		return true;
	return ecs_lexicon_draft_add(draft, word, word_len, documents, err);
}

/* ---- words that a document brings ---- */

struct bringer {
	struct shelf *shelf;
	struct ecs_err *err;
	bool ok;
};

static bool
bring(void *user, const char *term, size_t len, uint32_t count)
{
	struct bringer *in = user;

	(void)count;
	if (!ecs_termset_maybe(in->shelf->generation->terms, term, len))
		in->ok = ecs_listing_add(in->shelf->brought,
		    in->shelf->collection, term, len, 1, in->err);
	return in->ok;
}

static bool
has_new_terms(const struct shelf *shelf, const struct ecs_units *units)
{
	for (size_t i = 0; i < units->nhashes; i++)
		if (!ecs_termset_maybe_hash(
			shelf->generation->terms, units->hashes[i]))
			return true;
	return false;
}

bool
ecs_listing_note(
    struct shelf *shelf, const struct ecs_units *units, struct ecs_err *err)
{
	struct bringer in = {shelf, err, true};

	if (!has_new_terms(shelf, units))
		return true;
	for (size_t i = 0; i < units->n; i++)
		if (!ecs_index_entry_terms(
			units->list[i].entry, bring, &in, err) ||
		    !in.ok)
			return false;
	return true;
}

/* ---- the next lexicon ---- */

static void
set_lexicon(struct shelf *shelf, struct ecs_lexicon *lexicon)
{
	ecs_lexicon_unref(shelf->lexicon);
	shelf->lexicon = lexicon;
	ecs_lexicon_draft_reset(shelf->brought);
}

bool
ecs_listing_begin(
    struct shelf *shelf, struct ecs_lexicon_draft *draft, struct ecs_err *err)
{
	struct ecs_lexicon *lexicon = ecs_lexicon_new(draft, err);

	if (lexicon == NULL)
		return false;
	set_lexicon(shelf, lexicon);
	shelf->changed = 0;
	return true;
}

struct walk {
	const struct ecs_collection *collection;
	struct ecs_lexicon_draft *draft;
	struct ecs_err *err;
	bool ok;
};

static bool
walk_term(void *user, const char *term, size_t len, uint32_t documents)
{
	struct walk *in = user;

	return in->ok = ecs_listing_add(
		   in->draft, in->collection, term, len, documents, in->err);
}

static bool
walk_places(struct walk *in, struct ecs_index_reader *reader)
{
	const struct ecs_form form = {.kind = ECS_FORM_EXACT, .text = ""};
	char prefix[ECS_TERM_BYTES];

	for (int place = 0; place < in->collection->ntexts; place++) {
		size_t len = ecs_term_make(prefix, place, &form);

		if (is_open(in->collection, place) &&
		    (!ecs_index_terms(
			 reader, prefix, len, walk_term, in, in->err) ||
			!in->ok))
			return false;
	}
	return true;
}

/* Make the lexicon of the words that the last commit has in the index. */
static bool
read_index(struct shelf *shelf, struct ecs_err *err)
{
	struct walk in = {.collection = shelf->collection,
	    .draft = ecs_lexicon_draft_new(err),
	    .err = err,
	    .ok = true};
	struct ecs_index_reader *reader =
	    ecs_index_reader_open(shelf->generation->path, err);
	bool ok = in.draft != NULL && reader != NULL &&
	    walk_places(&in, reader) && ecs_listing_begin(shelf, in.draft, err);

	ecs_index_reader_close(reader);
	ecs_lexicon_draft_free(in.draft);
	return ok;
}

bool
ecs_listing_commit(struct shelf *shelf, struct ecs_err *err)
{
	uint32_t units = ecs_table_units(shelf->table);
	struct ecs_lexicon_size size;
	struct ecs_lexicon *next;

	ecs_lexicon_measure(shelf->lexicon, &size);
	if (shelf->changed > units / GROWN_BY ||
	    size.recent > RECENT_WORDS + size.words / GROWN_BY)
		return read_index(shelf, err);
	if (ecs_lexicon_draft_empty(shelf->brought))
		return true;
	next = ecs_lexicon_extend(shelf->lexicon, shelf->brought, err);
	if (next == NULL)
		return false;
	set_lexicon(shelf, next);
	return true;
}
