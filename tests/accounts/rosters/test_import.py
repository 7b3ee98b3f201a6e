"""A roster becomes rows, once; what is gone leaves with its history; nothing happens by halves."""

from datetime import date, timedelta

import pytest

from accounts import models
from accounts.choices import Role
from accounts.oneroster import RosterUnreadable
from accounts.rosters.ledger import Entity, Note
from accounts.rosters.work import ImportCancelledError, TooManyLeaveError
from tests.accounts.oneroster.rosters import ENROLLMENTS, USERS, manifest, roster_12, table
from tests.accounts.rosters.scene import (
    ENDS,
    STARTS,
    TODAY,
    YEAR_ENDS,
    bring,
    changed,
    current_roster,
    everything,
    person,
    sees,
    student,
    versions,
    without_row,
)
from tests.factories import PersonFactory, RelationshipFactory, RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def many(files, count, first=100):
    """The roster with `count` more students at Willow School."""
    rows = "".join(
        f"m{n},,,true,s1,student,m{n},,Given{n},Family{n},,,,,,,05,\r\n" for n in range(first, first + count)
    )
    return files | {"users.csv": files["users.csv"] + rows}


def test_a_roster_becomes_schools_people_classes_and_circles():
    result = bring(current_roster())
    assert {school.name for school in models.School.objects.all()} == {"Willow School", "Harbor School"}
    year = models.SchoolYear.objects.get()
    assert (year.starts_on, year.ends_on) == (STARTS, YEAR_ENDS - DAY)  # our last day is inside, OneRoster's is not
    term = models.Term.objects.get()
    assert (term.school_year, term.starts_on, term.ends_on) == (year, STARTS, ENDS - DAY)
    section = models.Section.objects.get()
    assert (section.title, section.course_title, section.course_code) == ("Math 5 Morning", "Mathematics 5", "MA5")
    assert (section.starts_on, section.ends_on, section.school.name) == (STARTS, ENDS, "Willow School")
    assert (section.subjects, section.grades) == (["Mathematics"], ["05"])
    maya = student("u1")
    assert (maya.person.given_name, maya.grade, maya.school.name) == ("Maya", "05", "Willow School")
    assert maya.entered_on == TODAY
    assert student("u3").enrolments.count() == 0
    assert sees("u4") == {("u1", "section"), ("u2", "section")}
    assert sees("g1") == {("u1", "guardian")}
    assert sees("g2") == {("u2", "guardian"), ("u3", "guardian")}
    teacher = person("u4")
    assert [(role.role, role.school.name) for role in teacher.roles.all()] == [(Role.TEACHER, "Willow School")]
    assert teacher.user.email == "ida@school.example"
    assert not teacher.user.has_usable_password()
    assert teacher.teaching.get().is_primary
    assert result.ledger[Entity.STUDENTS].created == 3
    assert result.bundle.issues == ()


def test_guardians_get_no_account_from_the_roster():
    bring(current_roster())
    assert not models.User.objects.filter(person=person("g1")).exists()


def test_the_same_roster_again_writes_nothing_at_all():
    bring(current_roster())
    before = versions()
    result = bring(current_roster())
    assert versions() == before
    assert result.ledger.writes == 0
    assert not result.changed
    assert result.ledger[Entity.STUDENTS].unchanged == 3


def test_a_roster_of_1_2_and_one_of_1_1_are_the_same_to_the_database():
    bring(current_roster())
    files = current_roster() | {key: roster_12()[key] for key in ("manifest.csv", "users.csv", "roles.csv")}
    files = changed(files, "roles.csv", "2024-08-12", "")
    files = changed(files, "roles.csv", "r5,,,u4,secondary,guardian,,,s1,\r\n", "")
    files = changed(files, "users.csv", "ida@school.example,,,", "ida@school.example,,555 0100,")
    files = changed(files, "users.csv", "Rosa,Lopez,,,,", "Rosa,Lopez,,,rosa@home.example,")
    assert bring(files).ledger.writes == 0


def test_a_dry_run_says_what_the_import_then_does_and_writes_nothing():
    files = current_roster()
    empty = everything()
    dry = bring(files, dry_run=True)
    assert everything() == empty
    assert models.AuditEvent.objects.count() == 0
    assert dry.ledger.tallies == bring(files).ledger.tallies
    later = changed(files, "users.csv", "Maya,Lopez", "Maya,López")
    later = changed(later, "classes.csv", "Math 5 Morning", "Math 5 Noon")
    before = everything()
    dry = bring(later, dry_run=True)
    assert everything() == before
    assert dry.ledger.tallies == bring(later).ledger.tallies
    assert dry.ledger[Entity.STUDENTS].changed == 1
    assert dry.ledger[Entity.SECTIONS].changed == 1
    assert dry.ledger.writes == 2


def test_one_audit_row_tells_of_the_whole_import():
    bring(current_roster())
    event = models.AuditEvent.objects.get()
    assert event.action == "roster.import"
    assert event.details["written"]["students"]["created"] == 3
    assert "Maya" not in str(event.details)


# ------------------------------------------------------------------ changes


def test_changed_names_leave_their_old_form_in_history():
    bring(current_roster())
    bring(changed(current_roster(), "users.csv", "Maya,Lopez", "Maya,López Díaz"))
    maya = person("u1")
    assert maya.family_name == "López Díaz"
    assert maya.sort_name == "lopez diaz, maya"
    assert [event.family_name for event in maya.events.all()] == ["Lopez"]


def test_a_blank_in_the_roster_erases_no_way_to_reach_someone():
    bring(current_roster())
    bring(changed(current_roster(), "users.csv", "rosa@home.example", ""))
    assert person("g1").email == "rosa@home.example"


def test_a_student_who_moves_school_starts_the_clock_of_the_plan_again():
    bring(current_roster())
    models.Student.objects.update(entered_on=TODAY - timedelta(days=90))
    bring(changed(current_roster(), "users.csv", "true,s2,student,ana", "true,s1,student,ana"))
    assert (student("u3").school.name, student("u3").entered_on) == ("Willow School", TODAY)
    assert student("u1").entered_on == TODAY - timedelta(days=90)


def test_a_seat_that_ends_early_ends_the_teachers_view_that_day():
    bring(current_roster())
    gone = changed(
        current_roster(), "enrollments.csv", "e2,,,k1,s1,u2,student,false,,", f"e2,,,k1,s1,u2,student,false,,{TODAY}"
    )
    bring(gone)
    assert sees("u4") == {("u1", "section")}


def test_a_seat_missing_from_a_complete_file_ends_today_and_stays_as_history():
    bring(current_roster())
    result = bring(without_row(current_roster(), "enrollments.csv", "e2"))
    seat = models.Enrolment.objects.get(source_id="e2")
    assert (seat.is_active, seat.ends_on) == (False, TODAY)
    assert sees("u4") == {("u1", "section")}
    assert result.ledger[Entity.SEATS].left == 1
    assert result.ledger[Entity.CIRCLES].left == 1
    again = bring(current_roster())
    assert again.ledger[Entity.SEATS].returned == 1
    assert sees("u4") == {("u1", "section"), ("u2", "section")}


def test_a_teacher_who_no_longer_teaches_a_class_sees_its_students_no_longer():
    bring(current_roster())
    bring(without_row(current_roster(), "enrollments.csv", "e3"))
    assert sees("u4") == set()


def test_a_new_id_for_the_same_seat_replaces_the_old_one():
    bring(current_roster())
    bring(changed(current_roster(), "enrollments.csv", "e2,", "e77,"))
    assert models.Enrolment.objects.get(student=student("u2"), is_active=True).source_id == "e77"
    assert sees("u4") == {("u1", "section"), ("u2", "section")}


def test_two_seats_that_change_places_find_room():
    files = current_roster()
    bring(files)
    swapped = changed(files, "enrollments.csv", "e1,,,k1,s1,u1", "e1,,,k1,s1,uX")
    swapped = changed(swapped, "enrollments.csv", "e2,,,k1,s1,u2", "e2,,,k1,s1,u1")
    swapped = changed(swapped, "enrollments.csv", "uX", "u2")
    result = bring(swapped)
    assert models.Enrolment.objects.get(source_id="e1").student == student("u2")
    assert result.ledger[Entity.SEATS].changed == 2


def test_of_two_rows_for_one_seat_the_longest_is_active():
    files = current_roster()
    files["enrollments.csv"] += f"e8,,,k1,s1,u1,student,false,{STARTS},{TODAY - DAY}\r\n"
    bring(files)
    assert {seat.source_id: seat.is_active for seat in student("u1").enrolments.all()} == {"e1": True, "e8": False}
    assert bring(files).ledger.writes == 0


def test_a_seat_entered_by_hand_becomes_the_rosters():
    files = current_roster()
    bring(without_row(files, "enrollments.csv", "e2"))
    by_hand = models.Enrolment.objects.create(
        section=models.Section.objects.get(), student=student("u2"), starts_on=STARTS
    )
    bring(files)
    by_hand.refresh_from_db()
    assert (by_hand.source, by_hand.source_id) == ("roster", "e2")
    assert models.Enrolment.objects.filter(student=student("u2")).count() == 1
    assert bring(files).ledger.writes == 0


def test_a_seat_entered_by_hand_makes_room_when_the_rosters_own_comes_back():
    files = current_roster()
    bring(files)
    bring(without_row(files, "enrollments.csv", "e2"))
    by_hand = models.Enrolment.objects.create(
        section=models.Section.objects.get(), student=student("u2"), starts_on=STARTS
    )
    bring(files)
    by_hand.refresh_from_db()
    assert not by_hand.is_active
    assert models.Enrolment.objects.get(student=student("u2"), is_active=True).source_id == "e2"
    assert bring(files).ledger.writes == 0


def test_a_role_given_by_hand_is_not_given_twice():
    files = current_roster()
    bring(without_row(without_row(files, "users.csv", "u4"), "enrollments.csv", "e3"))
    teacher = PersonFactory(given_name="Ida", family_name="Reyes")
    models.PersonIdentifier.objects.create(person=teacher, source="roster", source_id="u4")
    school = models.School.objects.get(source_id="s1")
    RoleAssignmentFactory(person=teacher, role=Role.TEACHER, school=school, starts_on=TODAY)
    bring(files)
    assert teacher.roles.count() == 1
    assert bring(files).ledger.writes == 0


def test_school_years_of_the_same_days_are_one_however_many_schools_send_them():
    files = current_roster()
    files["academicSessions.csv"] += f"y2,,,Harbor 2024-2025,schoolYear,{STARTS},{YEAR_ENDS},,2025\r\n"
    files["academicSessions.csv"] += f"t2,,,Harbor fall,term,{STARTS},{ENDS},y2,2025\r\n"
    files["classes.csv"] += "k2,,,Art,,c1,,scheduled,,s2,y2,,,\r\n"
    bring(files)
    year = models.SchoolYear.objects.get()
    assert {term.school_year for term in models.Term.objects.all()} == {year}
    assert models.Section.objects.get(source_id="k2").school_year == year
    assert bring(files).ledger.writes == 0
    turned = without_row(files, "academicSessions.csv", "y1")
    turned = changed(turned, "academicSessions.csv", ",y1,2025", ",y2,2025")
    assert bring(turned).ledger.writes == 0


def test_the_teacher_reads_fifteen_school_days_after_the_section_and_then_no_longer():
    bring(current_roster())
    row = models.Relationship.objects.filter(kind="section").first()
    days = [ENDS + timedelta(days=n) for n in range(40)]
    assert row.ends_on == [day for day in days if day.weekday() < 5][14] + DAY


def test_sections_that_ended_are_left_as_they_are():
    files = current_roster()
    bring(files)
    ended = changed(files, "academicSessions.csv", ENDS.isoformat(), (TODAY - timedelta(days=30)).isoformat())
    bring(ended)
    for name, rows in (("classes.csv", ["k1"]), ("enrollments.csv", ["e1", "e2", "e3"])):
        for source_id in rows:
            ended = without_row(ended, name, source_id)
    before = everything()["Enrolment"], everything()["Section"]
    result = bring(ended)
    assert (everything()["Enrolment"], everything()["Section"]) == before
    assert result.ledger[Entity.STUDENTS].left == 0


def test_a_class_without_a_term_lasts_for_the_running_year_and_stays_there():
    files = changed(current_roster(), "classes.csv", "s1,t1", "s1,")
    bring(files)
    section = models.Section.objects.get()
    assert (section.starts_on, section.ends_on) == (STARTS, YEAR_ENDS)
    assert bring(files).ledger.writes == 0


def test_terms_without_a_year_get_the_usual_one():
    files = changed(current_roster(), "academicSessions.csv", ",y1,2025", ",,2025")
    files = without_row(files, "academicSessions.csv", "y1")
    bring(files)
    year = models.SchoolYear.objects.get()
    assert (year.name, year.starts_on, year.ends_on) == ("2024-2025", date(2024, 8, 1), date(2025, 7, 31))
    assert bring(files).ledger.writes == 0


# ------------------------------------------------------------------ leaving


def test_who_is_gone_leaves_with_history_kept_and_every_door_closed():
    files = many(current_roster(), 20)
    bring(files)
    teacher_account = models.User.objects.get(person=person("u4"))
    gone = files
    for name, source_id in (("users.csv", "u1"), ("enrollments.csv", "e1")):
        gone = without_row(gone, name, source_id)
    gone = changed(gone, "users.csv", "Rosa", "Rosalia")
    result = bring(gone)
    maya = student("u1")
    assert (maya.is_active, maya.left_on, maya.person.is_active) == (False, TODAY, False)
    assert maya.enrolments.get().ends_on == TODAY
    assert sees("u4") == {("u2", "section")}
    assert sees("g1") == {("u1", "guardian")}  # a missing student says nothing about the family
    assert result.ledger[Entity.STUDENTS].left == 1
    assert [(row.school, row.students, row.of_students) for row in result.ledger.leaving if row.students] == [
        ("Willow School", 1, 22)
    ]
    teacher_account.refresh_from_db()
    assert teacher_account.is_active
    back = bring(files)
    assert back.ledger[Entity.STUDENTS].returned == 1
    maya.refresh_from_db()
    assert (maya.is_active, maya.left_on, maya.entered_on) == (True, None, TODAY)
    assert sees("u4") == {("u1", "section"), ("u2", "section")}


def test_more_than_ten_percent_of_a_school_stops_until_somebody_confirms():
    files = many(current_roster(), 17)  # 19 students at Willow School
    bring(files)
    gone = without_row(without_row(files, "users.csv", "m100"), "users.csv", "m101")
    before = everything()
    with pytest.raises(TooManyLeaveError) as stopped:
        bring(gone)
    assert everything() == before
    willow = next(row for row in stopped.value.ledger.leaving if row.school == "Willow School")
    assert (willow.students, willow.of_students) == (2, 19)
    dry = bring(gone, dry_run=True)
    assert dry.stopped
    assert everything() == before
    bring(gone, confirm_leaving=True)
    assert not student("m100").is_active
    assert models.AuditEvent.objects.latest("pk").details["leaving_confirmed"] is True


def test_exactly_ten_percent_does_not_stop():
    files = many(current_roster(), 18)  # 20 students at Willow School
    bring(files)
    gone = without_row(without_row(files, "users.csv", "m100"), "users.csv", "m101")
    assert bring(gone).ledger[Entity.STUDENTS].left == 2


def test_ten_percent_counts_by_school_not_over_the_district():
    files = many(current_roster(), 100)
    bring(files)
    with pytest.raises(TooManyLeaveError):
        bring(without_row(files, "users.csv", "u3"))  # the only student of Harbor School


def test_staff_who_leave_are_counted_apart_from_students_and_family_not_at_all():
    files = many(current_roster(), 50)
    bring(files)
    with pytest.raises(TooManyLeaveError) as stopped:
        bring(without_row(without_row(files, "users.csv", "u4"), "enrollments.csv", "e3"))
    willow = next(row for row in stopped.value.ledger.leaving if row.school == "Willow School")
    assert (willow.students, willow.staff, willow.of_staff) == (0, 1, 1)
    result = bring(without_row(without_row(files, "users.csv", "g1"), "users.csv", "g2"))
    assert result.ledger[Entity.FAMILY].left == 2
    assert sees("g2") == set()


def test_students_all_of_whose_classes_had_ended_do_not_count_towards_the_stop():
    files = current_roster()
    bring(files)
    ended = changed(files, "academicSessions.csv", ENDS.isoformat(), (TODAY - DAY).isoformat())
    bring(ended)
    gone = without_row(without_row(ended, "users.csv", "u1"), "enrollments.csv", "e1")
    result = bring(gone)
    assert result.ledger[Entity.STUDENTS].left == 1
    assert not student("u1").is_active


def test_a_row_that_is_set_aside_makes_nobody_leave():
    files = current_roster()
    bring(files)
    broken = changed(files, "users.csv", "true,s1,student,maya", "true,s1,pupl,maya")
    result = bring(broken)
    assert result.bundle.errors > 0
    assert student("u1").is_active
    assert sees("u4") == {("u1", "section"), ("u2", "section")}
    assert sees("g1") == {("u1", "guardian")}
    assert result.ledger[Entity.STUDENTS].left == 0


def test_while_a_row_of_people_has_no_readable_id_nobody_leaves():
    files = many(current_roster(), 30)
    bring(files)
    broken = without_row(changed(files, "users.csv", "m110,", ","), "users.csv", "m111")
    result = bring(broken)
    assert student("m110").is_active
    assert student("m111").is_active
    assert result.ledger.notes[Note.NOBODY_LEAVES] == 1


def test_a_file_that_cannot_be_read_makes_nobody_leave():
    files = current_roster()
    bring(files)
    before = versions()
    bring(files | {"users.csv": "", "enrollments.csv": b"\0\0"})
    assert versions() == before


def test_a_delta_changes_only_what_it_names():
    bring(current_roster())
    delta = {
        "manifest.csv": manifest(
            orgs="absent", academicSessions="absent", courses="absent", classes="absent", users="delta",
            enrollments="delta",
        ),
        "users.csv": table(USERS, f"u2,tobedeleted,{TODAY}T00:00:00Z,,,,,,,,,,,,,,,"),
        "enrollments.csv": table(ENROLLMENTS, f"e9,active,{TODAY}T00:00:00Z,k1,s1,u3,student,false,,"),
    }  # fmt: skip
    result = bring(delta, confirm_leaving=True)
    assert result.bundle.errors == 0
    assert not student("u2").is_active
    assert student("u1").is_active
    assert models.Enrolment.objects.get(source_id="e2").is_active is False
    assert sees("u4") == {("u1", "section"), ("u3", "section")}


def test_who_holds_a_district_role_given_by_hand_stays():
    files = many(current_roster(), 30)
    bring(files)
    RoleAssignmentFactory(person=person("m105"), role=Role.DISTRICT_ADMIN, school=None)
    result = bring(without_row(files, "users.csv", "m105"))
    assert person("m105").is_active
    assert result.ledger.notes[Note.KEPT_BY_HAND_ROLE] == 1


def test_a_closed_account_follows_enabled_user_and_leaving():
    files = current_roster()
    bring(files)
    bring(changed(files, "users.csv", "u4,,,true", "u4,,,false"))
    assert not models.User.objects.get(person=person("u4")).is_active
    assert person("u4").is_active
    bring(files)
    assert models.User.objects.get(person=person("u4")).is_active
    bring(without_row(without_row(files, "users.csv", "u4"), "enrollments.csv", "e3"), confirm_leaving=True)
    assert not models.User.objects.get(person=person("u4")).is_active
    assert person("u4").roles.get().ends_on == TODAY


def test_an_address_that_has_an_account_is_not_taken_from_it():
    UserFactory(username="someone", email="ida@school.example")
    result = bring(current_roster())
    assert not models.User.objects.filter(person=person("u4")).exists()
    assert result.ledger.notes[Note.ACCOUNT_NAME_TAKEN] == 1
    UserFactory(username="maya")
    files = changed(current_roster(), "users.csv", "Maya,Lopez,,,,", "Maya,Lopez,,,maya@school.example,")
    bring(files)
    assert models.User.objects.get(person=person("u1")).username == "maya@school.example"


def test_a_school_that_is_gone_closes_only_when_nobody_belongs_to_it():
    files = current_roster()
    bring(files)
    gone = without_row(files, "orgs.csv", "s2")
    result = bring(gone, confirm_leaving=True)
    assert models.School.objects.get(source_id="s2").is_active
    assert result.ledger.notes[Note.SCHOOL_STILL_USED] == 1
    bring(changed(gone, "users.csv", "true,s2,student,ana", "true,s1,student,ana"))
    assert not models.School.objects.get(source_id="s2").is_active


# ------------------------------------------------------------------ family


def test_family_links_end_when_the_roster_no_longer_states_them():
    bring(current_roster())
    bring(changed(current_roster(), "users.csv", ",g1,05,", ",,05,"))
    assert sees("g1") == set()
    bring(current_roster())
    assert sees("g1") == {("u1", "guardian")}


def test_an_export_without_links_ends_none():
    bring(current_roster())
    text = current_roster()["users.csv"].replace(",g1,05,", ",,05,").replace('"u2,u3"', "")
    bring(current_roster() | {"users.csv": text})
    assert sees("g1") == {("u1", "guardian")}


def test_a_link_that_was_ended_by_hand_is_not_opened_again():
    files = changed(current_roster(), "users.csv", ",g1,05,", ",,05,")
    bring(files)
    RelationshipFactory(
        student=student("u1"), person=person("g1"), kind="guardian", starts_on=STARTS, ends_on=TODAY - DAY
    )
    result = bring(current_roster())
    assert sees("g1") == set()
    assert result.ledger.notes[Note.LINK_ENDED_BY_HAND] == 1


def test_a_relative_is_noted_and_opens_nothing():
    files = changed(current_roster(), "users.csv", "true,s1,guardian", "true,s1,relative")
    result = bring(files)
    assert sees("g1") == set()
    assert result.ledger.notes[Note.RELATIVE_WITHOUT_ACCESS] == 1


def test_links_and_teachers_entered_by_hand_are_never_touched():
    bring(current_roster())
    outsider = PersonFactory()
    row = RelationshipFactory(student=student("u1"), person=outsider, kind="section", starts_on=STARTS, ends_on=None)
    row.section = models.Section.objects.get()
    row.save()
    bring(changed(current_roster(), "users.csv", "Maya", "Maia"))
    row.refresh_from_db()
    assert row.ends_on is None


# ------------------------------------------------------------------ all or nothing


def test_asking_to_stop_at_any_step_leaves_nothing_behind():
    calls = []

    def count(phase, done, total):
        calls.append(phase)
        return True

    bring(current_roster(), progress=count, dry_run=True)
    empty = everything()
    for stop_at in range(1, len(calls) + 1):
        seen = []

        def stop(phase, done, total, seen=seen, stop_at=stop_at):
            seen.append(phase)
            return len(seen) < stop_at

        with pytest.raises(ImportCancelledError):
            bring(current_roster(), progress=stop)
        assert everything() == empty


def test_what_is_no_roster_changes_nothing():
    bring(current_roster())
    before = versions()
    with pytest.raises(RosterUnreadable):
        bring({"readme.txt": "x"})
    assert versions() == before


def test_two_rosters_live_side_by_side():
    bring(current_roster())
    other = changed(current_roster(), "users.csv", "ida@school.example", "")
    bring(other, source="charter")
    assert models.Person.objects.count() == 12
    bring(without_row(current_roster(), "users.csv", "g1"))
    assert person("g1", "charter").is_active
    assert not person("g1").is_active


def test_a_marked_demonstration_database_is_told(db):
    models.District.objects.create(id=1, name="Demo", demonstration_seed=7)
    assert bring(current_roster()).ledger.notes[Note.DEMONSTRATION] == 1


def test_preferred_names_follow_the_district_and_never_replace_the_familys():
    files = current_roster() | {key: roster_12()[key] for key in ("manifest.csv", "users.csv", "roles.csv")}
    bring(files)
    assert person("u1").preferred_name == ""
    models.District.objects.update_or_create(id=1, defaults={"name": "District", "show_preferred_names": True})
    bring(files)
    assert person("u1").preferred_name == "May"
    models.Person.objects.filter(pk=person("u1").pk).update(preferred_name="Mai")
    bring(files)
    assert person("u1").preferred_name == "Mai"
