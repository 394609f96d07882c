// Algorithms of digests: sdk/include/linux/crypto.h. And their use: "crypto" NAME; what is written is digested, what is
// read is the digest in hexadecimal.
#include <linux/crypto.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "subsystems.h"
#include "ukernel/core/native/api/kernel/request.h"

static int take_algorithm_away(void *alg);

static const struct owned_kind algorithm_kind = {
	.one = "crypto algorithm", .many = "crypto algorithms", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_algorithm_away,
};

static DEFINE_MUTEX(algorithms_lock);
static LIST_HEAD(algorithms);	/* of struct crypto_alg */

static bool is_registered(const struct crypto_alg *base)
{
	const struct crypto_alg *other;

	list_for_each_entry(other, &algorithms, cra_list)
		if (other == base)
			return true;
	return false;
}

int crypto_register_shash(struct shash_alg *alg)
{
	struct crypto_alg *base = &alg->base, *other;
	int error = 0;

	if (alg->digestsize > HASH_MAX_DIGESTSIZE || alg->descsize > HASH_MAX_DESCSIZE || !alg->init || !alg->update ||
	    !alg->final || !base->cra_name[0])
		return -EINVAL;
	mutex_lock(&algorithms_lock);
	list_for_each_entry(other, &algorithms, cra_list)
		if (other == base || !strncmp(other->cra_driver_name, base->cra_driver_name, CRYPTO_MAX_ALG_NAME))
			error = -EEXIST;
	if (!error)
		list_add_tail(&base->cra_list, &algorithms);
	mutex_unlock(&algorithms_lock);
	if (!error)
		owned_acquire(&algorithm_kind, alg, base->cra_driver_name, alg->init, 0);
	return error;
}
EXPORT_SYMBOL_GPL(crypto_register_shash);

void crypto_unregister_shash(struct shash_alg *alg)
{
	bool found;

	mutex_lock(&algorithms_lock);
	found = is_registered(&alg->base);
	if (found)
		list_del(&alg->base.cra_list);
	mutex_unlock(&algorithms_lock);
	if (!WARN(!found, "Algorithm %.128s is not registered", alg->base.cra_driver_name))
		owned_release(&algorithm_kind, alg);
}
EXPORT_SYMBOL_GPL(crypto_unregister_shash);

int crypto_register_shashes(struct shash_alg *algs, int count)
{
	for (int i = 0; i < count; i++) {
		int error = crypto_register_shash(&algs[i]);

		if (error) {
			crypto_unregister_shashes(algs, i);
			return error;
		}
	}
	return 0;
}
EXPORT_SYMBOL_GPL(crypto_register_shashes);

void crypto_unregister_shashes(struct shash_alg *algs, int count)
{
	while (count--)
		crypto_unregister_shash(&algs[count]);
}
EXPORT_SYMBOL_GPL(crypto_unregister_shashes);

static int take_algorithm_away(void *alg)
{
	crypto_unregister_shash(alg);
	return 0;
}

/* Of several the one of the highest priority, with a reference on its module. */
static struct shash_alg *get(const char *name)
{
	struct crypto_alg *base, *best = NULL;

	mutex_lock(&algorithms_lock);
	list_for_each_entry(base, &algorithms, cra_list) {
		if (strncmp(base->cra_name, name, CRYPTO_MAX_ALG_NAME) &&
		    strncmp(base->cra_driver_name, name, CRYPTO_MAX_ALG_NAME))
			continue;
		if (!best || base->cra_priority > best->cra_priority)
			best = base;
	}
	if (best && !kapi_module_get(best->cra_module))
		best = NULL;
	mutex_unlock(&algorithms_lock);
	return best ? container_of(best, struct shash_alg, base) : NULL;
}

/* crypto_larval_lookup(), crypto/api.c. */
static struct shash_alg *look(const char *name)
{
	struct shash_alg *alg = get(name);
	char cause[64];

	if (alg || !*name)
		return alg;
	snprintf(cause, sizeof(cause), "use of the algorithm %s", name);
	kapi_request(cause, "crypto-%s", name);
	alg = get(name);
	if (alg)
		return alg;
	kapi_request(cause, "crypto-%s-all", name);
	return get(name);
}

struct crypto_shash *crypto_alloc_shash(const char *name, u32 type, u32 mask)
{
	struct crypto_shash *tfm = platform_alloc(sizeof(*tfm), 16, 1);

	if (!tfm)
		return ERR_PTR(-ENOMEM);
	tfm->alg = look(name);
	if (!tfm->alg) {
		platform_free(tfm);
		return ERR_PTR(-ENOENT);
	}
	tfm->descsize = tfm->alg->descsize;
	return tfm;
}
EXPORT_SYMBOL_GPL(crypto_alloc_shash);

void crypto_free_shash(struct crypto_shash *tfm)
{
	if (IS_ERR_OR_NULL(tfm))
		return;
	kapi_module_put(tfm->alg->base.cra_module);
	platform_free(tfm);
}
EXPORT_SYMBOL_GPL(crypto_free_shash);

struct use {
	struct crypto_shash *tfm;
	bool done;
	char text[2 * HASH_MAX_DIGESTSIZE + 2];
	struct shash_desc desc;
};

static int use_open(struct inode *inode, struct file *file)
{
	struct crypto_shash *tfm = crypto_alloc_shash(use_word(use_request(file), 1), 0, 0);
	struct use *use;
	int error;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	use = platform_alloc(sizeof(*use) + tfm->descsize, 16, 1);
	if (!use) {
		crypto_free_shash(tfm);
		return -ENOMEM;
	}
	use->tfm = use->desc.tfm = tfm;
	file->private_data = use;
	if (!tfm->alg->base.cra_module)
		file_serve(file, NULL, tfm->alg->update);
	error = crypto_shash_init(&use->desc);
	if (error) {
		crypto_free_shash(tfm);
		platform_free(use);
	}
	return error;
}

static ssize_t use_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	u8 part[256];
	int error;

	size = min(size, sizeof(part));
	if (use->done)
		return -EINVAL;
	if (copy_from_user(part, from, size))
		return -EFAULT;
	error = crypto_shash_update(&use->desc, part, size);
	return error ?: (ssize_t)size;
}

static ssize_t use_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	unsigned int length = crypto_shash_digestsize(use->tfm);
	u8 digest[HASH_MAX_DIGESTSIZE];
	int error;

	if (!use->done) {
		error = crypto_shash_final(&use->desc, digest);
		if (error)
			return error;
		snprintf(use->text, sizeof(use->text), "%*phN\n", length, digest);
		use->done = true;
	}
	return simple_read_from_buffer(to, size, position, use->text, strlen(use->text));
}

static int use_release(struct inode *inode, struct file *file)
{
	struct use *use = file->private_data;

	crypto_free_shash(use->tfm);
	platform_free(use);
	return 0;
}

const struct file_operations crypto_use = {
	.open = use_open,
	.read = use_read,
	.write = use_write,
	.release = use_release,
};
