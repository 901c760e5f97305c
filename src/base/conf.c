/* SPDX-License-Identifier: ISC */
/*
 * conf - settings from the command line, the environment and one INI file.
 */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "ecsearch/conf.h"
#include "ecsearch/err.h"

enum { MAX_OPTIONS = 64, LONGEST_NAME = 64 };

struct setting {
	char *value; /* NULL: the default holds */
	const char *source;
};

struct ecs_conf {
	const struct ecs_conf_option *options;
	size_t n;
	struct setting settings[MAX_OPTIONS];
	struct ecs_err *err; /* while loading */
};

/* Names are compared with - and _ as one, and without regard to case. */
static bool
same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++) {
		char x = *a == '_' ? '-' : *a;
		char y = *b == '_' ? '-' : *b;

		x = x >= 'A' && x <= 'Z' ? (char)(x + 'a' - 'A') : x;
		y = y >= 'A' && y <= 'Z' ? (char)(y + 'a' - 'A') : y;
		if (x != y)
			return false;
	}
	return *a == *b;
}

static int
find(const struct ecs_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->n; i++)
		if (same_name(conf->options[i].name, name))
			return (int)i;
	return -1;
}

static bool
check_number(const struct ecs_conf_option *option, const char *value,
    const char *where, struct ecs_err *err)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (end != value && *end == '\0' && errno == 0 &&
	    number >= option->least && number <= option->most)
		return true;
	return ecs_err_set(err, 400, "bad_setting",
	    "%s: %s must be a number from %ld to %ld, not \"%s\"", where,
	    option->name, option->least, option->most, value);
}

/* Set what nothing of higher standing has set. */
static bool
set(struct ecs_conf *conf, int i, const char *value, const char *source,
    const char *where, struct ecs_err *err)
{
	const struct ecs_conf_option *option = &conf->options[i];
	struct setting *setting = &conf->settings[i];

	if (option->kind == ECS_CONF_NUMBER &&
	    !check_number(option, value, where, err))
		return false;
	if (setting->value != NULL)
		return true;
	setting->value = strdup(value);
	setting->source = source;
	return setting->value != NULL || ecs_err_memory(err);
}

static bool
read_arguments(
    struct ecs_conf *conf, int argc, char **argv, struct ecs_err *err)
{
	struct option longs[MAX_OPTIONS + 1] = {{0}};
	int index = 0;
	int found;

	for (size_t i = 0; i < conf->n; i++) {
		longs[i].name = conf->options[i].name;
		longs[i].has_arg = conf->options[i].kind == ECS_CONF_FLAG
		    ? no_argument
		    : required_argument;
		longs[i].val = 1;
	}
	optind = 1;
	opterr = 0;
	while ((found = getopt_long(argc, argv, ":", longs, &index)) != -1) {
		if (found == ':')
			return ecs_err_set(err, 400, "bad_setting",
			    "%s needs a value", argv[optind - 1]);
		if (found != 1)
			return ecs_err_set(err, 400, "bad_setting",
			    "%s is no option; see --help", argv[optind - 1]);
		if (!set(conf, index, optarg == NULL ? "1" : optarg,
			"command line", "command line", err))
			return false;
	}
	if (optind < argc)
		return ecs_err_set(err, 400, "bad_setting",
		    "\"%s\" is not understood; see --help", argv[optind]);
	return true;
}

static bool
read_environment(struct ecs_conf *conf, struct ecs_err *err)
{
	char name[LONGEST_NAME + 16];

	for (size_t i = 0; i < conf->n; i++) {
		const char *value;

		if (conf->options[i].kind == ECS_CONF_FLAG)
			continue;
		snprintf(
		    name, sizeof(name), "ECSEARCH_%s", conf->options[i].name);
		for (char *c = name; *c != '\0'; c++)
			*c = *c == '-'               ? '_'
			    : *c >= 'a' && *c <= 'z' ? (char)(*c + 'A' - 'a')
						     : *c;
		value = getenv(name);
		if (value != NULL &&
		    !set(conf, (int)i, value, "environment", name, err))
			return false;
	}
	return true;
}

/* inih's handler: 1 goes on, 0 is an error at this line. */
static int
read_line(void *user, const char *section, const char *name, const char *value)
{
	struct ecs_conf *conf = user;
	int i = find(conf, name);

	(void)section;
	if (i < 0 || conf->options[i].kind == ECS_CONF_FLAG) {
		ecs_err_set(conf->err, 400, "bad_setting",
		    "the setting \"%s\" is not known", name);
		return 0;
	}
	return set(conf, i, value, "file", "configuration file", conf->err);
}

static bool
read_file(struct ecs_conf *conf, struct ecs_err *err)
{
	int i = find(conf, "config");
	const char *path = i < 0 ? NULL : ecs_conf_get(conf, "config");
	struct ecs_err inside = {0};
	int line;

	if (path == NULL)
		return true;
	conf->err = &inside;
	line = ini_parse(path, read_line, conf);
	conf->err = NULL;
	if (line == 0)
		return true;
	if (line < 0 && conf->settings[i].value == NULL)
		return true;
	if (line < 0)
		return ecs_err_set(err, 400, "bad_setting",
		    "%s: cannot be read: %s", path, strerror(errno));
	ecs_err_set(err, 400, "bad_setting", "%s: line %d: %s", path, line,
	    inside.status != 0 ? inside.text : "is no NAME = value");
	return ecs_err_at(err, ECS_WHERE_LINE, path, (uint32_t)line, 0);
}

struct ecs_conf *
ecs_conf_load(const struct ecs_conf_option *options, size_t noptions, int argc,
    char **argv, struct ecs_err *err)
{
	struct ecs_conf *conf = calloc(1, sizeof(*conf));

	assert(noptions <= MAX_OPTIONS);
	if (conf == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	conf->options = options;
	conf->n = noptions;
	if (read_arguments(conf, argc, argv, err) &&
	    read_environment(conf, err) && read_file(conf, err))
		return conf;
	ecs_conf_free(conf);
	return NULL;
}

void
ecs_conf_free(struct ecs_conf *conf)
{
	if (conf == NULL)
		return;
	for (size_t i = 0; i < conf->n; i++)
		free(conf->settings[i].value);
	free(conf);
}

const char *
ecs_conf_get(const struct ecs_conf *conf, const char *name)
{
	int i = find(conf, name);

	assert(i >= 0);
	return conf->settings[i].value != NULL ? conf->settings[i].value
					       : conf->options[i].value;
}

long
ecs_conf_number(const struct ecs_conf *conf, const char *name)
{
	return strtol(ecs_conf_get(conf, name), NULL, 10);
}

bool
ecs_conf_flag(const struct ecs_conf *conf, const char *name)
{
	return ecs_conf_get(conf, name) != NULL;
}

const char *
ecs_conf_source(const struct ecs_conf *conf, const char *name)
{
	int i = find(conf, name);

	assert(i >= 0);
	return conf->settings[i].value == NULL ? "default"
					       : conf->settings[i].source;
}
