"""What people do with frameworks: import, preview, publish, retire."""

from competencies.services.importing import (
    Found,
    Imported,
    confirm_framework_import,
    import_framework,
    read_framework,
    report_of,
    run_framework_import,
    start_framework_import,
)
from competencies.services.publishing import Published, PublishingStopped, publish_draft

__all__ = [
    "Found",
    "Imported",
    "Published",
    "PublishingStopped",
    "confirm_framework_import",
    "import_framework",
    "publish_draft",
    "read_framework",
    "report_of",
    "run_framework_import",
    "start_framework_import",
]
