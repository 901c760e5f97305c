/* SPDX-License-Identifier: ISC */
/*
 * session - what one thread needs to read a view.
 *
 * A reader is moved only when the view names another commit than the one it
 * sees, so that a search's index, columns and documents are of one revision.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ecsearch/err.h"

#include "store.h"

struct ecs_session *
ecs_session_new(struct ecs_store *store, struct ecs_err *err)
{
	struct ecs_session *session = calloc(1, sizeof(*session));

	if (session == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	session->store = store;
	session->detector = ecs_detector_new(err);
	session->records = ecs_record_reader_open(store->records, err);
	if (session->detector != NULL && session->records != NULL &&
	    ecs_session_begin(session, err)) {
		ecs_session_end(session);
		return session;
	}
	ecs_session_free(session);
	return NULL;
}

void
ecs_session_free(struct ecs_session *session)
{
	if (session == NULL)
		return;
	ecs_session_end(session);
	for (int i = 0; i < ECS_MAX_COLLECTIONS; i++)
		ecs_index_reader_close(session->open[i].reader);
	ecs_record_reader_close(session->records);
	ecs_detector_free(session->detector);
	ecs_analyzer_free(session->analyzer);
	ecs_words_free(session->words);
	free(session);
}

/* An analyzer of the view's words, unless the one there is of them. */
static bool
follow_words(struct ecs_session *session, struct ecs_err *err)
{
	struct ecs_words *words = session->view->lore->words;
	struct ecs_analyzer *analyzer;

	if (session->words == words)
		return true;
	analyzer = ecs_analyzer_new(words, err);
	if (analyzer == NULL)
		return false;
	ecs_analyzer_free(session->analyzer);
	ecs_words_free(session->words);
	session->analyzer = analyzer;
	session->words = ecs_words_ref(words);
	return true;
}

static bool
take_view(struct ecs_session *session, struct ecs_err *err)
{
	session->view = ecs_store_view(session->store);
	if (follow_words(session, err))
		return true;
	ecs_session_end(session);
	return false;
}

bool
ecs_session_begin(struct ecs_session *session, struct ecs_err *err)
{
	ecs_session_end(session);
	return take_view(session, err);
}

bool
ecs_session_renew(struct ecs_session *session, struct ecs_err *err)
{
	if (session->kept == NULL)
		session->kept = ecs_lore_ref(session->view->lore);
	ecs_view_unref(session->view);
	session->view = NULL;
	return take_view(session, err);
}

void
ecs_session_end(struct ecs_session *session)
{
	ecs_view_unref(session->view);
	session->view = NULL;
	ecs_lore_unref(session->kept);
	session->kept = NULL;
}

static bool
open_reader(struct ecs_session *session, int collection, struct ecs_err *err)
{
	const struct ecs_view_collection *in =
	    &session->view->collections[collection];

	ecs_index_reader_close(session->open[collection].reader);
	session->open[collection].reader =
	    ecs_index_reader_open(in->generation->path, err);
	session->open[collection].generation = in->generation->number;
	session->open[collection].revision = 0;
	return session->open[collection].reader != NULL;
}

struct ecs_index_reader *
ecs_session_reader(
    struct ecs_session *session, int collection, struct ecs_err *err)
{
	const struct ecs_view_collection *in =
	    &session->view->collections[collection];
	struct ecs_index_reader *reader = session->open[collection].reader;
	uint64_t revision;

	if (reader == NULL ||
	    session->open[collection].generation != in->generation->number) {
		if (!open_reader(session, collection, err))
			return NULL;
		reader = session->open[collection].reader;
	}
	if (session->open[collection].revision == in->engine_revision)
		return reader;
	if (!ecs_index_refresh(reader, err) ||
	    !ecs_index_revision(reader, &revision, err))
		return NULL;
	session->open[collection].revision = revision;
	if (revision == in->engine_revision)
		return reader;
	/* Between the index commit and the new view: a moment. */
	nanosleep(&(struct timespec){0, 1000000}, NULL);
	ecs_err_set(err, 503, "index_moved", "the index changed, ask again");
	return NULL;
}

bool
ecs_session_units(struct ecs_session *session, const struct ecs_doc *doc,
    struct ecs_units *units, struct ecs_err *err)
{
	struct ecs_unit_maker maker = {session->analyzer, session->detector};

	if (!ecs_units_build(doc, &maker, units, err))
		return false;
	snprintf(units->analysis, sizeof(units->analysis), "%s",
	    ecs_words_fingerprint(session->words));
	return true;
}
