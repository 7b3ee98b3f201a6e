"""The school calendar as people write it: years, and the days that are different.

    lines      what somebody typed, pasted or brought in a file: days in words and in calendars. Pure.
    selectors  the calendar as it stands, and what a change would change
    services   saving it, with its audit row

A row (`CalendarException`) exists only where a day differs from what holds without it: at the district from the
weekdays, at a school from the district. What counts school days reads `accounts.recompute.calendars`.
"""
