# finit_module(2)'s refusals, in the order in which they are checked.
# only: kernel
call() { expect 0 modcall finit "$@"; }
module=$(file_of crc7)
call "$module" '' 8
call bad '' 8
call bad
call "write:$module"
call /dev/null
call "$fixtures"
call "$fixtures/empty/crc7.ko"
call "$fixtures/text/crc7.ko"
call "$fixtures/cut/crc7.ko"
call "$module" bad
call "$module" '' 4
call "$module"
call "$module"
call "$module" bad
