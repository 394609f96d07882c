/* Data structures as modules use them: for data_test.cc. */
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/jump_label.h>
#include <linux/kfifo.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>

#include "data_module.h"

#define EXPECT(condition) do { if (!(condition)) return __LINE__; } while (0)

struct leaf {
	struct rb_node node;
	unsigned int key;
	bool in;
};

static void add_leaf(struct rb_root *root, struct leaf *leaf)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = rb_entry(parent, struct leaf, node)->key > leaf->key ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&leaf->node, parent, link);
	rb_insert_color(&leaf->node, root);
	leaf->in = true;
}

static int depth_of(const struct rb_node *node)
{
	int left, right;

	if (!node)
		return 0;
	left = depth_of(node->rb_left);
	right = depth_of(node->rb_right);
	return 1 + max(left, right);
}

/* In order both ways, all of them, not deeper than a red-black tree may be. */
static long check_tree(struct rb_root *root, int wanted)
{
	struct rb_node *node;
	unsigned int last = 0;
	int count = 0;

	for (node = rb_first(root); node; node = rb_next(node), count++) {
		EXPECT(rb_entry(node, struct leaf, node)->key >= last);
		last = rb_entry(node, struct leaf, node)->key;
	}
	EXPECT(count == wanted);
	for (node = rb_last(root); node; node = rb_prev(node))
		count--;
	EXPECT(count == 0);
	EXPECT(depth_of(root->rb_node) <= 2 * fls(wanted + 1));
	return 0;
}

long tree_stays_sorted_and_balanced(void)
{
	static struct leaf leaves[512];
	struct rb_root root = RB_ROOT;
	unsigned int seed = 1;
	int step, in = 0;
	long fault;

	for (step = 0; step < 512; step++)
		leaves[step] = (struct leaf){ .key = step * 7919 % 1009 };
	for (step = 0; step < 20000; step++) {
		struct leaf *leaf;

		seed = seed * 1103515245 + 12345;
		leaf = &leaves[(seed >> 16) % 512];
		if (leaf->in) {
			rb_erase(&leaf->node, &root);
			leaf->in = false;
			in--;
		} else {
			add_leaf(&root, leaf);
			in++;
		}
		if (step % 100 == 0 && (fault = check_tree(&root, in)))
			return fault;
	}
	return check_tree(&root, in);
}

long tree_is_walked_children_first(void)
{
	struct rb_root root = RB_ROOT;
	struct leaf *leaf, *next;
	int index, count = 0;

	for (index = 0; index < 100; index++) {
		leaf = kzalloc(sizeof(*leaf), GFP_KERNEL);
		leaf->key = index;
		add_leaf(&root, leaf);
	}
	rbtree_postorder_for_each_entry_safe(leaf, next, &root, node) {
		EXPECT(!leaf->node.rb_left || !rb_entry(leaf->node.rb_left, struct leaf, node)->in);
		leaf->in = false;
		count++;
	}
	EXPECT(count == 100);
	rbtree_postorder_for_each_entry_safe(leaf, next, &root, node)
		kfree(leaf);
	return 0;
}

long idr_gives_the_lowest_free_number(void)
{
	DEFINE_IDR(idr);
	int things[4], id, sum = 0;
	void *each;

	EXPECT(idr_alloc(&idr, &things[0], 0, 0, GFP_KERNEL) == 0);
	EXPECT(idr_alloc(&idr, &things[1], 0, 0, GFP_KERNEL) == 1);
	EXPECT(idr_alloc(&idr, &things[2], 5, 6, GFP_KERNEL) == 5);
	EXPECT(idr_alloc(&idr, &things[3], 5, 6, GFP_KERNEL) == -ENOSPC);
	EXPECT(idr_alloc(&idr, &things[3], -1, 6, GFP_KERNEL) == -EINVAL);
	EXPECT(idr_remove(&idr, 0) == &things[0]);
	EXPECT(!idr_find(&idr, 0) && idr_find(&idr, 5) == &things[2]);
	EXPECT(idr_alloc(&idr, &things[3], 0, 0, GFP_KERNEL) == 0);
	EXPECT(idr_replace(&idr, &things[0], 0) == &things[3]);
	EXPECT(PTR_ERR(idr_replace(&idr, &things[0], 77)) == -ENOENT);
	idr_for_each_entry(&idr, each, id)
		sum += id;
	EXPECT(sum == 6);
	idr_destroy(&idr);
	EXPECT(idr_is_empty(&idr));
	return 0;
}

long idr_goes_round(void)
{
	DEFINE_IDR(idr);
	int thing;

	EXPECT(idr_alloc_cyclic(&idr, &thing, 1, 4, GFP_KERNEL) == 1);
	EXPECT(idr_alloc_cyclic(&idr, &thing, 1, 4, GFP_KERNEL) == 2);
	idr_remove(&idr, 1);
	EXPECT(idr_alloc_cyclic(&idr, &thing, 1, 4, GFP_KERNEL) == 3);
	EXPECT(idr_alloc_cyclic(&idr, &thing, 1, 4, GFP_KERNEL) == 1);
	idr_destroy(&idr);
	return 0;
}

long ida_gives_back(void)
{
	DEFINE_IDA(ida);

	EXPECT(ida_alloc(&ida, GFP_KERNEL) == 0);
	EXPECT(ida_alloc_min(&ida, 10, GFP_KERNEL) == 10);
	EXPECT(ida_alloc_max(&ida, 0, GFP_KERNEL) == -ENOSPC);
	ida_free(&ida, 0);
	EXPECT(ida_alloc(&ida, GFP_KERNEL) == 0);
	ida_destroy(&ida);
	EXPECT(ida_is_empty(&ida));
	return 0;
}

long fifo_wraps_around(void)
{
	DEFINE_KFIFO(fifo, unsigned char, 8);
	unsigned char out[8];
	int round;

	EXPECT(kfifo_size(&fifo) == 8 && kfifo_is_empty(&fifo));
	for (round = 0; round < 10; round++) {
		EXPECT(kfifo_in(&fifo, "abcde", 5) == 5);
		EXPECT(kfifo_in(&fifo, "fghij", 5) == 3 && kfifo_is_full(&fifo));
		EXPECT(kfifo_out_peek(&fifo, out, 2) == 2 && !memcmp(out, "ab", 2));
		EXPECT(kfifo_out(&fifo, out, 3) == 3 && !memcmp(out, "abc", 3));
		EXPECT(kfifo_len(&fifo) == 5 && kfifo_avail(&fifo) == 3);
		EXPECT(kfifo_out(&fifo, out, 8) == 5 && !memcmp(out, "defgh", 5));
	}
	return 0;
}

struct pair {
	int a;
	char b;
};

long fifo_of_structures(void)
{
	DECLARE_KFIFO_PTR(fifo, struct pair);
	struct pair in = { 1, 'x' }, out;

	EXPECT(kfifo_alloc(&fifo, 1, GFP_KERNEL) == -EINVAL);
	EXPECT(!kfifo_alloc(&fifo, 3, GFP_KERNEL) && kfifo_size(&fifo) == 4);
	EXPECT(kfifo_put(&fifo, in) == 1);
	in.a = 2;
	EXPECT(kfifo_put(&fifo, in) == 1 && kfifo_len(&fifo) == 2);
	EXPECT(kfifo_peek(&fifo, &out) == 1 && out.a == 1);
	EXPECT(kfifo_get(&fifo, &out) == 1 && out.a == 1 && out.b == 'x');
	EXPECT(kfifo_get(&fifo, &out) == 1 && out.a == 2);
	EXPECT(kfifo_get(&fifo, &out) == 0);
	kfifo_free(&fifo);
	return 0;
}

struct hashed {
	struct hlist_node node;
	int key;
};

long hashed_lists(void)
{
	HLIST_HEAD(head);
	struct hashed things[3] = { { .key = 1 }, { .key = 2 }, { .key = 4 } }, *each;
	struct hlist_node *next;
	int sum = 0;

	EXPECT(hlist_empty(&head));
	hlist_add_head(&things[0].node, &head);
	hlist_add_head(&things[1].node, &head);
	hlist_add_behind(&things[2].node, &things[0].node);
	hlist_for_each_entry(each, &head, node)
		sum = sum * 10 + each->key;
	EXPECT(sum == 214);
	hlist_for_each_entry_safe(each, next, &head, node)
		if (each->key != 1)
			hlist_del(&each->node);
	EXPECT(head.first == &things[0].node && !things[0].node.next);
	hlist_del_init(&things[0].node);
	EXPECT(hlist_empty(&head) && hlist_unhashed(&things[0].node));
	return 0;
}

struct linked {
	int key;
	struct llist_node node;
};

long lockless_lists(void)
{
	LLIST_HEAD(head);
	struct linked things[3] = { { .key = 1 }, { .key = 2 }, { .key = 4 } }, *each;
	int index, sum = 0;

	for (index = 0; index < 3; index++)
		EXPECT(llist_add(&things[index].node, &head) == (index == 0));
	llist_for_each_entry(each, llist_reverse_order(llist_del_all(&head)), node)
		sum = sum * 10 + each->key;
	EXPECT(sum == 124 && llist_empty(&head));
	return 0;
}

long bits_are_found(void)
{
	DECLARE_BITMAP(bits, 200) = { 0 };
	unsigned long bit, sum = 0;

	EXPECT(find_first_bit(bits, 200) == 200 && find_first_zero_bit(bits, 200) == 0);
	set_bit(3, bits);
	set_bit(64, bits);
	set_bit(199, bits);
	for_each_set_bit(bit, bits, 200)
		sum += bit;
	EXPECT(sum == 266 && find_next_bit(bits, 199, 65) == 199);
	EXPECT(test_and_clear_bit(64, bits) && !test_and_set_bit(64, bits));
	EXPECT(!test_and_change_bit(5, bits) && test_bit(5, bits));
	return 0;
}

static int heard;

static int hear(struct notifier_block *block, unsigned long action, void *data)
{
	heard = heard * 10 + block->priority;
	return action == (unsigned long)block->priority ? notifier_from_errno(-EPERM) : NOTIFY_OK;
}

long notifiers_by_priority(void)
{
	BLOCKING_NOTIFIER_HEAD(chain);
	ATOMIC_NOTIFIER_HEAD(atomic);
	struct notifier_block one = { hear, NULL, 1 }, two = { hear, NULL, 2 }, three = { hear, NULL, 3 };

	heard = 0;
	EXPECT(!blocking_notifier_chain_register(&chain, &two));
	EXPECT(!blocking_notifier_chain_register(&chain, &three));
	EXPECT(!blocking_notifier_chain_register(&chain, &one));
	EXPECT(blocking_notifier_chain_register(&chain, &one) == -EEXIST);
	EXPECT(blocking_notifier_call_chain(&chain, 0, NULL) == NOTIFY_OK && heard == 321);
	heard = 0;
	EXPECT(notifier_to_errno(blocking_notifier_call_chain(&chain, 2, NULL)) == -EPERM && heard == 32);
	EXPECT(!blocking_notifier_chain_unregister(&chain, &two));
	EXPECT(blocking_notifier_chain_unregister(&chain, &two) == -ENOENT);
	EXPECT(atomic_notifier_call_chain(&atomic, 0, NULL) == NOTIFY_DONE);
	return 0;
}

static DEFINE_STATIC_KEY_FALSE(off);
static DEFINE_STATIC_KEY_TRUE(on);

long static_keys_count(void)
{
	EXPECT(static_branch_likely(&on) && !static_branch_unlikely(&off));
	static_branch_enable(&off);
	EXPECT(static_branch_unlikely(&off) && static_key_enabled(&off));
	static_branch_disable(&off);
	static_branch_inc(&off);
	static_branch_inc(&off);
	static_branch_dec(&off);
	EXPECT(static_branch_unlikely(&off));
	static_branch_dec(&off);
	EXPECT(!static_branch_unlikely(&off));
	return 0;
}

static int ended;

static void end(struct kref *kref)
{
	ended++;
}

long references_end_once(void)
{
	struct kref kref;

	ended = 0;
	kref_init(&kref);
	kref_get(&kref);
	EXPECT(!kref_put(&kref, end) && kref_read(&kref) == 1);
	EXPECT(kref_put(&kref, end) && ended == 1);
	EXPECT(!kref_get_unless_zero(&kref));
	return 0;
}

static DEFINE_PER_CPU(int, per_cpu_number) = 5;

long per_cpu_variables(void)
{
	int *allocated = alloc_percpu(int), cpu, sum = 0;

	this_cpu_add(per_cpu_number, 2);
	this_cpu_inc(per_cpu_number);
	EXPECT(this_cpu_read(per_cpu_number) == 8);
	get_cpu_var(per_cpu_number)++;
	EXPECT(in_atomic());
	put_cpu_var(per_cpu_number);
	EXPECT(!in_atomic());
	for_each_possible_cpu(cpu)
		sum += per_cpu(per_cpu_number, cpu) + *per_cpu_ptr(allocated, cpu);
	EXPECT(sum == 9);
	this_cpu_write(per_cpu_number, 5); /* for the next run */
	free_percpu(allocated);
	return 0;
}

static void construct(void *object)
{
	*(int *)object = 17;
}

long caches_construct(void)
{
	struct kmem_cache *cache = kmem_cache_create("constructed", 20, 64, 0, construct);
	int *object = kmem_cache_alloc(cache, GFP_KERNEL);

	EXPECT(*object == 17 && IS_ALIGNED((unsigned long)object, 64) && kmem_cache_size(cache) == 20);
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
	return 0;
}

static struct kmem_cache *one, *other;
static void *stranger;

/* Ends in a fault. */
long cache_takes_a_stranger(void)
{
	one = kmem_cache_create("one", 32, 0, 0, NULL);
	other = kmem_cache_create("other", 32, 0, 0, NULL);
	stranger = kmem_cache_alloc(other, GFP_KERNEL);
	kmem_cache_free(one, stranger);
	return 0;
}

long caches_go(void)
{
	kmem_cache_free(other, stranger);
	kmem_cache_destroy(other);
	kmem_cache_destroy(one);
	return 0;
}

long times_convert(void)
{
	struct timespec64 time = ns_to_timespec64(-1);
	struct hrtimer timer;
	u64 random = get_random_u64();

	EXPECT(time.tv_sec == -1 && time.tv_nsec == 999999999 && timespec64_to_ns(&time) == -1);
	EXPECT(msecs_to_jiffies(1000) == HZ && jiffies_to_msecs(HZ) == 1000 && msecs_to_jiffies(1) == 1);
	EXPECT(nsecs_to_jiffies(NSEC_PER_SEC) == HZ && ktime_to_ms(ktime_set(2, 5000000)) == 2005);
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	timer.expires = 100;
	EXPECT(hrtimer_forward(&timer, 99, 10) == 0 && hrtimer_forward(&timer, 125, 10) == 3);
	EXPECT(timer.expires == 130);
	EXPECT(random != get_random_u64() && get_random_u32_below(10) < 10);
	return 0;
}
