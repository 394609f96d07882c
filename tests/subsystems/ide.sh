#!/usr/bin/env bash
# Opening an ATA drive that nobody drives yet brings ide.ko, and that asks for the driver of the drive's class by its
# historical name: ide-disk, ide-cd, ide-floppy, ide-tape, ide-scsi. Each does what drives of its class are for.
set -eu
. "$(dirname "$0")/lib.bash"
build_modules ide ide-disk ide-cd ide-floppy ide-tape ide-scsi
# A volume descriptor as of ISO 9660 (ECMA-119, 8.4) in sector 16 of 20.
head -c 40960 /dev/zero >"$work/image"
printf '\1CD001\1' | dd of="$work/image" bs=1 seek=32768 conv=notrunc status=none
printf %-32s HISTORY | dd of="$work/image" bs=1 seek=32808 conv=notrunc status=none
start_asking_kernel "options ide drives=disk,cd:$work/image,floppy,tape,scsi,cd"
use() { "$bin/kmodern" use "$@"; }
ioctl() { "$bin/kmodern" open -r --ioctl="$1" "/dev/$2"; }
run() { "$bin/kmodern" run -k "$KMODERN_KERNEL" -- bash -euc "$1"; }
refused() { # refused ERRNO COMMAND...
  "${@:2}" >"$work/out" 2>"$work/error" && fail "${*:2} is not refused"
  has "$(<"$work/error")" "$1"
}

# A disk keeps what is written to it. Its node is there before its module is, by modules.devname.
head -c 70000 /dev/urandom >"$work/data"
is "$(run 'stat -c "%F %t %T" /dev/hda')" 'block special file 3 0'
loaded ''
run "dd if='$work/data' of=/dev/hda bs=7000 conv=notrunc status=none"
loaded 'ide ide_disk'
cmp -n 70000 "$work/data" <(use block hda read) || fail 'the disk forgot'
is "$(use block hda size)" 1048576
"$bin/rmmod" ide 2>"$work/error" && fail 'ide goes while ide-disk needs it'

# A disc is read in sectors of 2048 bytes, and not written; its one track ends at sector 20. The other drive is empty.
use block hdb read >"$work/read"
cmp "$work/image" "$work/read"
is "$(tail -c +32809 "$work/read" | head -c 7)" HISTORY
loaded 'ide ide_cd ide_disk'
is "$(printf '\0\0\0\0' | ioctl 0x1268 hdb | od -An -td4 | xargs)" 2048
is "$(printf '\0\0' | ioctl 0x5305 hdb | od -An -tu1 | xargs)" '1 1'
is "$(printf '\252\0\1\0\0\0\0\0\0\0\0\0' | ioctl 0x5306 hdb | od -An -td4 -j4 -N4 | xargs)" 20
refused EROFS use block hdb write <"$work/data"
refused ENOMEDIUM use block hdf size

# A floppy disk has a geometry, and formatting it fills its sectors.
is "$(head -c 16 /dev/zero | ioctl 0x0301 hdc | od -An -tu1 -N4 | xargs)" '2 18 80 0'
loaded 'ide ide_cd ide_disk ide_floppy'
use block hdc write <"$work/data"
"$bin/kmodern" open -r --ioctl=0x4602,0 /dev/hdc >/dev/null
is "$(use block hdc read | tr -d '\366' | wc -c)" 0
is "$(use block hdc size)" 1474560

# A tape: records, filemarks, rewinding when it is closed or not, for programs as they are.
refused ENOMEDIUM use block hdd size
loaded 'ide ide_cd ide_disk ide_floppy ide_tape'
mt() { printf "\\$1\\0\\0\\0\\1\\0\\0\\0" | "$bin/kmodern" open --ioctl=0x40086d01 /dev/nht0 >/dev/null; }
run "cd '$work'; echo first >/dev/nht0; tar -cf /dev/nht0 data"
mt 6 # rewind
is "$(run 'cat /dev/nht0')" first
run "mkdir '$work/there'; cd '$work/there'; tar -xf /dev/nht0"
cmp "$work/data" "$work/there/data"
mt 6
mt 1 # forward, over a filemark
run "tar -tf /dev/ht0 >'$work/out'"
is "$(<"$work/out")" data
is "$(run 'head -c 3 /dev/nht0')" fir # ht0 has rewound it
all_away ide_tape

# A drive of no known kind takes commands as they are: INQUIRY, READ CAPACITY, one that it does not know.
scsi() { # scsi REPLY COMMAND: the reply's bytes, behind the header of 36
  printf "\\0\\0\\0\\0\\$(printf %o "$1")\\0\\0\\0" >"$work/request"
  head -c 28 /dev/zero >>"$work/request"
  printf "$2" >>"$work/request"
  run "exec 3<>/dev/sg0; cat '$work/request' >&3; cat <&3" >"$work/reply"
  tail -c +37 "$work/reply"
}
is "$(scsi 72 '\22\0\0\0\44\0' | tail -c +9 | head -c 20)" 'KMODERN ATAPI DEVICE'
loaded 'ide ide_cd ide_disk ide_floppy ide_scsi'
is "$(scsi 44 '\45\0\0\0\0\0\0\0\0\0' | od -An -tx1 | xargs)" '00 00 07 ff 00 00 02 00'
is "$(scsi 44 '\377\0\0\0\0\0\0\0\0\0')" ''
is "$(od -An -tu1 -j12 -N1 "$work/reply" | xargs) $(od -An -tx1 -j22 -N1 "$work/reply" | xargs)" '5 05' # EIO, ILLEGAL REQUEST

all_away ide_scsi ide_floppy ide_cd ide_disk ide
