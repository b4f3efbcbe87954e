"""Finds the bundled data and the catalog of attacks, beside the package or where a build puts them."""

import os
import pathlib

_package = pathlib.Path(__file__).absolute().parent  # not resolved: in a build these files are links into the source

for _folder in (_package / "share", _package.parent.parent / "share" / "tacit"):
    if _folder.is_dir():
        os.environ.setdefault("TACIT_SHARE", str(_folder))
        break
