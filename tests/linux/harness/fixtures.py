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


def make(tree: Path) -> dict[str, bytes]:
    crc7 = (tree / "kernel/lib/crc7.ko").read_bytes()
    crc8 = (tree / "kernel/lib/crc8.ko").read_bytes()
    ts_bm = (tree / "kernel/lib/ts_bm.ko").read_bytes()
    plain7, plain8 = unsigned(crc7), unsigned(crc8)
    return {
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
