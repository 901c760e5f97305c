/* SPDX-License-Identifier: ISC */
/*
 * commands - all that ecsearch can do, in one table.
 */
#include <string.h>

#include "ecsearch/err.h"

#include "commands.h"
#include "suggest.h"

/* name, operands, summary, help, options, function */
const struct ecs_command ecs_commands[] = {
    {"import", "COLLECTION FILE|DIR|-...", "put documents into a collection",
	"  --map MAP          make documents of the records as MAP says\n"
	"                     (see ecsearch-map(5))\n"
	"  --format FORMAT    json, ndjson or csv, where the name does not tell\n"
	"  --delimiter CHAR   of CSV; \"tab\" may be spelt out\n"
	"  --encoding NAME    of the files, such as windows-1252; else UTF-8\n"
	"  --atomic           all documents or none (one request, 15 MB)\n"
	"  --dry-run          only check the documents\n"
	"  --print            only print the documents, as NDJSON; asks no "
	"server\n"
	"  --wait HOW         for visible (default), durable, or none\n"
	"  --batch BYTES      size of a request, to 8M; 2M by default\n"
	"\n"
	"Files may be packed with gzip, xz or zstd.  A folder gives all its\n"
	".json .ndjson .jsonl .csv and .tsv files, in order of their names.\n"
	"A PDF, DOCX, ODT, HTML, Markdown or text file is sent as it is, and the\n"
	"server makes a document of it; a folder gives its .pdf .docx .odt files.\n"
	"A document that fails is told with file and line, and harms no other.",
	ecs_import_options, ecs_command_import},
    {"export", "COLLECTION", "write a collection's documents as NDJSON",
	"  -o, --output FILE  where to; standard output by default\n"
	"  --filter EXPR      only what matches, as country:BE",
	ecs_export_options, ecs_command_export},
    {"search", "[COLLECTION] QUERY...", "search and show what was found",
	"  --in NAME,NAME     search these collections\n"
	"  --filter EXPR      as sectors:healthcare AND founded:2010..2020\n"
	"  --facets NAME,..   count these fields' values\n"
	"  --sort NAME,..     a field, -field, or relevance\n"
	"  --page N           which page; 1 by default\n"
	"  --per-page N       hits on a page; 20 by default, 1000 at most\n"
	"  --lang TAG         language of the query\n"
	"  --mode MODE        simple or expert\n"
	"  --match WHICH      all words, any, or auto\n"
	"\n"
	"Words after the first may begin with a dash, to exclude them:\n"
	"  ecsearch search members cloud security -banking",
	ecs_search_options, ecs_command_search},
    {"suggest", "TEXT...", "complete what is being typed",
	"  --in NAME,NAME     from these collections\n"
	"  --types NAME,..    names, values, phrases\n"
	"  --lang TAG         language of labels\n"
	"  --limit N          how many; 10 by default, 50 at most",
	ecs_suggest_options, ecs_command_suggest},
    {"eval", "JUDGEMENTS", "measure ranking by judged queries",
	"  --a PARAMETERS     of every search, as in an address:\n"
	"                     match=any&lang=en\n"
	"  --b PARAMETERS     other ones to compare with a; '' for none\n"
	"  --in NAME          the collection of queries that name none\n"
	"  --queries          each query too, or those where a and b differ\n"
	"\n"
	"JUDGEMENTS holds a query a line, with the ids that should be found and\n"
	"their grades, 0 for not relevant:\n"
	"  {\"q\": \"smart grid\", \"in\": \"members\", \"relevant\": "
	"{\"acme\": 3}}\n"
	"or is a CSV or TSV table of q, id, grade and perhaps in.  Without a\n"
	"collection all are searched, and ids are written COLLECTION/ID.\n"
	"\n"
	"p: how often luck alone would part equally good settings as far\n"
	"(Fisher's randomization test, both sides).",
	ecs_eval_options, ecs_command_eval},
    {"collections", "[COLLECTION]", "tell what collections there are", "", NULL,
	ecs_command_collections},
    {"delete", "COLLECTION ID...|--filter EXPR", "delete documents",
	"  --filter EXPR      delete what matches\n"
	"  --wait HOW         for visible (default), durable, or none",
	ecs_delete_options, ecs_command_delete},
    {"key", "list | create NAME RIGHT... | delete ID", "manage keys",
	"  --expires DATE     of a new key, as 2027-12-31\n"
	"  --origin URL       a web page that may use it; may be repeated\n"
	"  --filter EXPR      what every search with it is narrowed to\n"
	"  --rate N           requests a minute\n"
	"\n"
	"Rights are search, desk, write:COLLECTION and admin.  The key itself "
	"is\nshown once, when it is made.",
	ecs_key_options, ecs_command_key},
    {"check", "", "compare records and index, and tell how things stand", "",
	NULL, ecs_command_check},
    {"backup", "DIR", "write a backup into a folder on the server", "", NULL,
	ecs_command_backup},
    {"rebuild", "[COLLECTION]", "build the index anew from the records", "",
	NULL, ecs_command_rebuild},
    {"synonyms", "get | put FILE|- | reset", "words that say the same",
	"put stands instead of the file beside the schema; reset gives way to\n"
	"the file again.",
	NULL, ecs_command_words},
    {"stopwords", "get | put FILE|- | reset", "words that only hold sentences",
	"put stands instead of the file beside the schema; reset gives way to\n"
	"the file again.",
	NULL, ecs_command_words},
    {"stems", "get | put FILE|- | reset", "forms that a stemmer gets wrong",
	"put stands instead of the file beside the schema; reset gives way to\n"
	"the file again.  Waits until everything is rebuilt with them.",
	NULL, ecs_command_words},
    {"vocabulary", "NAME get | put FILE|- | reset", "a controlled vocabulary",
	"put stands instead of the file; reset gives way to the file again.",
	NULL, ecs_command_vocabulary},
    {"queries", "[forget QUERY...]", "what is searched most, and what in vain",
	"  --days N           of the last N days; 30 by default\n"
	"  --without-hits     only what found nothing, most often first\n"
	"  --clicks           only where hits were chosen, most often first\n"
	"  --in NAME          only searches of this collection; '' for several\n"
	"  --limit N          how many; 50 by default\n"
	"  --csv              as a table for a spreadsheet\n"
	"\n"
	"Told is only what was searched on several days (see query-days in\n"
	"ecsearch.conf(5)).  forget deletes all counts of a query.",
	ecs_queries_options, ecs_command_queries},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

const struct ecs_command *
ecs_commands_find(const char *name)
{
	for (size_t i = 0; ecs_commands[i].name != NULL; i++) {
		if (strcmp(ecs_commands[i].name, name) == 0)
			return &ecs_commands[i];
	}
	return NULL;
}

enum ecs_exit
ecs_commands_unknown(const char *name, struct ecs_err *err)
{
	const char *names[32] = {NULL}, *near;

	for (size_t i = 0; i < 31 && ecs_commands[i].name != NULL; i++)
		names[i] = ecs_commands[i].name;
	near = ecs_suggest(name, names);
	if (near != NULL)
		return ecs_client_usage(err,
		    "\"%s\" is no command; did you mean \"%s\"?", name, near);
	return ecs_client_usage(
	    err, "\"%s\" is no command; see ecsearch --help", name);
}

static void
show_program(FILE *out)
{
	fputs("usage: ecsearch [--url URL] [--key KEY] COMMAND ...\n\n", out);
	for (size_t i = 0; ecs_commands[i].name != NULL; i++)
		fprintf(out, "  %-12s %s\n", ecs_commands[i].name,
		    ecs_commands[i].summary);
	fputs("\n"
	      "  --url URL    the server; ECSEARCH_URL, or "
	      "http://127.0.0.1:8480\n"
	      "  --key KEY    ECSEARCH_KEY, or the local server's admin.key\n"
	      "  --json       answers as they came, for scripts\n"
	      "  --help       of a command: what it takes\n"
	      "  --version    the version\n\n"
	      "The exit code is 0 when all went well, 1 when some documents "
	      "failed or\nnothing was found, 2 for a mistake here, 3 when the "
	      "server refused, 4 when\nit cannot be reached or failed.\n",
	    out);
}

void
ecs_commands_help(const struct ecs_command *command, FILE *out)
{
	if (command == NULL) {
		show_program(out);
		return;
	}
	fprintf(out, "usage: ecsearch %s%s%s%s\n\n%s.\n", command->name,
	    command->options == NULL ? "" : " [OPTION]...",
	    command->operands[0] == '\0' ? "" : " ", command->operands,
	    command->summary);
	if (command->help[0] != '\0')
		fprintf(out, "\n%s\n", command->help);
}
