# init_module(2)'s refusals.
# only: kernel
call() { expect 0 modcall init "$@"; }
module=$(file_of crc7)
call 0
call 63
call 64
call bad
call "$fixtures/cut/crc7.ko"
call "$fixtures/packed/crc7.ko.xz"
call "$module" bad
call "$module"
call "$module"
