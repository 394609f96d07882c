"""Modules that Debian does not ship: real ones, changed in one place."""

import gzip
import lzma
import struct
import subprocess
from pathlib import Path

MAGIC = b"~Module signature appended~\n"


def unsigned(image: bytes) -> bytes:
    """Without the appended signature: the length of its PKCS#7 part stands big-endian before the magic."""
    assert image.endswith(MAGIC)
    (length,) = struct.unpack_from(">I", image, len(image) - len(MAGIC) - 4)
    return image[: len(image) - len(MAGIC) - 12 - length]


def changed(image: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new) and old in image
    return image.replace(old, new)


def patched(image: bytes, offset: int, new: bytes) -> bytes:
    return image[:offset] + new + image[offset + len(new) :]


def crc_of(image: bytes, symbol: bytes) -> int:
    """Offset of the symbol's record in __versions: u64 CRC, then the name."""
    return image.index(symbol + b"\0" * (56 - len(symbol))) - 8


def section(image: bytes, index: int, field: str) -> int:
    """Offset of a field of a section header: elf(5), Elf64_Shdr."""
    (table,) = struct.unpack_from("<Q", image, 40)
    return table + 64 * index + {"name": 0, "type": 4, "offset": 24, "size": 32, "link": 40}[field]


def index_of(image: bytes, kind: int) -> int:
    """The first section of a type."""
    (count,) = struct.unpack_from("<H", image, 60)
    return next(i for i in range(count) if struct.unpack_from("<I", image, section(image, i, "type"))[0] == kind)


def damaged(plain: bytes, signed: bytes) -> dict[str, bytes]:
    """crc7 with one field of its headers, its sections or its signature's trailer changed."""
    huge = struct.pack("<Q", 1 << 40)
    symbols = index_of(plain, 2)
    (names,) = struct.unpack_from("<H", plain, 62)
    names_at, names_size = struct.unpack_from("<QQ", plain, section(plain, names, "offset"))
    trailer = len(signed) - len(MAGIC) - 12
    return {
        "elf-magic": patched(plain, 0, b"\x7eELF"),
        "elf-type": patched(plain, 16, b"\2\0"),
        "elf-machine": patched(plain, 18, b"\3\0"),
        "elf-section-size": patched(plain, 58, b"\x20\0"),
        "elf-section-offset": patched(plain, 40, huge),
        "elf-names-index": patched(plain, 62, b"\xff\0"),
        "elf-osabi": patched(plain, 7, b"\3"),
        "section-first-section": patched(plain, section(plain, 0, "type"), b"\1\0\0\0"),
        "section-names-end": patched(plain, names_at + names_size - 1, b"x"),
        "section-section-offset": patched(plain, section(plain, 3, "offset"), huge),
        "section-section-link": patched(plain, section(plain, symbols, "link"), b"\xc8\0\0\0"),
        "section-section-name": patched(plain, section(plain, 3, "name"), b"\xff\xff\0\0"),
        "section-stripped": patched(plain, section(plain, symbols, "type"), b"\1\0\0\0"),
        "section-no-modinfo": changed(plain, b"\0.modinfo\0", b"\0.xodinfo\0"),
        "sig-length": patched(signed, trailer + 8, struct.pack(">I", len(signed))),
        "sig-type": patched(signed, trailer + 2, b"\1"),
        "sig-params": patched(signed, trailer, b"\1"),
    }


def marked(plain: bytes) -> dict[str, bytes]:
    """crc7 that says something else of itself in .modinfo or in __versions."""
    text = b"description=CRC7 calculations\0"
    return {
        "no-vermagic": changed(plain, b"\0vermagic=", b"\0xermagic="),
        "no-versions": changed(plain, b"\0__versions\0", b"\0__xersions\0"),
        "other-layout": patched(plain, crc_of(plain, b"module_layout"), b"\1\2\3\4"),
        "out-of-tree": changed(plain, b"\0intree=", b"\0xntree="),
        "staging": changed(plain, text, b"staging=Y".ljust(len(text), b"\0")),
        "test-module": changed(plain, text, b"test=Y".ljust(len(text), b"\0")),
        "no-retpoline": changed(plain, b"\0retpoline=", b"\0xetpoline="),
        "name-of-built-in": changed(changed(plain, b"\0name=crc7\0", b"\0name=ipv6\0"), b"\0crc7\0\0", b"\0ipv6\0\0"),
    }


def make(tree: Path) -> dict[str, bytes]:
    crc7 = (tree / "kernel/lib/crc7.ko").read_bytes()
    crc8 = (tree / "kernel/lib/crc8.ko").read_bytes()
    ts_bm = (tree / "kernel/lib/ts_bm.ko").read_bytes()
    plain7, plain8 = unsigned(crc7), unsigned(crc8)
    alauda = (tree / "kernel/drivers/usb/storage/ums-alauda.ko").read_bytes()
    return {
        **{f"{name}/crc7.ko": image for name, image in (damaged(plain7, crc7) | marked(plain7)).items()},
        "version-of-nothing/crc8.ko": patched(plain8, crc_of(plain8, b"__x86_return_thunk") + 8, b"xx"),
        "no-import/ums-alauda.ko": changed(alauda, b"\0import_ns=", b"\0xmport_ns="),
        "unsigned/crc7.ko": plain7,
        "other-release/crc7.ko": changed(plain7, b"6.1.0-56-amd64 SMP", b"6.1.0-11-amd64 SMP"),
        "other-vermagic/crc7.ko": changed(plain7, b"6.1.0-56-amd64 SMP", b"6.1.0-56-amd64 UMP"),
        "other-crc/crc8.ko": patched(plain8, crc_of(plain8, b"__x86_return_thunk"), b"\1\2\3\4"),
        "other-licence/ts_bm.ko": changed(unsigned(ts_bm), b"license=GPL\0", b"license=XPL\0"),
        "flipped/crc7.ko": patched(crc7, 0xA0, bytes([crc7[0xA0] ^ 1])),
        "other-machine/crc7.ko": patched(plain7, 18, b"\3\0"),
        "cut/crc7.ko": crc7[:2000],
        "text/crc7.ko": b"x" * 300,
        "short/crc7.ko": b"\x7fELF",
        "empty/crc7.ko": b"",
        "packed/crc7.ko.xz": lzma.compress(crc7, check=lzma.CHECK_CRC32),
        "packed/crc7.ko.gz": gzip.compress(crc7, mtime=0),
        "packed/crc7.ko.zst": subprocess.run(["zstd", "-q", "-c"], input=crc7, capture_output=True, check=True).stdout,
        "packed/cut/crc7.ko.xz": lzma.compress(crc7, check=lzma.CHECK_CRC32)[:1000],
    }
