/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_CLIENT_H
#define ECS_CLIENT_CLIENT_H
/*
 * What every command of ecsearch is given, and the commands themselves.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "remote.h"

struct ecs_err;

/* Exit codes; ecsearch(1) explains them. */
enum ecs_exit {
	ECS_EXIT_OK = 0,
	ECS_EXIT_SOME = 1,    /* some documents failed; nothing was found */
	ECS_EXIT_USAGE = 2,   /* the command line, a file or a map is wrong */
	ECS_EXIT_REFUSED = 3, /* the server said no */
	ECS_EXIT_FAILED = 4   /* the server cannot be reached, or failed */
};

struct ecs_client {
	const char *url;
	char *key;
	bool json;   /* --json: answers as they came, for scripts */
	bool pretty; /* standard output is a terminal */
	bool live;   /* standard error is one: progress may be shown */
	struct ecs_remote *remote; /* opened by ecs_client_connect */
};

enum { ECS_MAX_WORDS = 256 };

/* What a command was given besides options. */
struct ecs_words {
	const char *word[ECS_MAX_WORDS];
	int count;
};

/* A command: its row in the table of commands.c. */
struct ecs_command {
	const char *name;
	const char *operands;         /* of the usage line */
	const char *summary;          /* one line */
	const char *help;             /* the options, as --help shows them */
	const struct option *options; /* besides the common ones; may be NULL */
	/* The exit code; with err set it is made from that. */
	enum ecs_exit (*run)(struct ecs_client *client,
	    const struct ecs_command *command, int argc, char **argv,
	    struct ecs_err *err);
};

/* Run one line of arguments; the exit code of the program. */
int ecs_client_main(int argc, char **argv);

/*
 * The next option of a command: its val, or -1 at the end.  Words are
 * gathered on the way; common options (--json, --help, ..) are dealt with.
 * One that is wrong sets err.  Options and words may stand in any order, and
 * a word after the first may begin with one dash, as an excluded word does.
 */
int
ecs_client_option(struct ecs_client *client, const struct ecs_command *command,
    int argc, char **argv, struct ecs_words *words, struct ecs_err *err);

/* Open client->remote if it is not open yet. */
bool ecs_client_connect(struct ecs_client *client, struct ecs_err *err);
/* The path of a collection and what follows it, escaped; free() it. */
char *ecs_client_path(struct ecs_client *client, const char *collection,
    const char *rest, struct ecs_err *err);

/* A mistake on the command line; always ECS_EXIT_USAGE. */
enum ecs_exit ecs_client_usage(struct ecs_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Print what went wrong, with its places, to standard error. */
void ecs_client_report(const struct ecs_err *err);

/* ---- the commands, each in the file of its name ---- */

#define ECS_COMMAND(name)                                             \
	enum ecs_exit ecs_command_##name(struct ecs_client *client,   \
	    const struct ecs_command *command, int argc, char **argv, \
	    struct ecs_err *err)
ECS_COMMAND(import);
ECS_COMMAND(export);
ECS_COMMAND(search);
ECS_COMMAND(suggest);
ECS_COMMAND(eval);
ECS_COMMAND(collections);
ECS_COMMAND(delete);
ECS_COMMAND(key);
ECS_COMMAND(check);
ECS_COMMAND(backup);
ECS_COMMAND(rebuild);
ECS_COMMAND(words);
ECS_COMMAND(vocabulary);
ECS_COMMAND(queries);

extern const struct option ecs_import_options[];
extern const struct option ecs_export_options[];
extern const struct option ecs_search_options[];
extern const struct option ecs_suggest_options[];
extern const struct option ecs_eval_options[];
extern const struct option ecs_delete_options[];
extern const struct option ecs_key_options[];
extern const struct option ecs_queries_options[];
#endif
