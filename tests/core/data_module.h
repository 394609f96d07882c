/* Data structures in module code, for data_test.cc: each returns 0, or the line that found a fault. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

long tree_stays_sorted_and_balanced(void);
long tree_is_walked_children_first(void);
long idr_gives_the_lowest_free_number(void);
long idr_goes_round(void);
long ida_gives_back(void);
long fifo_wraps_around(void);
long fifo_of_structures(void);
long hashed_lists(void);
long lockless_lists(void);
long bits_are_found(void);
long notifiers_by_priority(void);
long static_keys_count(void);
long references_end_once(void);
long per_cpu_variables(void);
long caches_construct(void);
long cache_takes_a_stranger(void);
long caches_go(void);
long times_convert(void);

#ifdef __cplusplus
}
#endif
