"""What people do with frameworks: import, preview, publish, retire."""

from competencies.services.importing import (
    Found,
    Imported,
    confirm_framework_import,
    import_found,
    import_framework,
    read_framework,
    report_of,
    run_framework_import,
    start_framework_import,
)
from competencies.services.publishing import Published, PublishingStopped, publish_draft
from competencies.services.spreadsheets import forget_mapper, keep_mapper, map_framework_import, read_spreadsheet

__all__ = [
    "Found",
    "Imported",
    "Published",
    "PublishingStopped",
    "confirm_framework_import",
    "forget_mapper",
    "import_found",
    "import_framework",
    "keep_mapper",
    "map_framework_import",
    "read_spreadsheet",
    "publish_draft",
    "read_framework",
    "report_of",
    "run_framework_import",
    "start_framework_import",
]
