"""The words of a PDF (ISO 32000), in the order in which they are read.

pypdf gives the letters of each run in their logical order, the runs of a line as they stand from left to
right, and the letters in the shapes that the font has; `arabic` puts both right.
"""

import importlib
import io
import logging
import pkgutil
from contextlib import suppress

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from inbox_agent.attachments.arabic import in_reading_order
from inbox_agent.attachments.budget import LETTERS, PAGES, Locked

# pypdf loads modules when a file asks for them; afterwards none can be loaded any more.
for _module in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
    with suppress(ImportError):  # what needs libraries for pictures
        importlib.import_module(_module.name)


def text_of_pdf(octets: bytes) -> str:
    """Raises Locked, MemoryError for what unpacks to too much, or whatever pypdf makes of broken ones."""
    logging.disable()  # it would tell what stands in the file
    try:
        reader = pypdf.PdfReader(io.BytesIO(octets))
        return in_reading_order(_words(reader))
    except (FileNotDecryptedError, DependencyError):
        raise Locked from None
    except LimitReachedError:
        raise MemoryError from None


def _words(reader: pypdf.PdfReader) -> str:
    kept: list[str] = []
    for number in range(min(len(reader.pages), PAGES)):
        kept.append(reader.pages[number].extract_text())
        if sum(map(len, kept)) > LETTERS:
            break
    return "\n".join(kept)
