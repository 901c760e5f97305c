/* SPDX-License-Identifier: ISC */
/*
 * listing_test - the lexicon has the words of what is visible, whatever way
 * they came, and never a private one.
 */
#include "ecsearch/lexicon.h"

#include "shop.h"

/* About how many units of a collection have the word, by the newest view. */
static uint32_t
listed(struct ecs_store *store, int collection, const char *word)
{
	struct ecs_view *view = ecs_store_view(store);
	uint32_t documents = ecs_lexicon_documents(
	    view->collections[collection].lexicon, word, strlen(word));

	ecs_view_unref(view);
	return documents;
}

static uint32_t
words(struct ecs_store *store, int collection)
{
	struct ecs_view *view = ecs_store_view(store);
	struct ecs_lexicon_size size;

	ecs_lexicon_measure(view->collections[collection].lexicon, &size);
	ecs_view_unref(view);
	return size.words;
}

static void
a_word_is_listed_with_the_commit_that_brings_it(void **state)
{
	struct shop *shop = *state;
	struct ecs_view *before;

	put(shop, "a", "Sécurité");
	before = ecs_store_view(shop->store);
	put(shop, "b", "Lexicon");
	assert_int_equal(listed(shop->store, MEMBERS, "securite"), 1);
	assert_int_equal(listed(shop->store, MEMBERS, "lexicon"), 1);
	assert_int_equal(listed(shop->store, AGENDA, "lexicon"), 0);
	/* A view already taken stays as it was. */
	assert_int_equal(
	    ecs_lexicon_documents(
		before->collections[MEMBERS].lexicon, "lexicon", 7),
	    0);
	ecs_view_unref(before);
}

/* Documents enough that a single one makes no new large list. */
static void
fill(struct shop *shop, unsigned n)
{
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};

	for (unsigned i = 0; i < n; i++) {
		char json[200];

		snprintf(json, sizeof(json),
		    "{\"id\":\"f%u\",\"name\":\"Filler number%u\"}", i, i);
		add(shop, &batch, MEMBERS, json);
	}
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	ecs_batch_fini(&batch);
}

static void
a_word_is_listed_whether_large_or_small_lists_hold_it(void **state)
{
	struct shop *shop = *state;

	fill(shop, 100);
	assert_int_equal(listed(shop->store, MEMBERS, "filler"), 100);
	assert_int_equal(listed(shop->store, MEMBERS, "number42"), 1);
	put(shop, "a", "Alpha beta");
	put(shop, "b", "Gamma filler");
	assert_int_equal(listed(shop->store, MEMBERS, "alpha"), 1);
	assert_int_equal(listed(shop->store, MEMBERS, "gamma"), 1);
	assert_true(listed(shop->store, MEMBERS, "filler") >= 100);
	assert_int_equal(words(shop->store, MEMBERS), 104);
}

static void
words_of_passages_and_headings_are_listed_by_passages(void **state)
{
	struct shop *shop = *state;

	put_json(shop, AGENDA,
	    "{\"id\":\"d\",\"title\":\"Roadmap\",\"sections\":["
	    "{\"heading\":\"Quantum\",\"text\":\"keys and locks\"},"
	    "{\"heading\":\"Cloud\",\"text\":\"keys and clouds\"}]}");
	assert_int_equal(listed(shop->store, AGENDA, "keys"), 2);
	assert_int_equal(listed(shop->store, AGENDA, "quantum"), 1);
	assert_int_equal(listed(shop->store, AGENDA, "roadmap"), 1);
}

static void
words_are_listed_after_reopening_and_after_a_rebuild(void **state)
{
	struct shop *shop = *state;
	struct ecs_err err = {0};

	fill(shop, 100);
	put(shop, "a", "Alpha");
	put(shop, "b", "Beta");
	assert_true(drop(shop, "b"));
	shop_reopen(shop);
	assert_int_equal(listed(shop->store, MEMBERS, "alpha"), 1);
	assert_int_equal(listed(shop->store, MEMBERS, "filler"), 100);
	assert_int_equal(listed(shop->store, MEMBERS, "beta"), 0);
	put(shop, "c", "Gamma");
	assert_true(drop(shop, "c"));
	MUST(ecs_store_rebuild(shop->store, MEMBERS, &err), &err);
	assert_int_equal(listed(shop->store, MEMBERS, "alpha"), 1);
	assert_int_equal(listed(shop->store, MEMBERS, "filler"), 100);
	assert_int_equal(listed(shop->store, MEMBERS, "gamma"), 0);
	put(shop, "d", "Delta");
	assert_int_equal(listed(shop->store, MEMBERS, "delta"), 1);
}

static void
a_word_comes_through_when_the_commit_must_be_repeated(void **state)
{
	struct shop *shop = *state;

	put(shop, "a", "Alpha");
	arm("index.commit=1");
	put(shop, "b", "Beta");
	arm("");
	assert_int_equal(listed(shop->store, MEMBERS, "beta"), 1);
	put(shop, "c", "Beta gamma");
	assert_int_equal(listed(shop->store, MEMBERS, "gamma"), 1);
}

/* ---- private fields ---- */

static const char private_schema[] =
    "{\"version\": 1, \"collections\": [{\"name\": \"notes\", \"public\": true,"
    " \"language\": \"en\", \"title\": \"name\", \"fields\": ["
    "{\"name\": \"id\", \"type\": \"keyword\", \"required\": true},"
    "{\"name\": \"name\", \"type\": \"text\", \"required\": true,"
    " \"weight\": 1},"
    "{\"name\": \"memo\", \"type\": \"text\", \"weight\": 1,"
    " \"private\": true}]}]}";

static struct ecs_store *
open_private(const struct shop *shop)
{
	struct ecs_err err = {0};
	struct ecs_schema *schema;
	struct ecs_store *store;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/schema.json", shop->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(private_schema, file);
	fclose(file);
	schema = ecs_schema_load(path, &err);
	MUST(schema != NULL, &err);
	snprintf(path, sizeof(path), "%s/private", shop->folder);
	store = ecs_store_open(path, schema, &err);
	MUST(store != NULL, &err);
	return store;
}

static void
a_private_word_is_never_listed(void **state)
{
	struct shop *shop = *state;
	struct shop notes = {.store = open_private(shop)};
	struct ecs_err err = {0};

	put_json(&notes, 0,
	    "{\"id\":\"1\",\"name\":\"Open words\",\"memo\":\"secret words\"}");
	for (int round = 0; round < 3; round++) {
		assert_int_equal(listed(notes.store, 0, "open"), 1);
		assert_int_equal(listed(notes.store, 0, "secret"), 0);
		assert_int_equal(listed(notes.store, 0, "words"), 1);
		assert_int_equal(words(notes.store, 0), 2);
		if (round == 0) {
			ecs_store_close(notes.store);
			notes.store = open_private(shop);
		} else {
			MUST(ecs_store_rebuild(notes.store, 0, &err), &err);
		}
	}
	ecs_store_close(notes.store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLAIM(a_word_is_listed_with_the_commit_that_brings_it),
	    CLAIM(a_word_is_listed_whether_large_or_small_lists_hold_it),
	    CLAIM(words_of_passages_and_headings_are_listed_by_passages),
	    CLAIM(words_are_listed_after_reopening_and_after_a_rebuild),
	    CLAIM(a_word_comes_through_when_the_commit_must_be_repeated),
	    CLAIM(a_private_word_is_never_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
