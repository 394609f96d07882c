"""What the guest is made of: the base image (kernel, userland, kmod, modules) and the disk of one case."""

import fcntl
import hashlib
import io
import lzma
import os
import re
import shutil
import struct
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

from . import fixtures, guest

HERE = Path(__file__).resolve().parent.parent
SOURCE = HERE.parent.parent
TOOLS = ("insmod", "rmmod", "lsmod", "modprobe", "modinfo", "depmod")
DISK_MODULES = ("virtio_pci", "virtio_blk")


def unpack_vmlinux(vmlinuz: Path, target: Path) -> None:
    """Takes the ELF kernel out of a bzImage (boot protocol 2.08: payload_offset, payload_length).

    Booting it by PVH saves the guest from unpacking it under emulation: 3 of 5 seconds."""
    data = vmlinuz.read_bytes()
    offset, length = struct.unpack_from("<II", data, 0x248)
    start = (data[0x1F1] + 1) * 512 + offset
    payload = lzma.LZMADecompressor().decompress(data[start : start + length])
    replace(target, payload)


def replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.rename(path)


def libraries_of(*programs: Path) -> list[Path]:
    """The shared libraries that ldd names, the program interpreter among them."""
    text = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    return sorted({Path(path) for path in re.findall(r"(/[^ :]+) \(0x", text)})


def copy(source: Path, root: Path, name: str | None = None) -> None:
    target = root / (name or str(source)).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


class ModuleTree:
    """Debian's modules of one release, as unpacked by tools/fetch-debian-kernel."""

    def __init__(self, release: str, root: Path):
        self.release, self.root = release, root
        self.folder = root / "lib/modules" / release
        self.dependencies: dict[str, tuple[str, list[str]]] = {}

    def read_dependencies(self) -> None:
        text = subprocess.run(
            ["/sbin/depmod", "-n", "-b", str(self.root), self.release], capture_output=True, text=True, check=True
        ).stdout
        for path, needed in re.findall(r"^(kernel/\S+\.ko):(.*)$", text, re.M):
            self.dependencies[name_of(path)] = (path, needed.split())

    def closure(self, names: list[str]) -> list[str]:
        """Paths of the modules and all that they need, what is needed first."""
        paths: dict[str, None] = {}
        for name in names:
            path, needed = self.dependencies[name_of(name)]
            paths.update(dict.fromkeys([*reversed(needed), path]))
        return list(paths)


def name_of(path: str) -> str:
    return Path(path).name.removesuffix(".ko").replace("-", "_")


def wanted_modules() -> list[str]:
    lines = (HERE / "modules").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def build_root(tree: ModuleTree, root: Path) -> None:
    for folder in "proc sys dev tmp root run etc/modprobe.d etc/depmod.d sbin usr".split():
        (root / folder).mkdir(parents=True)
    copy(HERE / "guest/init", root, "init")
    (root / "init").chmod(0o755)
    (root / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")

    # busybox's own module tools stay out of /bin, and its shell, which prefers its applets to PATH, too.
    copy(Path("/bin/busybox"), root)
    applets = subprocess.run(["/bin/busybox", "--list"], capture_output=True, text=True, check=True).stdout.split()
    for applet in set(applets) - {*TOOLS, "sh", "ash", "busybox"}:
        (root / "bin" / applet).symlink_to("busybox")
    copy(Path("/bin/dash"), root, "bin/sh")
    copy(Path("/bin/kmod"), root, "kmod/bin/kmod")
    for tool in TOOLS:
        (root / "kmod/bin" / tool).symlink_to("kmod")
    for library in libraries_of(Path("/bin/dash"), Path("/bin/kmod")):
        copy(library, root)

    tree.read_dependencies()
    disk = tree.closure(list(DISK_MODULES))
    for path in {*disk, *tree.closure(wanted_modules())}:
        copy(tree.folder / path, root, f"lib/modules/{tree.release}/{path}")
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        copy(tree.folder / name, root, f"lib/modules/{tree.release}/{name}")
    (root / "etc/disk-modules").write_text("".join(f"/lib/modules/{tree.release}/{path}\n" for path in disk))
    subprocess.run(["/sbin/depmod", "-b", str(root), tree.release], check=True)


def key_of(tree: ModuleTree) -> str:
    """Changes with whatever the saved state is made from."""
    digest = hashlib.sha256()
    for path in (HERE / "modules", HERE / "guest/init", HERE / "harness/image.py", HERE / "harness/guest.py"):
        digest.update(path.read_bytes())
    programs = [Path("/bin/busybox"), Path("/bin/dash"), Path("/bin/kmod"), Path(shutil.which("qemu-system-x86_64"))]
    for path in [tree.root / "boot" / f"vmlinuz-{tree.release}", tree.folder / "modules.order", *programs]:
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def base_state(tree: ModuleTree, cache: Path, say) -> guest.Base:
    """The saved state, from the cache or made now."""
    cache.mkdir(parents=True, exist_ok=True)
    base = guest.Base(cache / key_of(tree), cache / f"vmlinux-{tree.release}")
    with open(cache / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if base.complete:
            os.utime(base.folder)
            return base
        began = time.monotonic()
        say("booting Debian's kernel once, to a saved state")
        forget_old_states(cache)
        shutil.rmtree(base.folder, ignore_errors=True)
        base.folder.mkdir()
        if not base.vmlinux.exists():
            unpack_vmlinux(tree.root / "boot" / f"vmlinuz-{tree.release}", base.vmlinux)
        with tempfile.TemporaryDirectory() as scratch:
            root = base.folder / "root"
            build_root(tree, root)
            with open(base.folder / "initrd", "wb") as initrd:
                names = subprocess.run(["find", "."], cwd=root, capture_output=True, check=True).stdout
                subprocess.run(
                    ["/bin/busybox", "cpio", "-o", "-H", "newc", "-R", "0:0"],
                    cwd=root, input=names, stdout=initrd, check=True,
                )  # fmt: skip
            guest.save(base, Path(scratch))
        say(f"saved in {time.monotonic() - began:.1f} s")
    return base


def forget_old_states(cache: Path) -> None:
    for folder in cache.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > 86400:
            shutil.rmtree(folder, ignore_errors=True)


# What our program opens only when it meets a compressed or a signed module (src/module/library.cc), beside what ldd says.
OPENED_LATE = ("libzstd.so.1", "liblzma.so.5", "libdeflate.so.0", "libcrypto.so.3")


def our_tools(build: Path) -> dict[str, Path]:
    """Where each file of our tools goes in the guest."""
    program = (build / "bin/kmodern").resolve()
    if not program.exists():
        raise SystemExit(f"tests/linux/run: {program} is missing: cmake --preset release && ninja -C {build} kmodern")
    files = {"ours/bin/kmodern": program}
    for library in libraries_of(program):
        files[str(library).lstrip("/")] = library
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    for name in OPENED_LATE:
        if found := re.search(rf"^\s*{re.escape(name)} .*x86-64.* => (\S+)$", known, re.M):
            files[found[1].lstrip("/")] = Path(found[1])
    return files


def modcall() -> bytes:
    """The module system calls as a program, statically linked: no tool hands on arguments as bad as these."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "modcall"
        subprocess.run(["gcc", "-static", "-O1", "-Wall", "-o", program, HERE / "guest/modcall.c"], check=True)
        return program.read_bytes()


class Disk:
    """The tar archive that a guest finds on its disk. First in it is go.SIZE: what the guest waits for, and the MiB to read."""

    def __init__(self, tree: ModuleTree, files: dict[str, Path], our_tools: bool):
        self.tree = tree
        common = io.BytesIO()
        with tarfile.open(fileobj=common, mode="w", format=tarfile.GNU_FORMAT, dereference=True) as archive:
            add(archive, "case/library", (HERE / "guest/library").read_bytes())
            add(archive, "case/driver", (HERE / "guest/driver").read_bytes(), 0o755)
            add(archive, "case/run", (HERE / "guest/run").read_bytes(), 0o755)
            add(archive, "case/bin/modcall", modcall(), 0o755)
            for name, data in fixtures.make(tree.folder).items():
                add(archive, f"fixtures/{name}", data)
            for name, path in files.items():
                archive.add(path, name)
            if our_tools:
                for tool in TOOLS:
                    link = tarfile.TarInfo(f"ours/bin/{tool}")
                    link.type, link.linkname = tarfile.SYMTYPE, "kmodern"
                    archive.addfile(link)
            end = archive.offset
        self.common = common.getvalue()[:end]

    def write(self, path: Path, script: Path, tools: str, time_limit: int, output: str = "/dev/ttyS1") -> None:
        own = io.BytesIO()
        with tarfile.open(fileobj=own, mode="w", format=tarfile.GNU_FORMAT) as archive:
            add(archive, "case/script", script.read_bytes())
            environment = f"TOOLS={tools} RELEASE={self.tree.release} TIME_LIMIT={time_limit} OUTPUT={output}\n"
            add(archive, "case/environment", environment.encode())
        rest = self.common + own.getvalue()
        first = tarfile.TarInfo(f"go.{(len(rest) + tarfile.BLOCKSIZE >> 20) + 1}").tobuf(tarfile.GNU_FORMAT)
        path.write_bytes(first + rest)


def add(archive: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))
