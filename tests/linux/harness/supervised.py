"""The same case without a guest: its files unpacked to a folder, the script run there under `kmodern run`.

The folder becomes the root of namespaces of its own (mounts, processes), so that paths are those of the guest."""

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from . import image
from .guest import Base, GuestError


def files(tree: image.ModuleTree, build: Path) -> dict[str, Path]:
    """Where kmodern and the kernel that it starts go in the folder, and that kernel's exports, built-in modules and keys."""
    found = {}
    for name in ("bin/kmodern", "libexec/kmodern/ukernel"):
        program = (build / name).resolve()
        if not program.exists():
            raise SystemExit(f"tests/linux/run: {program} is missing: cmake --preset release && ninja -C {build} kmodern")
        found[f"supervised/{name}"] = program
        found |= {str(library).lstrip("/"): library for library in image.libraries_of(program)}
    headers = f"usr/src/linux-headers-{tree.release}/Module.symvers"
    installed = [headers, f"boot/vmlinuz-{tree.release}", f"lib/modules/{tree.release}/modules.builtin.modinfo"]
    found |= {path: tree.root / path for path in installed}
    return found | {"case/bin/dmesg": image.HERE / "guest/dmesg"}


def run(base: Base, disk: image.Disk, script: Path, scratch: Path, time_limit: int) -> bytes:
    """What the driver wrote to its output, as guest.run gives it."""
    root = scratch / "root"
    shutil.copytree(base.folder / "root", root, symlinks=True)
    disk.write(scratch / "disk", script, "kmod", time_limit, output="/output")
    with tarfile.open(scratch / "disk") as archive:
        archive.extractall(root, filter="fully_trusted")
    inside = f"mount -t proc proc {root}/proc && mount --rbind /sys {root}/sys && mount --rbind /dev {root}/dev"
    command = ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--mount", "--pid", "--fork", "--kill-child"]
    done = subprocess.run(
        [*command, "/bin/sh", "-c", f"{inside} && exec chroot {root} /bin/sh /case/run"],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=time_limit, env={}, check=False,
    )  # fmt: skip
    output = root / "output"
    if not output.exists():
        raise GuestError(f"no result; status {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")
    return output.read_bytes()
