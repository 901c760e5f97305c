/* SPDX-License-Identifier: ISC */
/*
 * shop - the store that a test plays with.
 */
#include "ecsearch/fault.h"
#include "ecsearch/layout.h"
#include "ecsearch/log.h"
#include "ecsearch/records.h"
#include "ecsearch/text.h"
#include "ecsearch/xapian.h"

#include "shop.h"

void
shop_open(struct shop *shop)
{
	struct ecs_err err = {0};

	shop->store = ecs_store_open(shop->data, load_shipped(), &err);
	MUST(shop->store != NULL, &err);
	shop->session = ecs_session_new(shop->store, &err);
	MUST(shop->session != NULL, &err);
}

void
shop_close(struct shop *shop)
{
	ecs_session_free(shop->session);
	ecs_store_close(shop->store);
	shop->session = NULL;
	shop->store = NULL;
}

void
shop_reopen(struct shop *shop)
{
	shop_close(shop);
	shop_open(shop);
}

int
shop_setup(void **state)
{
	struct shop *shop = calloc(1, sizeof(*shop));

	if (shop == NULL)
		return -1;
	ecs_log_set_level(ECS_LOG_ERROR);
	snprintf(shop->folder, sizeof(shop->folder), "index-test-XXXXXX");
	if (mkdtemp(shop->folder) == NULL) {
		free(shop);
		return -1;
	}
	snprintf(shop->data, sizeof(shop->data), "%s/data", shop->folder);
	shop_open(shop);
	*state = shop;
	return 0;
}

int
shop_teardown(void **state)
{
	struct shop *shop = *state;
	char command[96];
	int status;

	shop_close(shop);
	snprintf(command, sizeof(command), "rm -rf %s", shop->folder);
	status = system(command);
	free(shop);
	return status;
}

/* ---- writing ---- */

struct ecs_write *
add(struct shop *shop, struct ecs_batch *batch, int collection,
    const char *json)
{
	const struct ecs_schema *schema = ecs_store_schema(shop->store);
	struct ecs_err err = {0};
	struct ecs_doc *doc = ecs_doc_parse(
	    &schema->collections[collection], json, strlen(json), &err);
	struct ecs_write *write;

	MUST(doc != NULL, &err);
	write = ecs_batch_add(batch, ECS_WRITE_PUT, collection);
	assert_non_null(write);
	write->doc = doc;
	batch->bytes += doc->json_len;
	return write;
}

uint64_t
put(struct shop *shop, const char *id, const char *name)
{
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	char json[500];
	uint64_t revision;

	snprintf(
	    json, sizeof(json), "{\"id\":\"%s\",\"name\":\"%s\"}", id, name);
	add(shop, &batch, MEMBERS, json);
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	MUST(batch.writes[0].err.status == 0, &batch.writes[0].err);
	assert_int_equal(err.status, 0);
	revision = batch.revision;
	ecs_batch_fini(&batch);
	return revision;
}

void
put_json(struct shop *shop, int collection, const char *json)
{
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};

	add(shop, &batch, collection, json);
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	MUST(batch.writes[0].err.status == 0, &batch.writes[0].err);
	ecs_batch_fini(&batch);
}

bool
drop(struct shop *shop, const char *id)
{
	struct ecs_batch batch = {0};
	struct ecs_err err = {0};
	struct ecs_write *write =
	    ecs_batch_add(&batch, ECS_WRITE_DELETE, MEMBERS);
	bool found;

	assert_non_null(write);
	write->id = id;
	write->id_len = strlen(id);
	MUST(
	    ecs_store_write(shop->store, &batch, ECS_WAIT_VISIBLE, &err), &err);
	found = batch.writes[0].found;
	ecs_batch_fini(&batch);
	return found;
}

/* ---- reading ---- */

/* Append the id of the document that a docid belongs to. */
static void
add_id(struct ecs_session *session, int collection, uint32_t docid,
    struct ecs_buf *ids)
{
	const struct ecs_view *view = session->view;
	const struct ecs_view_collection *in = &view->collections[collection];
	const struct ecs_unit_block *block =
	    ecs_table_unit_blocks(in->table)[docid >> 12];
	struct ecs_err err = {0};
	struct ecs_record record;
	bool found = false;

	assert_non_null(block);
	MUST(ecs_record_by_number(session->records, in->records,
		 block->row[docid & (ECS_BLOCK - 1)], in->sequence, &record,
		 &found, &err),
	    &err);
	assert_true(found);
	ecs_buf_printf(ids, "%s%.*s", ids->len > 0 ? " " : "",
	    (int)record.id_len, record.id);
}

const char *
find_in_view(
    struct ecs_session *session, int collection, const char *word, bool *moved)
{
	static _Thread_local char text[4000];
	const struct ecs_collection *of =
	    session->view->collections[collection].collection;
	const struct ecs_form form = {
	    ECS_FORM_EXACT, ECS_LANG_NONE, word, strlen(word), 0, 1};
	struct ecs_postings postings = {0};
	struct ecs_buf ids = {0};
	struct ecs_err err = {0};
	struct ecs_index_reader *reader =
	    ecs_session_reader(session, collection, &err);
	char term[ECS_TERM_BYTES];
	size_t len = ecs_term_make(term, of->title->text, &form);

	*moved = reader == NULL ||
	    !ecs_index_postings(reader, term, len, &postings, NULL, NULL, &err);
	if (*moved)
		assert_string_equal(err.code, "index_moved");
	for (size_t i = 0; !*moved && i < postings.len; i++)
		add_id(session, collection, postings.list[i].docid, &ids);
	snprintf(text, sizeof(text), "%s", ids.data == NULL ? "" : ids.data);
	ecs_buf_fini(&ids);
	ecs_postings_fini(&postings);
	return text;
}

void
begin(struct ecs_session *session)
{
	struct ecs_err err = {0};

	MUST(ecs_session_begin(session, &err), &err);
}

const char *
find(struct shop *shop, int collection, const char *word)
{
	const char *ids;
	bool moved;

	do {
		begin(shop->session);
		ids = find_in_view(shop->session, collection, word, &moved);
		ecs_session_end(shop->session);
	} while (moved);
	return ids;
}

uint32_t
count(struct shop *shop, int collection)
{
	struct ecs_view *view = ecs_store_view(shop->store);
	uint32_t rows = ecs_table_rows(view->collections[collection].table);

	ecs_view_unref(view);
	return rows;
}

void
is_well(struct shop *shop)
{
	struct ecs_buf report = {0};
	struct ecs_err err = {0};
	bool well = ecs_store_check(shop->store, &report, &err);

	if (!well)
		print_error("%s\n", report.data == NULL ? "" : report.data);
	ecs_buf_fini(&report);
	MUST(well, &err);
}

void
arm(const char *faults)
{
	setenv("ECS_FAULTS", faults, 1);
	ecs_fault_init();
	unsetenv("ECS_FAULTS");
}
