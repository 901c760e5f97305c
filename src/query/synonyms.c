/* SPDX-License-Identifier: ISC */
/*
 * synonyms - words that say the same, or that lead from one to the other.
 *
 *	{"synonyms": [
 *	 {"words": ["IoT", "internet of things"], "lang": "en"},
 *	 {"words": {"en": ["SME"], "fr": ["PME"], "de": ["KMU"]}},
 *	 {"from": ["DORA"], "to": {"en": ["digital operational resilience"]}}]}
 *
 * All of "words" lead to each other; those of "from" lead to those of "to" and
 * nothing leads back.  A list of words is of the entry's "lang", or of none;
 * then only its surface forms are looked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "synonyms.h"

enum { MAX_ENTRIES = 10000, MAX_SYNONYMS = 100000 };

struct ecs_synonyms {
	struct ecs_arena *arena;
	struct ecs_names *names;
	struct synonym *list;
	size_t n;
	size_t entries;
};

/* ---- reading ---- */

/* Where in the JSON the reader stands. */
struct reader {
	struct ecs_synonyms *synonyms;
	struct ecs_analyzer *analyzer;
	struct ecs_arena *scratch;
	const char *source; /* what the JSON is called in errors */
	char pointer[96];
	size_t room;
	struct synonym like; /* what the words being read have in common */
	struct ecs_err *err;
};

static bool
fail(struct reader *in, const char *reason)
{
	ecs_err_set(in->err, 422, "bad_synonyms", "%.80s: %s: %s", in->source,
	    in->pointer[0] == '\0' ? "(the whole)" : in->pointer, reason);
	return ecs_err_at(in->err, ECS_WHERE_POINTER, in->pointer, 0, 0);
}

/* Step down; returns the length to go back to with step_out. */
static size_t
step_into(struct reader *in, const char *member, size_t index)
{
	size_t len = strlen(in->pointer);

	if (member != NULL)
		snprintf(in->pointer + len, sizeof(in->pointer) - len, "/%.24s",
		    member);
	else
		snprintf(in->pointer + len, sizeof(in->pointer) - len, "/%zu",
		    index);
	return len;
}

static void
step_out(struct reader *in, size_t len)
{
	in->pointer[len] = '\0';
}

static struct synonym *
new_synonym(struct reader *in)
{
	struct ecs_synonyms *to = in->synonyms;

	if (to->n == in->room) {
		size_t room = in->room * 2 + 64;
		struct synonym *larger =
		    realloc(to->list, room * sizeof(*larger));

		if (larger == NULL) {
			ecs_err_memory(in->err);
			return NULL;
		}
		to->list = larger;
		in->room = room;
	}
	to->list[to->n] = in->like;
	return &to->list[to->n];
}

/*
 * A text is searched for all the words of a phrase, also for the article that
 * a query is not asked for (chaîne d'approvisionnement).
 */
static bool
keep_pieces(struct reader *in, struct synonym *synonym)
{
	struct ecs_synonyms *to = in->synonyms;
	struct query_tree *tree = ecs_arena_alloc(in->scratch, sizeof(*tree));
	struct leaf_maker maker = {.arena = to->arena,
	    .analyzer = in->analyzer,
	    .q = synonym->text,
	    .len = strlen(synonym->text),
	    .tree = tree,
	    .err = in->err};
	bool ok =
	    tree != NULL && ecs_leaves_add_phrase(&maker, 0, maker.len, false);

	ecs_leaves_fini(&maker);
	if (!ok)
		return ecs_err_memory(in->err);
	if (tree->truncated)
		return fail(in, "has too many words");
	memcpy(
	    synonym->pieces, tree->leaves[0].pieces, sizeof(synonym->pieces));
	memcpy(synonym->lens, tree->leaves[0].lens, sizeof(synonym->lens));
	synonym->npieces = tree->leaves[0].npieces;
	return true;
}

static bool
read_synonym(struct reader *in, const char *text, size_t len)
{
	struct ecs_synonyms *to = in->synonyms;
	struct synonym *synonym = new_synonym(in);
	const struct query_tree *tree;
	size_t words;

	if (synonym == NULL)
		return false;
	synonym->text = ecs_arena_strndup(to->arena, text, len);
	ecs_arena_reset(in->scratch);
	tree = synonym->text == NULL
	    ? NULL
	    : ecs_name_read(in->scratch, in->analyzer, synonym->text, in->err);
	if (tree == NULL)
		return ecs_err_memory(in->err);
	words = ecs_name_words(tree);
	if (words == 0)
		return fail(in, "holds no letters or digits");
	if (words > MAX_NAME_WORDS)
		return fail(in, "has too many words");
	if (to->n == MAX_SYNONYMS)
		return fail(in, "is one word too many");
	synonym->ambiguous = ecs_name_is_ambiguous(in->analyzer, tree);
	to->n++;
	return keep_pieces(in, synonym);
}

static bool
read_list(struct reader *in, json_t *list)
{
	size_t i;
	json_t *item;

	if (!json_is_array(list) || json_array_size(list) == 0)
		return fail(in, "must be an array of strings");
	json_array_foreach (list, i, item) {
		size_t before = step_into(in, NULL, i);

		if (!json_is_string(item))
			return fail(in, "must be a string");
		if (!read_synonym(
			in, json_string_value(item), json_string_length(item)))
			return false;
		step_out(in, before);
	}
	return true;
}

/* A list of words, or lists by language. */
static bool
read_side(struct reader *in, json_t *entry, const char *member)
{
	json_t *side = json_object_get(entry, member);
	size_t before = step_into(in, member, 0);
	const char *tag;
	json_t *list;

	if (!json_is_object(side)) {
		if (!read_list(in, side))
			return false;
		step_out(in, before);
		return true;
	}
	if (json_object_get(entry, "lang") != NULL)
		return fail(in, "has languages of its own beside \"lang\"");
	json_object_foreach (side, tag, list) {
		size_t inside = step_into(in, tag, 0);

		in->like.lang = ecs_lang_find(tag, strlen(tag));
		if (in->like.lang == ECS_LANG_NONE)
			return fail(in, "is no official language of the EU");
		if (!read_list(in, list))
			return false;
		step_out(in, inside);
	}
	step_out(in, before);
	return true;
}

static bool
check_members(struct reader *in, json_t *entry)
{
	static const char *const known[] = {"words", "from", "to", "lang"};
	bool words = json_object_get(entry, "words") != NULL;
	const char *key;
	json_t *value;

	if (!json_is_object(entry))
		return fail(in, "must be an object");
	json_object_foreach (entry, key, value) {
		const char *near = ecs_nearest_word(key, known, 4);

		if (near != NULL && strcmp(near, key) == 0)
			continue;
		step_into(in, key, 0);
		fail(in, "is not known here");
		ecs_err_did_you_mean(in->err, near);
		return false;
	}
	if (words == (json_object_get(entry, "from") != NULL) ||
	    words == (json_object_get(entry, "to") != NULL))
		return fail(in, "needs \"words\", or \"from\" and \"to\"");
	return true;
}

static bool
read_lang(struct reader *in, json_t *entry)
{
	json_t *lang = json_object_get(entry, "lang");

	in->like.lang = ECS_LANG_NONE;
	if (lang == NULL)
		return true;
	if (json_is_string(lang))
		in->like.lang = ecs_lang_find(
		    json_string_value(lang), json_string_length(lang));
	if (in->like.lang != ECS_LANG_NONE)
		return true;
	step_into(in, "lang", 0);
	return fail(in, "must be an official language of the EU");
}

static bool
read_entry(struct reader *in, json_t *entry)
{
	size_t before = in->synonyms->n;

	in->like = (struct synonym){.entry = in->synonyms->entries++};
	if (!check_members(in, entry) || !read_lang(in, entry))
		return false;
	if (json_object_get(entry, "words") != NULL) {
		in->like.leads = in->like.led_to = in->like.mutual = true;
		if (!read_side(in, entry, "words"))
			return false;
		return in->synonyms->n >= before + 2 ||
		    fail(in, "needs two words or more");
	}
	in->like.leads = true;
	if (!read_side(in, entry, "from") || !read_lang(in, entry))
		return false;
	in->like.leads = false;
	in->like.led_to = true;
	return read_side(in, entry, "to");
}

static bool
read_entries(struct reader *in, json_t *root)
{
	json_t *list = json_object_get(root, "synonyms");
	size_t i;
	json_t *entry;

	if (!json_is_array(list) || json_object_size(root) != 1)
		return fail(in, "must be {\"synonyms\": [...]}");
	step_into(in, "synonyms", 0);
	if (json_array_size(list) > MAX_ENTRIES)
		return fail(in, "holds too many entries");
	json_array_foreach (list, i, entry) {
		size_t before = step_into(in, NULL, i);

		if (!read_entry(in, entry))
			return false;
		step_out(in, before);
	}
	return true;
}

/* Once the list no longer moves, each of it that leads somewhere is a name. */
static bool
index_names(struct reader *in)
{
	struct ecs_synonyms *of = in->synonyms;

	for (size_t i = 0; i < of->n; i++) {
		const struct name name = {.owner = of,
		    .which = (int)i,
		    .text = of->list[i].text,
		    .lang = of->list[i].lang};

		if (of->list[i].leads &&
		    !ecs_names_add(of->names, in->analyzer, &name, in->err))
			return false;
	}
	return true;
}

/* NULL and err for what is no JSON. */
static json_t *
load_json(const char *json, const char *source, struct ecs_err *err)
{
	json_error_t why;
	json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &why);

	if (root != NULL)
		return root;
	ecs_err_set(err, 400, "bad_json", "%.80s: line %d, column %d: %s",
	    source, why.line, why.column, why.text);
	ecs_err_at(err, ECS_WHERE_LINE, "",
	    why.line < 0 ? 0 : (uint32_t)why.line,
	    why.column < 0 ? 0 : (uint32_t)why.column);
	return NULL;
}

static bool
read_all(struct reader *in, const char *json)
{
	json_t *root;
	bool ok;

	if (json == NULL)
		return true;
	root = load_json(json, in->source, in->err);
	ok = root != NULL && read_entries(in, root) && index_names(in);
	json_decref(root);
	return ok;
}

struct ecs_synonyms *
ecs_synonyms_new(const char *json, const char *source,
    struct ecs_analyzer *analyzer, struct ecs_err *err)
{
	struct ecs_synonyms *synonyms = calloc(1, sizeof(*synonyms));
	struct reader in = {.synonyms = synonyms,
	    .analyzer = analyzer,
	    .source = source,
	    .err = err};
	bool ok = false;

	if (synonyms == NULL)
		goto out;
	synonyms->arena = ecs_arena_new();
	synonyms->names = ecs_names_new(err);
	in.scratch = ecs_arena_new();
	ok = synonyms->arena != NULL && synonyms->names != NULL &&
	    in.scratch != NULL && read_all(&in, json);
out:
	ecs_arena_free(in.scratch);
	if (ok)
		return synonyms;
	ecs_err_memory(err); /* unless it is known better */
	ecs_synonyms_free(synonyms);
	return NULL;
}

void
ecs_synonyms_free(struct ecs_synonyms *synonyms)
{
	if (synonyms == NULL)
		return;
	ecs_names_free(synonyms->names);
	ecs_arena_free(synonyms->arena);
	free(synonyms->list);
	free(synonyms);
}

size_t
ecs_synonyms_entries(const struct ecs_synonyms *synonyms)
{
	return synonyms->entries;
}

/* ---- asking ---- */

static bool
same_pieces(const struct synonym *a, const struct synonym *b)
{
	if (a->npieces != b->npieces)
		return false;
	for (size_t i = 0; i < a->npieces; i++)
		if (a->lens[i] != b->lens[i] ||
		    memcmp(a->pieces[i], b->pieces[i], a->lens[i]) != 0)
			return false;
	return true;
}

/* What would find nothing that is not found already is left out. */
static bool
is_new(const struct synonym_match *matches, size_t n,
    const struct synonym_match *match)
{
	if (same_pieces(match->typed, match->other))
		return false;
	for (size_t i = 0; i < n; i++)
		if (matches[i].first == match->first &&
		    matches[i].count == match->count &&
		    same_pieces(matches[i].other, match->other))
			return false;
	return true;
}

/* Add the others of the entry of what was typed. */
static size_t
add_others(const struct ecs_synonyms *synonyms, const struct name_match *found,
    struct synonym_match *matches, size_t n)
{
	const struct synonym *typed = &synonyms->list[found->name->which];
	const struct synonym *end = synonyms->list + synonyms->n;
	const struct synonym *other = typed;

	while (other > synonyms->list && other[-1].entry == typed->entry)
		other--;
	for (; other < end && other->entry == typed->entry; other++) {
		const struct synonym_match match = {
		    found->first, found->count, typed, other};

		if (n == MAX_SYNONYM_MATCHES)
			break;
		/* A common word of unknown language would find anything. */
		if (other->led_to &&
		    !(other->ambiguous && other->lang == ECS_LANG_NONE) &&
		    is_new(matches, n, &match))
			matches[n++] = match;
	}
	return n;
}

size_t
ecs_synonyms_find(const struct ecs_synonyms *synonyms,
    const struct typed *typed, struct synonym_match *matches)
{
	struct name_match found[MAX_SYNONYM_MATCHES];
	size_t nfound;
	size_t n = 0;

	if (synonyms == NULL)
		return 0;
	nfound =
	    ecs_names_find(synonyms->names, typed, found, MAX_SYNONYM_MATCHES);
	for (size_t i = 0; i < nfound; i++)
		/* What is taken away is only what was typed. */
		if (!typed->tree->leaves[found[i].first].negative)
			n = add_others(synonyms, &found[i], matches, n);
	return n;
}

/* For the explanation: says the same as "IoT".  NULL when memory ran out. */
static const char *
say_why(struct ecs_arena *arena, const struct query_tree *tree,
    const struct synonym_match *match)
{
	const char *typed =
	    ecs_typed_text(arena, tree, match->first, match->count);
	struct ecs_buf buf = {0};
	const char *why;

	ecs_buf_printf(&buf, "%s \"%s\"",
	    match->other->mutual ? "says the same as" : "follows from",
	    typed == NULL ? "" : typed);
	why = buf.failed ? NULL : ecs_arena_strndup(arena, buf.data, buf.len);
	ecs_buf_fini(&buf);
	return why;
}

static bool
add_variant(const struct synonym_match *match, struct query_tree *tree,
    struct ecs_arena *arena, struct ecs_err *err)
{
	const struct synonym *other = match->other;
	struct variant variant = {
	    .kind = other->mutual ? VARIANT_SYNONYM : VARIANT_RELATED,
	    .first = match->first,
	    .count = match->count,
	    .text = other->text,
	    .len = strlen(other->text),
	    .pieces = other->pieces,
	    .lens = other->lens,
	    .npieces = other->npieces,
	    .has_lang = other->npieces == 1 && other->lang != ECS_LANG_NONE,
	    .only_lang = other->ambiguous,
	    .lang = other->lang,
	    .why = say_why(arena, tree, match)};

	if (variant.why == NULL)
		return ecs_err_memory(err);
	return ecs_tree_add_variant(tree, arena, &variant, err) != NULL;
}

bool
ecs_synonyms_apply(const struct ecs_synonyms *synonyms,
    const struct ecs_search *search, struct ecs_analyzer *analyzer,
    struct query_tree *tree, struct ecs_arena *arena, struct ecs_err *err)
{
	struct synonym_match found[MAX_SYNONYM_MATCHES];
	struct typed *typed;
	size_t n;

	if (synonyms == NULL || synonyms->n == 0 || tree->positive == 0)
		return true;
	typed =
	    ecs_typed_new(arena, analyzer, synonyms->names, tree, search->lang);
	if (typed == NULL)
		return ecs_err_memory(err);
	n = ecs_synonyms_find(synonyms, typed, found);
	for (size_t i = 0; i < n; i++)
		if (!add_variant(&found[i], tree, arena, err))
			return false;
	return true;
}
