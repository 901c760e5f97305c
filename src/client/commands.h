/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_COMMANDS_H
#define ECS_CLIENT_COMMANDS_H
/*
 * The table of commands.
 */
#include "client.h"

/* All commands; the row after the last has no name. */
extern const struct ecs_command ecs_commands[];

const struct ecs_command *ecs_commands_find(const char *name);
/* Say that there is no such command, and which may have been meant. */
enum ecs_exit ecs_commands_unknown(const char *name, struct ecs_err *err);
/* The help of one command, or of the program when it is NULL. */
void ecs_commands_help(const struct ecs_command *command, FILE *out);
#endif
