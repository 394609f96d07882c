# A symbol of a namespace that the module does not import is refused.
# only: kernel
expect 0 modprobe usb-storage
expect 0 rmmod usb_storage
expect 0 insmod "$(file_of usb-storage)"
run insmod "$fixtures/no-import/ums-alauda.ko"
