"""Pages in Markdown that a command wrote for people, read as text."""

from pathlib import Path


def read_pages(folder: Path) -> dict[str, str]:
    """Read every Markdown page of a folder by its name; none where there is no such folder."""
    return {path.name: path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.glob("*.md"))}
