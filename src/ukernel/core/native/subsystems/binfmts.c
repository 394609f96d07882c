// Formats of programs: sdk/include/linux/binfmts.h. And their use: "exec" FILE; what is read is the interpreter that the
// format chose for the file, and its name.
#include <linux/binfmts.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include "subsystems.h"
#include "ukernel/core/native/api/api.h"
#include "ukernel/core/native/api/fs/tree.h"
#include "ukernel/core/native/api/kernel/request.h"

static int take_format_away(void *format);

static const struct owned_kind format_kind = {
	.one = "binary format", .many = "binary formats", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_format_away,
};

static DEFINE_MUTEX(formats_lock);
static LIST_HEAD(formats);

static bool is_registered(const struct linux_binfmt *format)
{
	const struct linux_binfmt *other;

	list_for_each_entry(other, &formats, lh)
		if (other == format)
			return true;
	return false;
}

void __register_binfmt(struct linux_binfmt *format, int insert)
{
	const void *code = format->load_binary;
	bool there;

	mutex_lock(&formats_lock);
	there = is_registered(format);
	if (!there && code)
		list_add(&format->lh, insert ? &formats : formats.prev);
	mutex_unlock(&formats_lock);
	if (WARN_ON(there || !code))
		return;
	owned_acquire(&format_kind, format, NULL, code, 0);
}
EXPORT_SYMBOL(__register_binfmt);

void unregister_binfmt(struct linux_binfmt *format)
{
	bool there;

	mutex_lock(&formats_lock);
	there = is_registered(format);
	if (there)
		list_del(&format->lh);
	mutex_unlock(&formats_lock);
	if (!WARN_ON(!there))
		owned_release(&format_kind, format);
}
EXPORT_SYMBOL(unregister_binfmt);

static int take_format_away(void *format)
{
	unregister_binfmt(format);
	return 0;
}

int bprm_change_interp(const char *interpreter, struct linux_binprm *program)
{
	char *copy = kapi_text(interpreter);

	if (!copy)
		return -ENOMEM;
	if (program->interp != program->filename)
		platform_free(program->interp);
	program->interp = copy;
	return 0;
}
EXPORT_SYMBOL(bprm_change_interp);

/* The format number `index`, with a reference on its module; NULL: there are no more. */
static struct linux_binfmt *get(int index)
{
	struct linux_binfmt *format;

	mutex_lock(&formats_lock);
	list_for_each_entry(format, &formats, lh)
		if (kapi_module_get(format->module)) {
			if (!index--) {
				mutex_unlock(&formats_lock);
				return format;
			}
			kapi_module_put(format->module);
		}
	mutex_unlock(&formats_lock);
	return NULL;
}

static int try_all(struct linux_binprm *program)
{
	struct linux_binfmt *format;
	int error = -ENOEXEC;

	for (int index = 0; error == -ENOEXEC && (format = get(index)); index++) {
		error = format->load_binary(program);
		kapi_module_put(format->module);
	}
	return error;
}

static bool printable(char letter)
{
	return letter == '\t' || letter == '\n' || (letter >= 0x20 && letter <= 0x7e);
}

/* search_binary_handler(), fs/exec.c: no module is asked for to execute what looks like text. */
static int load(struct linux_binprm *program)
{
	const unsigned char *buf = (unsigned char *)program->buf;
	int error = try_all(program);
	char cause[64];

	if (error != -ENOEXEC)
		return error;
	if (printable(buf[0]) && printable(buf[1]) && printable(buf[2]) && printable(buf[3]))
		return error;
	snprintf(cause, sizeof(cause), "execution of %s", program->filename);
	if (kapi_request(cause, "binfmt-%04x", buf[2] | buf[3] << 8) < 0)
		return error;
	return try_all(program);
}

static int use_open(struct inode *inode, struct file *file)
{
	const struct use_request *request = use_request(file);
	struct linux_binprm program = { .filename = use_word(request, 1), .interp = use_word(request, 1) };
	struct growing_text *answer;
	long error;

	error = platform_file_read(request->image, program.buf, sizeof(program.buf), 0);
	if (error >= 0)
		error = load(&program);
	answer = error ? NULL : platform_alloc(sizeof(*answer), 16, 1);
	if (answer) {
		text_print(answer, "%s %s\n", program.interp, program.filename);
		file->private_data = answer;
	}
	if (program.interp != program.filename)
		platform_free(program.interp);
	return error ?: answer ? 0 : -ENOMEM;
}

static ssize_t use_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	const struct growing_text *answer = file->private_data;

	return simple_read_from_buffer(to, size, position, answer->text, answer->length);
}

static int use_release(struct inode *inode, struct file *file)
{
	struct growing_text *answer = file->private_data;

	if (answer->text)
		platform_free(answer->text);
	platform_free(answer);
	return 0;
}

const struct file_operations binfmt_use = {
	.open = use_open,
	.read = use_read,
	.release = use_release,
};
