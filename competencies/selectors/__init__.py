"""What people read about frameworks and competencies."""

from competencies.selectors.competency import CompetencyPage, competency_page, competency_parts
from competencies.selectors.finding import Results, find_competencies
from competencies.selectors.frameworks import FrameworkPage, framework_cards, framework_page
from competencies.selectors.imports import (
    ImportPage,
    framework_import,
    framework_import_issues,
    framework_import_job,
    framework_imports,
)

__all__ = [
    "CompetencyPage",
    "FrameworkPage",
    "ImportPage",
    "Results",
    "competency_page",
    "competency_parts",
    "find_competencies",
    "framework_cards",
    "framework_import",
    "framework_import_issues",
    "framework_import_job",
    "framework_imports",
    "framework_page",
]
