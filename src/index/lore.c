/* SPDX-License-Identifier: ISC */
/*
 * lore - the schema and all that is known of words, as data.
 *
 *	setting "words.synonyms"	what was put, if anything was
 *	synonyms.json			else the file beside the schema
 *	neither				nothing but what is built in
 *
 * Lore never changes: another one is made, and published with the next view.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "ecsearch/err.h"
#include "ecsearch/log.h"

#include "store.h"

/* The setting that says which lore the answers of a revision owe to. */
#define FINGERPRINT "words.fingerprint"

static const char *const names[ECS_WORD_DATA] = {
    [ECS_SYNONYMS] = "synonyms",
    [ECS_STOPWORDS] = "stopwords",
    [ECS_STEMS] = "stems",
};

const char *
ecs_word_data_name(enum ecs_word_data which)
{
	return names[which];
}

struct ecs_lore *
ecs_lore_ref(struct ecs_lore *lore)
{
	atomic_fetch_add(&lore->refs, 1);
	return lore;
}

void
ecs_lore_unref(struct ecs_lore *lore)
{
	if (lore == NULL || atomic_fetch_sub(&lore->refs, 1) != 1)
		return;
	if (lore->meaning != NULL)
		lore->free_meaning(lore->meaning);
	for (int i = 0; i < ECS_WORD_DATA; i++)
		free(lore->data[i].json);
	free(lore->stems);
	ecs_words_free(lore->words);
	ecs_schema_free(lore->schema);
	free(lore);
}

/* ---- reading ---- */

static void
setting_name(enum ecs_word_data which, char *name, size_t size)
{
	snprintf(name, size, "words.%s", names[which]);
}

/* The file of this name beside the schema. */
static void
beside(
    const struct ecs_schema *schema, const char *name, char *path, size_t size)
{
	const char *slash = strrchr(schema->path, '/');
	int folder = slash == NULL ? 0 : (int)(slash - schema->path) + 1;

	snprintf(path, size, "%.*s%s.json", folder, schema->path, name);
}

static bool
read_whole(FILE *file, struct ecs_buf *buf)
{
	char piece[16384];
	size_t len;

	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		ecs_buf_add(buf, piece, len);
	return ferror(file) == 0;
}

/* A file that is not there says nothing. */
static bool
read_file(const char *path, struct ecs_buf *text, struct ecs_err *err)
{
	FILE *file = fopen(path, "re");
	bool ok;

	if (file == NULL && errno == ENOENT)
		return true;
	ok = file != NULL && read_whole(file, text);
	if (!ok)
		ecs_err_set(err, 500, "unreadable", "%s: cannot be read: %s",
		    path, strerror(errno));
	if (file != NULL)
		fclose(file);
	return ok && (!text->failed || ecs_err_memory(err));
}

/* What holds now of one kind of data. */
static bool
read_text(struct ecs_store *store, const struct ecs_schema *schema,
    enum ecs_word_data which, struct ecs_word_text *to, struct ecs_err *err)
{
	struct ecs_buf text = {0};
	char path[1200];
	char name[40];
	bool ok;

	setting_name(which, name, sizeof(name));
	ok = ecs_records_read_setting(store->records, name, &text, err);
	to->put = text.len > 0;
	beside(schema, names[which], path, sizeof(path));
	snprintf(to->source, sizeof(to->source), "%.255s",
	    to->put ? names[which] : path);
	if (ok && !to->put)
		ok = read_file(path, &text, err);
	if (ok && text.len > 0) {
		to->json = strndup(text.data, text.len);
		ok = to->json != NULL || ecs_err_memory(err);
	}
	ecs_buf_fini(&text);
	return ok;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
ecs_lore_is_behind(const struct ecs_lore *lore)
{
	return !same_text(lore->stems, lore->data[ECS_STEMS].json);
}

/* What is wanted must be good, though it is not in effect yet. */
static bool
check_wanted(const struct ecs_lore *lore, struct ecs_err *err)
{
	struct ecs_words *words;

	if (!ecs_lore_is_behind(lore))
		return true;
	words = ecs_words_new(lore->data[ECS_STEMS].json, err);
	ecs_words_free(words);
	return words != NULL;
}

/* Words that are the same are the same object, and analyzers stay good. */
static bool
make_words(
    struct ecs_lore *lore, const struct ecs_lore *before, struct ecs_err *err)
{
	const struct ecs_word_text *stops = &lore->data[ECS_STOPWORDS];

	if (before != NULL &&
	    same_text(stops->json, before->data[ECS_STOPWORDS].json) &&
	    same_text(lore->stems, before->stems)) {
		lore->words = ecs_words_ref(before->words);
		return true;
	}
	lore->words = ecs_words_new(lore->stems, err);
	return lore->words != NULL &&
	    (stops->json == NULL ||
		ecs_words_set_stops(
		    lore->words, stops->json, stops->source, err));
}

static bool
make_meaning(
    const struct ecs_store *store, struct ecs_lore *lore, struct ecs_err *err)
{
	if (store->maker.make == NULL)
		return true;
	lore->free_meaning = store->maker.free;
	lore->meaning = store->maker.make(store->maker.user, lore, err);
	return lore->meaning != NULL;
}

static bool
set_stems(struct ecs_lore *lore, const char *stems, struct ecs_err *err)
{
	if (stems == NULL)
		return true;
	lore->stems = strdup(stems);
	return lore->stems != NULL || ecs_err_memory(err);
}

/*
 * Lore of files and records as they are, but for the stem exceptions, which
 * are those of like (NULL: as they are too); schema is taken over.
 */
static struct ecs_lore *
lore_new(struct ecs_store *store, struct ecs_schema *schema,
    const struct ecs_lore *like, struct ecs_err *err)
{
	struct ecs_lore *lore = calloc(1, sizeof(*lore));
	bool ok = lore != NULL;

	if (lore == NULL) {
		ecs_schema_free(schema);
		ecs_err_memory(err);
		return NULL;
	}
	atomic_init(&lore->refs, 1);
	lore->schema = schema;
	for (int i = 0; ok && i < ECS_WORD_DATA; i++)
		ok = read_text(
		    store, schema, (enum ecs_word_data)i, &lore->data[i], err);
	if (ok)
		ok = set_stems(lore,
		    like == NULL ? lore->data[ECS_STEMS].json : like->stems,
		    err);
	if (ok && make_words(lore, store->lore, err) &&
	    check_wanted(lore, err) && make_meaning(store, lore, err))
		return lore;
	ecs_lore_unref(lore);
	return NULL;
}

bool
ecs_lore_open(
    struct ecs_store *store, struct ecs_schema *schema, struct ecs_err *err)
{
	if (!ecs_vocabulary_open(store, &schema, err)) {
		ecs_schema_free(schema);
		return false;
	}
	store->lore = lore_new(store, schema, NULL, err);
	return store->lore != NULL;
}

struct ecs_lore *
ecs_lore_with(struct ecs_store *store, const char *stems, struct ecs_err *err)
{
	const struct ecs_lore like = {.stems = (char *)(uintptr_t)stems};

	return lore_new(store, ecs_schema_ref(store->lore->schema), &like, err);
}

void
ecs_lore_take(struct ecs_store *store, struct ecs_lore *lore,
    struct ecs_analyzer *analyzer)
{
	ecs_analyzer_free(store->analyzer);
	store->analyzer = analyzer;
	ecs_lore_unref(store->lore);
	store->lore = lore;
}

/* ---- changing: on the writer thread ---- */

/* All that an answer may owe to the lore, in a few letters. */
static void
make_fingerprint(const struct ecs_lore *lore, char *hex, size_t size)
{
	crypto_generichash_state state;
	unsigned char digest[16];

	crypto_generichash_init(&state, NULL, 0, sizeof(digest));
	for (int i = 0; i < ECS_WORD_DATA; i++) {
		const char *text =
		    lore->data[i].json == NULL ? "" : lore->data[i].json;

		crypto_generichash_update(
		    &state, (const unsigned char *)text, strlen(text) + 1);
	}
	for (int i = 0; i < lore->schema->nvocabularies; i++) {
		const char *text = lore->schema->vocabularies[i]->source;

		crypto_generichash_update(
		    &state, (const unsigned char *)text, strlen(text) + 1);
	}
	crypto_generichash_final(&state, digest, sizeof(digest));
	sodium_bin2hex(hex, size, digest, sizeof(digest));
}

/* What was put: a setting and its text; a NULL name for nothing. */
struct change {
	const char *setting;
	const char *text;
	bool schema; /* read the vocabularies again too */
};

/* The schema of what comes: another one must fit index and documents. */
static struct ecs_schema *
schema_for(
    struct ecs_store *store, const struct change *change, struct ecs_err *err)
{
	struct ecs_schema *schema;

	if (!change->schema)
		return ecs_schema_ref(store->lore->schema);
	schema = ecs_vocabulary_schema(store, store->lore->schema, err);
	if (schema == NULL || ecs_vocabulary_check(store, schema, err))
		return schema;
	ecs_schema_free(schema);
	return NULL;
}

/* The states follow the schema that is published. */
static void
rebind(struct ecs_store *store)
{
	for (int i = 0; i < store->nstates; i++) {
		struct state *state = &store->states[i];

		state->collection = &store->lore->schema->collections[i];
		state->shelf.collection = state->collection;
	}
	ecs_rebuild_rebind(store);
}

/*
 * Read everything again, keep the change and a new revision in one transaction,
 * and publish; what is wrong leaves everything as it was.
 */
static bool
change_lore(
    struct ecs_store *store, const struct change *change, struct ecs_err *err)
{
	struct ecs_lore *lore = NULL;
	struct ecs_analyzer *analyzer = NULL;
	struct ecs_schema *schema = NULL;
	uint64_t sequence;
	char hex[33];

	if (!ecs_records_begin(store->records, &sequence, err))
		return false;
	if (change->setting == NULL ||
	    ecs_records_put_setting(
		store->records, change->setting, change->text, err))
		schema = schema_for(store, change, err);
	if (schema != NULL)
		lore = lore_new(store, schema, store->lore, err);
	if (lore == NULL)
		goto undo;
	analyzer = ecs_analyzer_new(lore->words, err);
	if (analyzer == NULL)
		goto undo;
	make_fingerprint(lore, hex, sizeof(hex));
	if (!ecs_records_put_setting(store->records, FINGERPRINT, hex, err) ||
	    !ecs_records_commit(store->records, err))
		goto undo;
	ecs_lore_take(store, lore, analyzer);
	rebind(store);
	store->renewal_failed = false;
	return ecs_publish_sequence(store, sequence, err);
undo:
	ecs_records_rollback(store->records);
	ecs_analyzer_free(analyzer);
	ecs_lore_unref(lore);
	return false;
}

bool
ecs_lore_settle(struct ecs_store *store, struct ecs_err *err)
{
	char before[40];
	char hex[33];
	uint64_t sequence;
	bool first = ecs_records_sequence(store->records) == 0;

	make_fingerprint(store->lore, hex, sizeof(hex));
	if (!ecs_records_get_setting(
		store->records, FINGERPRINT, before, sizeof(before), err))
		return false;
	if (strcmp(before, hex) == 0)
		return true;
	if (first)
		return ecs_records_put_setting(
		    store->records, FINGERPRINT, hex, err);
	if (!ecs_records_begin(store->records, &sequence, err))
		return false;
	if (ecs_records_put_setting(store->records, FINGERPRINT, hex, err) &&
	    ecs_records_commit(store->records, err))
		return true;
	ecs_records_rollback(store->records);
	return false;
}

void
ecs_lore_read_again(struct ecs_store *store)
{
	const struct change nothing = {NULL, NULL, true};
	struct ecs_err err = {0};

	if (change_lore(store, &nothing, &err))
		ecs_log(ECS_LOG_NOTICE, "words read again");
	else
		ecs_log(ECS_LOG_ERROR, "words stay as they were: %s", err.text);
}

void
ecs_store_read_words(struct ecs_store *store)
{
	pthread_mutex_lock(&store->mutex);
	store->read_words = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->mutex);
}

static bool
run_put(struct ecs_store *store, void *user, struct ecs_err *err)
{
	return change_lore(store, user, err);
}

bool
ecs_lore_change(struct ecs_store *store, const char *setting, const char *json,
    bool schema, struct ecs_err *err)
{
	struct change change = {setting, json == NULL ? "" : json, schema};

	return ecs_store_call(store, run_put, &change, err);
}

bool
ecs_store_put_words(struct ecs_store *store, enum ecs_word_data which,
    const char *json, struct ecs_err *err)
{
	char name[40];

	setting_name(which, name, sizeof(name));
	return ecs_lore_change(store, name, json, false, err);
}

/* The same answers as before, so the revision stays. */
static bool
run_set_maker(struct ecs_store *store, void *user, struct ecs_err *err)
{
	const struct ecs_lore_maker *maker = user;
	struct ecs_lore *lore;

	store->maker = *maker;
	lore = ecs_lore_with(store, store->lore->stems, err);
	if (lore == NULL)
		return false;
	ecs_lore_unref(store->lore);
	store->lore = lore;
	return ecs_publish(store, ecs_records_sequence(store->records), err);
}

bool
ecs_store_set_maker(struct ecs_store *store, const struct ecs_lore_maker *maker,
    struct ecs_err *err)
{
	struct ecs_lore_maker copy = *maker;

	return ecs_store_call(store, run_set_maker, &copy, err);
}
