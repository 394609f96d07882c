#ifndef _LINUX_BIO_H
#define _LINUX_BIO_H

#include <linux/blk_types.h>
#include <linux/highmem.h>

/* A piece of memory, within a page. */
struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
};

struct bvec_iter {
	sector_t bi_sector;	/* of 512 bytes */
	unsigned int bi_size;	/* bytes that are left */
	unsigned int bi_idx;
};

typedef unsigned int blk_opf_t;
typedef u8 blk_status_t;
enum { REQ_OP_READ, REQ_OP_WRITE, REQ_OP_FLUSH };
#define BLK_STS_OK ((blk_status_t)0)
#define BLK_STS_NOTSUPP ((blk_status_t)1)
#define BLK_STS_NOSPC ((blk_status_t)3)
#define BLK_STS_RESOURCE ((blk_status_t)9)
#define BLK_STS_IOERR ((blk_status_t)10)

/* One transfer between a disk and memory. */
struct bio {
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	blk_status_t bi_status;
	struct bvec_iter bi_iter;
	void (*bi_end_io)(struct bio *bio);
	void *bi_private;
	unsigned short bi_vcnt;
	struct bio_vec *bi_io_vec;
};

#define bio_op(bio) ((bio)->bi_opf & 0xff)
#define op_is_write(op) ((op) & 1)
#define bio_data_dir(bio) (op_is_write(bio_op(bio)) ? WRITE : READ)
#define READ 0
#define WRITE 1
#define bio_sectors(bio) ((bio)->bi_iter.bi_size >> SECTOR_SHIFT)
#define bio_end_sector(bio) ((bio)->bi_iter.bi_sector + bio_sectors(bio))

static inline bool __bio_next(const struct bio *bio, struct bvec_iter *iter)
{
	unsigned int length = bio->bi_io_vec[iter->bi_idx].bv_len;

	iter->bi_idx++;
	iter->bi_size -= length;
	iter->bi_sector += length >> SECTOR_SHIFT;
	return true;
}

/* segment: a struct bio_vec, one after the other; iter: a struct bvec_iter, where it stands. */
#define bio_for_each_segment(segment, bio, iter)			\
	for ((iter) = (bio)->bi_iter;					\
	     (iter).bi_size && ((segment) = (bio)->bi_io_vec[(iter).bi_idx], true); \
	     __bio_next(bio, &(iter)))

/** bio_endio - the transfer is done, as bi_status says. Context: any. */
void bio_endio(struct bio *bio);
static inline void bio_io_error(struct bio *bio)
{
	bio->bi_status = BLK_STS_IOERR;
	bio_endio(bio);
}

#define bvec_kmap_local(segment) (page_address((segment)->bv_page) + (segment)->bv_offset)

#endif
