"""Writing the sample letters as a folder of PDF files, the way determinations are published."""

from pathlib import Path

from eval.letters.pdf import render_pdf
from eval.letters.source import load_samples


def write_letters(folder: Path, layout: str = "layout-1-2016") -> tuple[Path, ...]:
    """Render every packaged sample into `<folder>/<CASE>.pdf`.

    Args:
        folder: where the files go; made if it is not there.
        layout: a key of `LAYOUTS`.

    Returns:
        The files' paths, in the order of the cases.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for letter in load_samples():
        path = folder / f"{letter.case}.pdf"
        path.write_bytes(render_pdf(letter, layout))
        paths.append(path)
    return tuple(paths)
