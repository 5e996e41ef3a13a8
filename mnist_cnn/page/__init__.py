"""The page and the endpoints: Gradio is known here and nowhere else.

Imports every other package; rooms never import each other. Start with page.py and its table ROOMS.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

# Before Gradio is imported: its folder is swept (uploads.py), so it must be of this app alone.
with suppress(OSError):  # where there is no temporary folder server.check_folder says so
    user = os.getuid() if hasattr(os, "getuid") else ""
    own = Path(tempfile.gettempdir()) / f"mnist-cnn-uploads-{user}"
    os.environ.setdefault("GRADIO_TEMP_DIR", str(own))
