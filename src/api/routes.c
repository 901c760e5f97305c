/* SPDX-License-Identifier: ISC */
/*
 * routes - everything the program can be asked, in one table.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"

#define C "/v1/collections/{c}"

/* method, path, lane, right, large body, endpoint, summary */
const struct route ecs_routes[] = {
    {ECS_GET, "/v1/search", ECS_LANE_READ, RIGHT_SEARCH, false, ecs_get_search,
	"Search several collections"},
    {ECS_POST, "/v1/search", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_post_search, "Search several collections"},
    {ECS_GET, C "/search", ECS_LANE_READ, RIGHT_SEARCH, false, ecs_get_search,
	"Search one collection"},
    {ECS_POST, C "/search", ECS_LANE_READ, RIGHT_SEARCH, false, ecs_post_search,
	"Search one collection"},
    {ECS_GET, "/v1/suggest", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_suggest, "Complete what is being typed"},
    {ECS_GET, C "/facets/{field}", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_facet, "Search inside the values of a facet"},
    {ECS_POST, C "/facets/{field}", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_post_facet, "Search inside the values of a facet"},
    {ECS_POST, "/1/indexes/*/queries", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_post_instant_queries,
	"Several searches of an InstantSearch client"},
    {ECS_POST, "/1/indexes/{index}/query", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_post_instant_query, "One search of an InstantSearch client"},
    {ECS_POST, "/1/indexes/{index}/facets/{facet}/query", ECS_LANE_READ,
	RIGHT_SEARCH, false, ecs_post_instant_facet,
	"A search of an InstantSearch client inside a facet's values"},
    {ECS_GET, C "/documents/{id}", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_document, "A document as it was given"},
    {ECS_GET, C "/documents/{id}/terms", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_document_terms, "How a document was indexed"},
    {ECS_GET, C "/documents/{id}/passages", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_passages, "The passages of a document"},
    {ECS_GET, C "/documents/{id}/passages/{passage}", ECS_LANE_READ,
	RIGHT_SEARCH, false, ecs_get_passage, "One passage of a document"},
    {ECS_GET, C "/appearances", ECS_LANE_READ, RIGHT_DESK, false,
	ecs_get_appearances, "When a term is first and last said"},
    {ECS_GET, C "/compare", ECS_LANE_READ, RIGHT_DESK, false, ecs_get_compare,
	"What became of the passages of one edition in another"},
    {ECS_GET, C "/concordance", ECS_LANE_READ, RIGHT_DESK, false,
	ecs_get_concordance, "Each place of a query with the words around it"},
    {ECS_POST, C "/concordance", ECS_LANE_READ, RIGHT_DESK, false,
	ecs_get_concordance, "Each place of a query with the words around it"},
    {ECS_GET, C "/documents/{id}/cite", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_citation, "A document or passage as a citation"},
    {ECS_GET, C "/keywords", ECS_LANE_READ, RIGHT_DESK, false, ecs_get_keywords,
	"What a subcorpus says more often than a reference"},
    {ECS_POST, C "/keywords", ECS_LANE_READ, RIGHT_DESK, false,
	ecs_get_keywords, "What a subcorpus says more often than a reference"},
    {ECS_GET, C "/collocates", ECS_LANE_READ, RIGHT_DESK, false,
	ecs_get_collocates, "What stands near the places of a query"},
    {ECS_POST, C "/collocates", ECS_LANE_READ, RIGHT_DESK, false,
	ecs_get_collocates, "What stands near the places of a query"},
    {ECS_GET, C "/trend", ECS_LANE_READ, RIGHT_DESK, false, ecs_get_trend,
	"How often queries are found, by year or another facet"},
    {ECS_POST, C "/trend", ECS_LANE_READ, RIGHT_DESK, false, ecs_get_trend,
	"How often queries are found, by year or another facet"},
    {ECS_PUT, C "/documents/{id}", ECS_LANE_WRITE, RIGHT_WRITE, true,
	ecs_put_document, "Store a document"},
    {ECS_PATCH, C "/documents/{id}", ECS_LANE_WRITE, RIGHT_WRITE, true,
	ecs_patch_document, "Change a document by a JSON merge patch"},
    {ECS_DELETE, C "/documents/{id}", ECS_LANE_WRITE, RIGHT_WRITE, false,
	ecs_delete_document, "Delete a document"},
    {ECS_POST, C "/documents", ECS_LANE_WRITE, RIGHT_WRITE, true,
	ecs_post_documents, "Store and delete many documents"},
    {ECS_DELETE, C "/documents", ECS_LANE_WRITE, RIGHT_WRITE, false,
	ecs_delete_documents, "Delete documents by a filter"},
    {ECS_POST, C "/files", ECS_LANE_FILES, RIGHT_WRITE, true, ecs_post_file,
	"Store a file as a document"},
    {ECS_GET, "/v1/collections", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_collections, "The collections, their fields and counts"},
    {ECS_GET, C, ECS_LANE_READ, RIGHT_SEARCH, false, ecs_get_collection,
	"A collection, its fields and counts"},
    {ECS_GET, "/v1/vocabularies", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_vocabularies, "The names of the vocabularies"},
    {ECS_GET, "/v1/vocabularies/{name}", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_vocabulary, "A controlled vocabulary"},
    {ECS_PUT, "/v1/vocabularies/{name}", ECS_LANE_WRITE, RIGHT_ADMIN, true,
	ecs_put_vocabulary, "Put a vocabulary instead of the file's"},
    {ECS_DELETE, "/v1/vocabularies/{name}", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_delete_vocabulary, "The file's vocabulary again"},
    {ECS_GET, "/v1/synonyms", ECS_LANE_READ, RIGHT_ADMIN, false, ecs_get_words,
	"The synonyms"},
    {ECS_PUT, "/v1/synonyms", ECS_LANE_WRITE, RIGHT_ADMIN, true, ecs_put_words,
	"Put synonyms instead of the file's"},
    {ECS_DELETE, "/v1/synonyms", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_delete_words, "The file's synonyms again"},
    {ECS_GET, "/v1/stopwords", ECS_LANE_READ, RIGHT_ADMIN, false, ecs_get_words,
	"The changes to the stop words"},
    {ECS_PUT, "/v1/stopwords", ECS_LANE_WRITE, RIGHT_ADMIN, true, ecs_put_words,
	"Put changes to the stop words"},
    {ECS_DELETE, "/v1/stopwords", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_delete_words, "The file's stop words again"},
    {ECS_GET, "/v1/stems", ECS_LANE_READ, RIGHT_ADMIN, false, ecs_get_words,
	"The stem exceptions"},
    {ECS_PUT, "/v1/stems", ECS_LANE_WRITE, RIGHT_ADMIN, true, ecs_put_words,
	"Put stem exceptions instead of the file's"},
    {ECS_DELETE, "/v1/stems", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_delete_words, "The file's stem exceptions again"},
    {ECS_GET, "/v1/keys", ECS_LANE_WRITE, RIGHT_ADMIN, false, ecs_get_keys,
	"The keys, without their secrets"},
    {ECS_POST, "/v1/keys", ECS_LANE_WRITE, RIGHT_ADMIN, false, ecs_post_key,
	"Make a key; its secret is shown once"},
    {ECS_PATCH, "/v1/keys/{id}", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_patch_key, "Change a key"},
    {ECS_DELETE, "/v1/keys/{id}", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_delete_key, "Revoke a key"},
    {ECS_POST, "/v1/backup", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_post_backup, "Copy the records into a directory of the server"},
    {ECS_POST, "/v1/check", ECS_LANE_WRITE, RIGHT_ADMIN, false, ecs_post_check,
	"Check that records and index agree"},
    {ECS_POST, "/v1/rebuild", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_post_rebuild, "Rebuild the index while serving"},
    {ECS_POST, "/v1/clicks", ECS_LANE_READ, RIGHT_SEARCH, false, ecs_post_click,
	"Count that a hit was chosen"},
    {ECS_GET, "/v1/queries", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_get_queries, "What is searched most, counted by day"},
    {ECS_DELETE, "/v1/queries", ECS_LANE_WRITE, RIGHT_ADMIN, false,
	ecs_delete_queries, "Forget a query, or all of them"},
    {ECS_GET, "/v1/stats", ECS_LANE_READ, RIGHT_ADMIN, false, ecs_get_stats,
	"What the daemon holds and has done"},
    {ECS_GET, "/v1/tasks/{id}", ECS_LANE_READ, RIGHT_NONE, false, ecs_get_task,
	"The state of promised work"},
    {ECS_GET, "/healthz", ECS_LANE_READ, RIGHT_NONE, false, ecs_get_healthz,
	"Alive"},
    {ECS_GET, "/readyz", ECS_LANE_READ, RIGHT_NONE, false, ecs_get_readyz,
	"Every collection answers"},
    {ECS_GET, "/metrics", ECS_LANE_READ, RIGHT_NONE, false, ecs_get_metrics,
	"Counters for Prometheus"},
    {ECS_GET, "/openapi.json", ECS_LANE_READ, RIGHT_NONE, false,
	ecs_get_openapi, "This interface, described"},
    {ECS_GET, "/assets/{name}", ECS_LANE_READ, RIGHT_NONE, false, ecs_get_asset,
	"A file of the pages"},
    {ECS_GET, "/opensearch.xml", ECS_LANE_READ, RIGHT_NONE, false,
	ecs_get_opensearch, "How browsers search here"},
    {ECS_GET, "/embed.js", ECS_LANE_READ, RIGHT_NONE, false, ecs_get_box,
	"The search box for any website"},
    {ECS_GET, "/", ECS_LANE_READ, RIGHT_SEARCH, false, ecs_get_search_page,
	"The search page"},
    {ECS_GET, "/show/{c}/{id}", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_show, "A document's page"},
    {ECS_GET, "/show/{c}/{id}/{passage}", ECS_LANE_READ, RIGHT_SEARCH, false,
	ecs_get_show, "A document's page, at one of its passages"},
};
const size_t ecs_nroutes = sizeof(ecs_routes) / sizeof(ecs_routes[0]);

/* Does the request's path fit?  Parts in braces are taken as arguments. */
static bool
fits(const struct ecs_request *request, const char *path,
    const char **arguments, int *narguments)
{
	int segment = 0;

	*narguments = 0;
	for (path++;; segment++) {
		size_t len = strcspn(path, "/");

		if (segment == request->nsegments)
			return false;
		if (path[0] == '{') {
			if (request->segments[segment][0] == '\0')
				return false;
			arguments[(*narguments)++] = request->segments[segment];
		} else if (strlen(request->segments[segment]) != len ||
		    memcmp(request->segments[segment], path, len) != 0) {
			return false;
		}
		if (path[len] == '\0')
			return segment + 1 == request->nsegments;
		path += len + 1;
	}
}

static void
add_allowed(char *allow, size_t size, const char *method)
{
	size_t used = strlen(allow);

	if (strstr(allow, method) == NULL)
		snprintf(allow + used, size - used, "%s%s",
		    used == 0 ? "" : ", ", method);
}

const struct route *
ecs_route_find(const struct ecs_request *request, const char **arguments,
    int *narguments, char *allow, size_t size)
{
	enum ecs_method method =
	    request->method == ECS_HEAD ? ECS_GET : request->method;

	allow[0] = '\0';
	for (size_t i = 0; i < ecs_nroutes; i++) {
		if (!fits(request, ecs_routes[i].path, arguments, narguments))
			continue;
		if (ecs_routes[i].method == method)
			return &ecs_routes[i];
		add_allowed(allow, size, ecs_method_name(ecs_routes[i].method));
		if (ecs_routes[i].method == ECS_GET)
			add_allowed(allow, size, "HEAD");
	}
	if (allow[0] != '\0')
		add_allowed(allow, size, "OPTIONS");
	return NULL;
}

bool
ecs_is_instant(const struct ecs_request *request)
{
	return request->nsegments > 2 &&
	    strcmp(request->segments[0], "1") == 0 &&
	    strcmp(request->segments[1], "indexes") == 0;
}
