// SPDX-License-Identifier: MIT
/* The check sum CRC-32C (Castagnoli; RFC 3720, appendix B.4) as a crypto algorithm, by a table. */
#include <crypto/internal/hash.h>
#include <linux/module.h>

#define POLYNOMIAL 0x82f63b78u	/* reflected */

static u32 table[256];

static int crc32c_begin(struct shash_desc *desc)
{
	*(u32 *)shash_desc_ctx(desc) = ~0u;
	return 0;
}

static int crc32c_update(struct shash_desc *desc, const u8 *data, unsigned int size)
{
	u32 *crc = shash_desc_ctx(desc);

	while (size--)
		*crc = table[(*crc ^ *data++) & 0xff] ^ *crc >> 8;
	return 0;
}

static int crc32c_final(struct shash_desc *desc, u8 *digest)
{
	u32 crc = ~*(u32 *)shash_desc_ctx(desc);

	memcpy(digest, &crc, sizeof(crc));	/* little endian, as the kernel's own */
	return 0;
}

static struct shash_alg algorithm = {
	.digestsize = sizeof(u32),
	.descsize = sizeof(u32),
	.init = crc32c_begin,
	.update = crc32c_update,
	.final = crc32c_final,
	.base = {
		.cra_name = "crc32c",
		.cra_driver_name = "crc32c-table",
		.cra_priority = 100,
		.cra_blocksize = 1,
		.cra_module = THIS_MODULE,
	},
};

static int __init crc32c_init(void)
{
	for (u32 byte = 0; byte < 256; byte++) {
		u32 crc = byte;

		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
		table[byte] = crc;
	}
	return crypto_register_shash(&algorithm);
}

static void __exit crc32c_exit(void)
{
	crypto_unregister_shash(&algorithm);
}

module_init(crc32c_init);
module_exit(crc32c_exit);

MODULE_ALIAS_CRYPTO("crc32c");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("The check sum CRC-32C");
