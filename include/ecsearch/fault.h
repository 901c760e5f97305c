/* SPDX-License-Identifier: ISC */
#ifndef ECS_FAULT_H
#define ECS_FAULT_H
/*
 * Named fault probes: ECS_FAULT("writer.commit") is false unless the
 * environment variable ECS_FAULTS names the probe, as in
 *
 *	ECS_FAULTS="writer.commit=3,records.put=1:kill"
 *
 * which makes the third hit of writer.commit fail (true) and the first hit of
 * records.put end the process as kill -9 would.  A probe named but never hit is
 * reported by ecs_fault_unhit, so that a test cannot pass by missing it.
 */
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

bool ecs_fault_hit(const char *probe);
#define ECS_FAULT(probe) (ecs_fault_armed && ecs_fault_hit(probe))

/* Read ECS_FAULTS; call once at start, before threads. */
void ecs_fault_init(void);
/* The first probe that was named but never fired, or NULL. */
const char *ecs_fault_unhit(void);

extern bool ecs_fault_armed;

#ifdef __cplusplus
}
#endif
#endif
