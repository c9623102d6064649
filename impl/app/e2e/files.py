"""Files as the tests need them."""
import hashlib


def edit(config, top="", tables="", replace=()):
    """Adds top-level lines (after `role`) and tables (at the end), and replaces what stands there."""
    text = config.read_text()
    for old, new in replace:
        assert old in text, f"{old!r} is not in {config}"
        text = text.replace(old, new)
    role, rest = text.split('role = ', 1)
    line, rest = rest.split("\n", 1)
    config.write_text(f"{role}role = {line}\n{top}\n{rest}\n{tables}\n")


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
