/* Module code that waits and is called later: for waiting_test.cc. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

long wait_for_a_thread(void);
long wait_with_a_timeout(int come_true);
long wait_interruptibly(void);
long wait_on_a_mutex_that_is_held(void);
long complete_each_waiter_once(int waiters);
long stop_a_thread(int let_it_run);
long park_a_thread(void);
long exit_with_a_completion(void);

struct timer_seen {
	int calls;
	int in_interrupt;
	int was_pending;
	int deleted;
};
long timers_fire_once(struct timer_seen *seen);
long delete_a_timer_that_runs(void);
long hrtimer_restarts(int times);

long work_runs_once_for_each_time_queued(void);
long work_of_an_ordered_queue_keeps_its_order(void);
long work_of_a_queue_runs_side_by_side(void);
long work_requeues_itself(int times);
long cancel_pending_work(void);
long delayed_work_hurries(void);
long tasklets_wait_until_enabled(void);
long rcu_waits_for_readers(void);

long sleep_in_a_timer(void);
long return_with_a_mutex(void);
long return_without_preempt_enable(void);
long free_a_held_lock(void);
long read_lock_twice_for_writing(void);
long count_under(int kind, int threads);

#ifdef __cplusplus
}
#endif
