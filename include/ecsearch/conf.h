/* SPDX-License-Identifier: ISC */
#ifndef ECS_CONF_H
#define ECS_CONF_H
/*
 * Settings of a program, from one table: on the command line as --NAME, in the
 * environment as ECSEARCH_NAME, in an INI file as NAME = value (libinih; any
 * section), else the table's default; the first of these that says something
 * wins.  In names - and _ are the same.
 */
#include <stdbool.h>
#include <stddef.h>

struct ecs_err;

enum ecs_conf_kind {
	ECS_CONF_TEXT,
	ECS_CONF_NUMBER, /* between least and most */
	ECS_CONF_FLAG    /* only on the command line; value "1" when given */
};

struct ecs_conf_option {
	const char *name; /* "admin-listen" */
	enum ecs_conf_kind kind;
	const char *argument; /* what it takes, for --help: "HOST:PORT" */
	const char *value;    /* default; NULL: none */
	long least;
	long most;
	const char *help;
};

struct ecs_conf;

/*
 * Read all settings.  The option "config" names the INI file; one that was
 * named and cannot be read is an error, the default one may be absent.  What is
 * unknown or out of range is a 400 "bad_setting" naming where it stands.
 * options is borrowed for the life of conf.
 */
struct ecs_conf *ecs_conf_load(const struct ecs_conf_option *options,
    size_t noptions, int argc, char **argv, struct ecs_err *err);
void ecs_conf_free(struct ecs_conf *conf); /* NULL is allowed */
/* The value of an option of the table; NULL when unset. */
const char *ecs_conf_get(const struct ecs_conf *conf, const char *name);
long ecs_conf_number(const struct ecs_conf *conf, const char *name);
/* Was the flag given? */
bool ecs_conf_flag(const struct ecs_conf *conf, const char *name);
/* Where the value came from, for --check-config: "file", "default" ... */
const char *ecs_conf_source(const struct ecs_conf *conf, const char *name);
#endif
