"""The words of the demonstration district, read from `data/*.json` and checked before anyone sees them.

Pure: no Django, no clock; the only I/O is reading the five files. `load_content()` returns frozen dataclasses or
raises `ContentError` with every problem found, so that an editor of the files sees them all at once.
"""

from config.demo.content.reading import DATA, FILES, ContentError, build_content, load_content, read_files
from config.demo.content.shapes import (
    CanDo,
    CatalogueContent,
    CompetencyContent,
    Content,
    Course,
    FrameworkContent,
    GoalContent,
    NameGroup,
    PeopleContent,
    ScaleLevel,
    SchoolContent,
    Snippet,
    Strand,
    Task,
    Text,
    VoicesContent,
    WorkContent,
)

__all__ = [
    "DATA",
    "FILES",
    "CanDo",
    "CatalogueContent",
    "CompetencyContent",
    "Content",
    "ContentError",
    "Course",
    "FrameworkContent",
    "GoalContent",
    "NameGroup",
    "PeopleContent",
    "ScaleLevel",
    "SchoolContent",
    "Snippet",
    "Strand",
    "Task",
    "Text",
    "VoicesContent",
    "WorkContent",
    "build_content",
    "load_content",
    "read_files",
]
