"""The cycle as people see it: what waits for me, one step, one student's year end, a school in counts."""

from success_plans.selectors.cycle.coming import Coming, MeetingLine, coming
from success_plans.selectors.cycle.endings import because
from success_plans.selectors.cycle.school import SchoolCycle, school_cycle
from success_plans.selectors.cycle.steps import StepPage, step_by_id, step_page
from success_plans.selectors.cycle.work import StepLine, WorkList, work_list
from success_plans.selectors.cycle.year_end import YearEnd, year_end

__all__ = [
    "Coming",
    "MeetingLine",
    "SchoolCycle",
    "StepLine",
    "StepPage",
    "WorkList",
    "YearEnd",
    "because",
    "coming",
    "school_cycle",
    "step_by_id",
    "step_page",
    "work_list",
    "year_end",
]
