"""Make `.venv` from `requirements.lock`, then run a command in it.

Shared by `python3 experiments`, `python3 tests` and `python3 docs`. It needs Python and nothing
else, works from any folder, and goes straight to the command when `.venv` fits the lock and the
project. uv installs, for speed; pip, whose settings both obey, takes over where uv cannot. The
syntax is old on purpose: an old Python 3 must be able to say that it is too old.
"""

import ast
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed"

OLDEST, NEWEST = (3, 11), (3, 13)  # as requires-python in pyproject.toml

UV_NAMES = {
    "cert": "SSL_CERT_FILE",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "no-index": "UV_NO_INDEX",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "trusted-host": "UV_INSECURE_HOST",
}

REMEDY = """
The installation failed for the reason above. Behind a proxy or a mirror, set HTTPS_PROXY,
PIP_INDEX_URL or PIP_CERT. Then give the same command again: it starts over."""


class InstallError(Exception):
    """A step of the installation failed; the message is the end of what it printed."""


def run(*command: str) -> None:
    """Run a command of `.venv` at the top of the repository, in place of this process."""
    check_python()
    if not is_installed():
        try:
            install()
        except InstallError as error:
            sys.exit(f"{error}\n{REMEDY}")
        except KeyboardInterrupt:
            sys.exit("\nInterrupted. Give the same command again: it starts over.")
    os.chdir(ROOT)
    program = shutil.which(command[0], path=str(BIN))
    if program is None:
        sys.exit(f"{BIN} has no {command[0]}: delete {VENV}, then give the same command again.")
    arguments = [program, *command[1:]]
    if os.name == "nt":  # there, exec would not make the caller wait
        sys.exit(subprocess.call(arguments, env=environment()))
    sys.stdout.flush()
    os.execve(program, arguments, environment())


def check_python() -> None:
    """Leave with a remedy if this Python cannot make the environment."""
    oldest, newest = ("{}.{}".format(*version) for version in (OLDEST, NEWEST))
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            f"collsec needs Python {oldest} to {newest}; {sys.executable} is "
            f"{sys.version.split()[0]}.\nInstall one of these and call it by name, for example: "
            f"python{newest} {' '.join(sys.argv)}"
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            version = "{}.{}".format(*sys.version_info)
            sys.exit(
                f"{sys.executable} lacks the module {module}, which makes environments.\n"
                f"On Debian or Ubuntu: apt install python{version}-venv. "
                "Elsewhere: install Python from python.org."
            )


def is_installed() -> bool:
    """Say whether a finished installation fits the lock, the project and this folder."""
    return stamp() == f"{fingerprint()} {ROOT}"


def stamp() -> str:
    """Return what the last finished installation left: its fingerprint and its folder."""
    return STAMP.read_text(encoding="utf-8") if PYTHON.exists() and STAMP.exists() else ""


def fingerprint() -> str:
    """Return the hash of the files that decide what `.venv` holds."""
    return hashlib.sha256(LOCK.read_bytes() + PROJECT.read_bytes()).hexdigest()


def install() -> None:
    """Make `.venv`, fill it from the lock, add the project; the stamp comes last."""
    print(f"Filling {VENV} from {LOCK.name}: a minute or two, this once.", flush=True)
    start = time.monotonic()
    is_sound = stamp().endswith(f" {ROOT}")  # finished once, and not moved since
    STAMP.unlink(missing_ok=True)
    base = getattr(sys, "_base_executable", sys.executable)  # .venv may be running this
    step(base, "-m", "venv", *([] if is_sound else ["--clear"]), str(VENV))
    try:
        install_with_uv()
    except InstallError as error:
        print(f"{error}\nThat was uv. Trying again with pip.", flush=True)
        pip("--require-hashes", "-r", str(LOCK))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(f"{fingerprint()} {ROOT}", encoding="utf-8")
    print(f"Installed in {time.monotonic() - start:.0f} s.", flush=True)


def install_with_uv() -> None:
    """Install uv as the lock has it, then everything else with it."""
    entry = re.search(r"(?m)^uv==.*\n(?:    .*\n)+", LOCK.read_text(encoding="utf-8"))
    if entry is None:
        raise InstallError(f"{LOCK} does not name uv")
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.lock"
        only_uv.write_text(entry.group(), encoding="utf-8")
        pip("--only-binary", ":all:", "--require-hashes", "-r", str(only_uv))
    options = ["--python", str(PYTHON), "--require-hashes", "--compile-bytecode"]
    step(str(PYTHON), "-m", "uv", "pip", "install", *options, "-r", str(LOCK), **uv_settings())


def uv_settings() -> dict:
    """Return the settings of pip, from its variables and files, under the names uv gives them."""
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_INDEX_STRATEGY": "unsafe-best-match"}
    for line in step(str(PYTHON), "-m", "pip", "config", "list").splitlines():
        key, _, value = line.partition("=")
        name = UV_NAMES.get(key.rpartition(".")[2])
        if name and name not in os.environ:  # variables are listed first, and win
            words = ast.literal_eval(value).split()
            settings.setdefault(name, ("," if name == "UV_FIND_LINKS" else " ").join(words))
    return settings


def pip(*arguments: str) -> None:
    """Run `pip install` in `.venv`."""
    step(str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *arguments)


def step(*command: str, **settings: str) -> str:
    """Run a program without input and return what it printed."""
    done = subprocess.run(
        command,
        check=False,
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise InstallError(f"{' '.join(command)}\n{tail}")
    return done.stdout


def environment(**settings: str) -> dict:
    """Return the variables of this process, less those that slow or mislead a child."""
    misleading = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in misleading}
    return {**kept, **settings}
