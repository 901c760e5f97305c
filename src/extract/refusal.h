/* SPDX-License-Identifier: ISC */
#ifndef ECS_EXTRACT_REFUSAL_H
#define ECS_EXTRACT_REFUSAL_H
/* How ecsearch-extract says no: its exit code; the line before it says why. */
enum { ECS_EXTRACT_REFUSED = 3 };
#endif
