// Notifier chains: sdk/include/linux/notifier.h.
#include <linux/export.h>
#include <linux/notifier.h>

int raw_notifier_chain_register(struct raw_notifier_head *chain, struct notifier_block *block)
{
	struct notifier_block **link = &chain->head, *each;

	for (each = chain->head; each; each = each->next)
		if (each == block)
			return -EEXIST;
	while (*link && (*link)->priority >= block->priority)
		link = &(*link)->next;
	block->next = *link;
	*link = block;
	return 0;
}
EXPORT_SYMBOL(raw_notifier_chain_register);

int raw_notifier_chain_unregister(struct raw_notifier_head *chain, struct notifier_block *block)
{
	struct notifier_block **link;

	for (link = &chain->head; *link; link = &(*link)->next)
		if (*link == block) {
			*link = block->next;
			return 0;
		}
	return -ENOENT;
}
EXPORT_SYMBOL(raw_notifier_chain_unregister);

int raw_notifier_call_chain(struct raw_notifier_head *chain, unsigned long action, void *data)
{
	struct notifier_block *block = chain->head, *next;
	int result = NOTIFY_DONE;

	for (; block && !(result & NOTIFY_STOP_MASK); block = next) {
		next = block->next;
		result = block->notifier_call(block, action, data);
	}
	return result;
}
EXPORT_SYMBOL(raw_notifier_call_chain);

/* The other kinds are that one under their lock; `head` is all that a raw chain has. */
#define as_raw(chain) ((struct raw_notifier_head *)&(chain)->head)

int atomic_notifier_chain_register(struct atomic_notifier_head *chain, struct notifier_block *block)
{
	int result;

	spin_lock(&chain->lock);
	result = raw_notifier_chain_register(as_raw(chain), block);
	spin_unlock(&chain->lock);
	return result;
}
EXPORT_SYMBOL(atomic_notifier_chain_register);

int atomic_notifier_chain_unregister(struct atomic_notifier_head *chain, struct notifier_block *block)
{
	int result;

	spin_lock(&chain->lock);
	result = raw_notifier_chain_unregister(as_raw(chain), block);
	spin_unlock(&chain->lock);
	return result;
}
EXPORT_SYMBOL(atomic_notifier_chain_unregister);

int atomic_notifier_call_chain(struct atomic_notifier_head *chain, unsigned long action, void *data)
{
	int result;

	spin_lock(&chain->lock);
	result = raw_notifier_call_chain(as_raw(chain), action, data);
	spin_unlock(&chain->lock);
	return result;
}
EXPORT_SYMBOL(atomic_notifier_call_chain);

int blocking_notifier_chain_register(struct blocking_notifier_head *chain, struct notifier_block *block)
{
	int result;

	down_write(&chain->rwsem);
	result = raw_notifier_chain_register(as_raw(chain), block);
	up_write(&chain->rwsem);
	return result;
}
EXPORT_SYMBOL(blocking_notifier_chain_register);

int blocking_notifier_chain_unregister(struct blocking_notifier_head *chain, struct notifier_block *block)
{
	int result;

	down_write(&chain->rwsem);
	result = raw_notifier_chain_unregister(as_raw(chain), block);
	up_write(&chain->rwsem);
	return result;
}
EXPORT_SYMBOL(blocking_notifier_chain_unregister);

int blocking_notifier_call_chain(struct blocking_notifier_head *chain, unsigned long action, void *data)
{
	int result;

	down_read(&chain->rwsem);
	result = raw_notifier_call_chain(as_raw(chain), action, data);
	up_read(&chain->rwsem);
	return result;
}
EXPORT_SYMBOL(blocking_notifier_call_chain);
