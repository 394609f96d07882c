/* With crypto/hash.h and crypto/internal/hash.h of Linux: digests that are made at once ("shash"). */
#ifndef _LINUX_CRYPTO_H
#define _LINUX_CRYPTO_H

#include <linux/err.h>
#include <linux/list.h>
#include <linux/types.h>

struct module;

#define CRYPTO_MAX_ALG_NAME 128

/* What all algorithms have. */
struct crypto_alg {
	struct list_head cra_list;		/* of all; the kernel's own */
	u32 cra_flags;
	unsigned int cra_blocksize;
	unsigned int cra_ctxsize;
	unsigned int cra_alignmask;
	int cra_priority;			/* of several for one name the highest is taken */
	char cra_name[CRYPTO_MAX_ALG_NAME];	/* "crc32c" */
	char cra_driver_name[CRYPTO_MAX_ALG_NAME];	/* "crc32c-generic" */
	struct module *cra_module;		/* kept while it is in use; always set it to THIS_MODULE */
};

struct crypto_shash;

/* A digest that is being made; what the algorithm keeps of it is behind it. */
struct shash_desc {
	struct crypto_shash *tfm;
	void *__ctx[] __attribute__((aligned(8)));
};

#define HASH_MAX_DIGESTSIZE 64
#define HASH_MAX_DESCSIZE 1024

/* init, update and final (or finup, digest) are called in any thread, and give 0 or -errno. */
struct shash_alg {
	int (*init)(struct shash_desc *desc);
	int (*update)(struct shash_desc *desc, const u8 *data, unsigned int size);
	int (*final)(struct shash_desc *desc, u8 *digest);
	int (*setkey)(struct crypto_shash *tfm, const u8 *key, unsigned int size);
	unsigned int descsize;		/* bytes of a digest being made, at most HASH_MAX_DESCSIZE */
	unsigned int digestsize;	/* bytes, at most HASH_MAX_DIGESTSIZE */
	struct crypto_alg base;
};

/* An algorithm in use. */
struct crypto_shash {
	struct shash_alg *alg;
	unsigned int descsize;
};

/**
 * crypto_register_shash - 0; -EINVAL (sizes), -EEXIST (one of that driver name is there)
 *
 * Context: may sleep. Source: crypto/shash.c, crypto/algapi.c.
 */
int crypto_register_shash(struct shash_alg *alg);
void crypto_unregister_shash(struct shash_alg *alg);
int crypto_register_shashes(struct shash_alg *algs, int count);
void crypto_unregister_shashes(struct shash_alg *algs, int count);

/**
 * crypto_alloc_shash - the algorithm of that name, or driver name; ERR_PTR(-ENOENT)
 *
 * One that is not there is asked for as crypto-NAME, then crypto-NAME-all. Context: may sleep.
 */
struct crypto_shash *crypto_alloc_shash(const char *name, u32 type, u32 mask);
void crypto_free_shash(struct crypto_shash *tfm);

static inline void *shash_desc_ctx(struct shash_desc *desc)
{
	return desc->__ctx;
}
static inline unsigned int crypto_shash_digestsize(struct crypto_shash *tfm)
{
	return tfm->alg->digestsize;
}
static inline unsigned int crypto_shash_descsize(struct crypto_shash *tfm)
{
	return tfm->descsize;
}
static inline int crypto_shash_init(struct shash_desc *desc)
{
	return desc->tfm->alg->init(desc);
}
static inline int crypto_shash_update(struct shash_desc *desc, const u8 *data, unsigned int size)
{
	return desc->tfm->alg->update(desc, data, size);
}
static inline int crypto_shash_final(struct shash_desc *desc, u8 *digest)
{
	return desc->tfm->alg->final(desc, digest);
}
static inline int crypto_shash_digest(struct shash_desc *desc, const u8 *data, unsigned int size, u8 *digest)
{
	return crypto_shash_init(desc) ?: crypto_shash_update(desc, data, size) ?: crypto_shash_final(desc, digest);
}

#define MODULE_ALIAS_CRYPTO(name) MODULE_ALIAS(name); MODULE_ALIAS("crypto-" name)

#endif
