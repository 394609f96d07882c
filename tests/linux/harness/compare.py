"""What a case left behind, and in what two runs of it differ."""

import fnmatch
import io
import re
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

# Lines of the kernel's log that depend on the time of day, not on the loader.
NOISE = re.compile(r"raid6:|xor:|   \w+ +: +\d+ MB/sec|random:|clocksource|hrtimer:|perf:|workqueue:|sched:|input:|rcu:")
# What comes of modules' own code, which `kmodern run --release` does not run: lines of their inits, and the drivers that
# they register.
FROM_CODE = re.compile(
    r"Btrfs loaded|SGI XFS|RPC: Registered|brd: module |loop: module |i2c-stub: |usbcore: (de)?regist|"
    r" ?ram\d+: (unable to read partition table|partition table beyond EOD)|SCSI subsystem|usb-storage|NET: Registered|ACPI: bus type USB|.*test_static_key"
)
DRIVERS = re.compile(r"\S+ \d+ '?\w+/drivers\b")


@dataclass
class Step:
    command: str
    status: str
    stdout: str
    stderr: str


@dataclass
class Outcome:
    exit: str
    said: str  # the script's own complaints
    steps: list[Step]
    state: dict[str, str]  # modules, sysfs, tainted, log
    seconds: float = 0


@dataclass
class Difference:
    case: str
    field: str
    detail: str
    reason: str = ""


@dataclass
class Known:
    """The file `differences`: CASE | FIELD | REASON, both patterns as in the shell. A FIELD of two words is a field
    and a pattern of its lines that differ."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> "Known":
        rows = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            parts = [part.strip() for part in line.split("|", 2)]
            if len(parts) != 3 or not parts[2]:
                raise SystemExit(f"{path}:{number}: a line is CASE | FIELD | REASON")
            rows.append(tuple(parts))
        return cls(rows)

    def reason(self, case: str, name: str) -> str:
        for index, (cases, fields, reason) in enumerate(self.rows):
            if fnmatch.fnmatchcase(case, cases) and fnmatch.fnmatchcase(name, fields):
                self.used.add(index)
                return reason
        return ""

    def lines(self, case: str, name: str) -> list[tuple[int, str, str]]:
        """Rows that explain some lines of a field: their indexes, patterns of lines, reasons."""
        return [
            (index, field.removeprefix(f"{name} "), reason)
            for index, (cases, field, reason) in enumerate(self.rows)
            if fnmatch.fnmatchcase(case, cases) and field.startswith(f"{name} ")
        ]

    def unused(self) -> list[str]:
        return [" | ".join(row) for index, row in enumerate(self.rows) if index not in self.used]


def read_outcome(data: bytes) -> Outcome:
    files: dict[str, str] = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for entry in archive:
            if entry.isfile():
                files[entry.name.removeprefix("./")] = archive.extractfile(entry).read().decode(errors="replace")
    steps = []
    for folder in sorted({name.split("/")[1] for name in files if name.startswith("steps/")}):
        part = lambda name: files.get(f"steps/{folder}/{name}", "").rstrip("\n")  # noqa: E731
        steps.append(Step(part("command"), part("status"), part("stdout"), part("stderr")))
    state = {
        # Without the address, which is random; the order is that of loading.
        "modules": re.sub(r" 0x[0-9a-f]+", "", files["modules"]),
        "sysfs": bare(files["sysfs"]),
        "tainted": files["tainted"],
        "log": "".join(f"{line}\n" for line in map(bare, files["log"].splitlines()) if not NOISE.match(line)),
    }
    return Outcome(files["exit"].strip(), files["stdout"] + files["stderr"], steps, state)


def bare(line: str) -> str:
    """Without a log line's time stamp, and without addresses."""
    return re.sub(r"0x[0-9a-f]{8,}", "0x*", re.sub(r"^\[ *[0-9.]+\] ", "", line))


def output(step: Step) -> str:
    """lsmod's users come from the order of a directory (kmod) or that of /proc/modules (ours): sorted."""
    if not step.command.endswith("lsmod"):
        return step.stdout
    return re.sub(r"\S+,\S+$", lambda users: ",".join(sorted(users[0].split(","))), step.stdout, flags=re.M)


def first_lines(theirs: str, ours: str) -> tuple[str, str]:
    """kmod's library logs its own source lines to stderr; nobody else can say that: ours has to say anything."""
    first, second = theirs.split("\n", 1)[0], ours.split("\n", 1)[0]
    if "../libkmod/" in first and second:
        return second, second
    return first, second


def compare(case: str, kind: str, theirs: Outcome, other: Outcome, known: Known) -> list[Difference]:
    """Exit status, stdout and kernel state have to be equal. Of our tools' stderr the first line (below it we say
    more); of kmod's under kmodern run all of it, and of the log what the kernel says, as modules' code is not run."""
    found: list[Difference] = []

    def check(name: str, a: str, b: str, about: str = "") -> None:
        reasons = []
        for index, pattern, reason in known.lines(case, name):
            first, second = (without_lines(text, pattern) for text in (a, b))
            if first[1] == second[1]:
                continue
            known.used.add(index)
            reasons.append(reason)
            a, b = first[0], second[0]
        if reasons:
            found.append(Difference(case, name, "", "; ".join(reasons)))
        if a != b:
            detail = f"{about}\n" + "\n".join(changed_lines(a, b, kind))
            found.append(Difference(case, name, detail, known.reason(case, name)))

    check("exit", theirs.exit, other.exit)
    if len(theirs.steps) != len(other.steps):
        check("steps", str(len(theirs.steps)), str(len(other.steps)))
    for number, (a, b) in enumerate(zip(theirs.steps, other.steps), 1):
        check(f"status@{number}", a.status, b.status, a.command)
        check(f"stdout@{number}", output(a), output(b), a.command)
        errors = first_lines(a.stderr, b.stderr) if kind == "ours" else (a.stderr, b.stderr)
        check(f"stderr@{number}", *errors, a.command)
    for name in theirs.state:
        a, b = theirs.state[name], other.state[name]
        if kind == "run":
            code = {"log": FROM_CODE, "sysfs": DRIVERS}.get(name)
            a = "".join(line for line in a.splitlines(True) if not (code and code.match(line)))
        check(name, a, b)
    return found


def without_lines(text: str, pattern: str) -> tuple[str, list[str]]:
    """The other lines, and those that the pattern fits."""
    lines = text.splitlines(True)
    fitting = [line for line in lines if fnmatch.fnmatchcase(line.rstrip("\n"), pattern)]
    return "".join(line for line in lines if line not in fitting), fitting


def changed_lines(a: str, b: str, kind: str) -> list[str]:
    """Up to 24 lines: what only kmod's run in the guest has, what only the other has."""
    first, second = a.splitlines(), b.splitlines()
    lines = [f"    kmod: {line}" for line in first if line not in second]
    lines += [f"    {kind}: {line}" for line in second if line not in first]
    return lines[:24] or ["    the same lines in another order"]
