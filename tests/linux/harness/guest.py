"""QEMU: boots the base image once to a saved state, and runs a disk from that state.

The guest's memory is a file. While the state is saved the file is shared, so that the migration stream holds only
the devices (x-ignore-shared); afterwards each guest maps it privately, and starts as fast as a file is mapped.
"""

import json
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

MEMORY = "384M"
DISK_SIZE = 64 << 20  # bytes; the guest has read the disk's size before the state is saved


class GuestError(Exception):
    pass


@dataclass
class Base:
    """A saved state: everything in `folder` but the vmlinux, which kernels' states share."""

    folder: Path
    vmlinux: Path

    @property
    def complete(self) -> bool:
        return (self.folder / "complete").exists()


class Monitor:
    """QEMU's machine protocol (QMP): one JSON object per line, events between the answers."""

    def __init__(self, path: Path, process: subprocess.Popen):
        deadline = time.monotonic() + 20
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise GuestError(f"qemu did not start: {process.stderr.read().decode()}") from None
                time.sleep(0.005)
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self("qmp_capabilities")

    def __call__(self, command: str, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        for line in self.lines:
            answer = json.loads(line)
            if "error" in answer:
                raise GuestError(f"qemu: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise GuestError(f"qemu ended at {command}")


def start(base: Base, disk: Path, scratch: Path, saving: bool) -> tuple[subprocess.Popen, Monitor]:
    # TCG on purpose: it works where there is no /dev/kvm, and a saved state is then valid on every host.
    command = [
        "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", MEMORY,
        "-object", f"memory-backend-file,id=ram,size={MEMORY},mem-path={base.folder}/memory,share={'on' if saving else 'off'}",
        "-machine", "pc,memory-backend=ram", "-nodefaults", "-display", "none", "-no-reboot",
        "-kernel", str(base.vmlinux), "-initrd", str(base.folder / "initrd"),
        # mitigations: page table isolation would flush the emulated TLB at every system call. no_timer_check: on a
        # busy host the boot time test of the timer interrupt fails.
        "-append", "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check",
        "-drive", f"if=none,id=case,format=raw,readonly=on,file={disk}", "-device", "virtio-blk-pci,drive=case",
        "-serial", f"file:{scratch}/console", "-serial", "stdio",
        "-qmp", f"unix:{scratch}/monitor,server=on,wait=off",
    ]  # fmt: skip
    if not saving:
        command += ["-incoming", "defer"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=scratch
    )
    try:
        monitor = Monitor(scratch / "monitor", process)
        monitor("migrate-set-capabilities", capabilities=[{"capability": "x-ignore-shared", "state": True}])
    except BaseException:
        process.kill()
        raise
    return process, monitor


def save(base: Base, scratch: Path) -> None:
    """Boots until the guest says READY and writes its state beside the image."""
    disk = scratch / "disk"
    with open(disk, "wb") as file:
        file.truncate(DISK_SIZE)
    process, monitor = start(base, disk, scratch, saving=True)
    try:
        os.set_blocking(process.stdout.fileno(), False)
        seen, deadline = b"", time.monotonic() + 120
        while b"READY" not in seen:
            if process.poll() is not None or time.monotonic() > deadline:
                raise GuestError(f"the guest did not come up:\n{(scratch / 'console').read_text(errors='replace')[-3000:]}")
            seen += process.stdout.read() or b""
            time.sleep(0.02)
        time.sleep(0.3)  # let what boot has started come to rest
        # The migration stops the guest when it ends; stopped before, it would stay stopped after every start.
        monitor("migrate", uri=f"exec:cat > {base.folder}/devices")
        while (status := monitor("query-migrate")["status"]) != "completed":
            if status in ("failed", "cancelled"):
                raise GuestError("qemu could not save the guest's state")
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    (base.folder / "complete").touch()


def run(base: Base, disk: Path, scratch: Path, time_limit: int) -> bytes:
    """Starts the saved state with `disk`; returns what the guest wrote to its second serial port."""
    with open(disk, "r+b") as file:
        file.truncate(DISK_SIZE)
    process, monitor = start(base, disk, scratch, saving=False)
    try:
        monitor("migrate-incoming", uri=f"exec:cat {base.folder}/devices")
        output, errors = process.communicate(timeout=time_limit)
    except subprocess.TimeoutExpired:
        raise GuestError(
            f"no result within {time_limit} s; console:\n{(scratch / 'console').read_text(errors='replace')[-2000:]}"
        ) from None
    finally:
        process.kill()
        process.wait()
    if not output:
        console = (scratch / "console").read_text(errors="replace")[-2000:]
        raise GuestError(f"the guest ended without a result; {errors.decode()}\nconsole:\n{console}")
    return output
