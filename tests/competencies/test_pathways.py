"""Pathways: proposing, designing together, reading against the criteria, publishing, closing."""

from __future__ import annotations

import pytest
from django.db.utils import ProgrammingError

from accounts.choices import Role
from competencies.choices import DesignerVoice, PathwayState, RigorCriterion, WayKind
from competencies.models import Pathway, PathwayComment, PathwayDesigner, PathwayReview, PathwayVersion
from competencies.pathway_access import access_to, designed_by, readable_by
from competencies.pathway_content import token_of
from competencies.selectors import pathway_design, pathway_people
from competencies.selectors.pathways import open_pathways, pathway_page, pathway_versions
from competencies.services import pathways as services
from competencies.services.pathways.writing import texts_in, values_of
from tests import factories as make
from tests.cast import add_person, viewer_of

pytestmark = pytest.mark.django_db


def propose(by, **more):
    said = {"title": "River Lab", "promise": "Look after a river.", "why": "It is ours.", "interests": ["water"]}
    return services.propose_pathway(by=viewer_of(by), language="en", **{**said, **more})


def experience(by, pathway, **more):
    values = {"kind": "project", "title": "Walk the bank", "about": "", "place": "", "hours": 10, "credit": ""}
    return services.add_experience(by=viewer_of(by), pathway=pathway, values={**values, "partner": None, **more})


def complete(by, pathway, idea):
    """Everything the data can check, there."""
    viewer = viewer_of(by)
    one = experience(by, pathway)
    for kind in WayKind:
        services.add_way(
            by=viewer, pathway=pathway, kind=kind, values={"title": f"From {kind}", "about": "", "at": one}
        )
    services.add_competency(by=viewer, pathway=pathway, competency=idea, experience=one)
    values = {"after_school": "A job with the water board.", "when_and_where": "Fridays.", "languages": ["en", "es"]}
    services.edit_pathway(
        by=viewer, pathway=pathway, token=token_of(values_of(fresh(pathway), list(values))), values=values
    )
    return fresh(pathway)


def fresh(pathway):
    return Pathway.objects.get(pk=pathway.pk)


def read_all(by, pathway, *, criteria=tuple(RigorCriterion), is_met=True):
    for criterion in criteria:
        services.read_criterion(
            by=viewer_of(by), pathway=pathway, of_version=fresh(pathway).version, criterion=criterion,
            is_met=is_met, note="", language="en",
        )  # fmt: skip


@pytest.fixture
def published(world, teacher, principal, district):
    """Proposed by the teacher, complete, read by two, open."""
    pathway = complete(teacher, propose(teacher), world.idea["ratios"])
    services.ask_for_review(by=viewer_of(teacher), pathway=pathway)
    read_all(principal, pathway, criteria=list(RigorCriterion)[:4])
    read_all(district, pathway, criteria=list(RigorCriterion)[4:])
    services.publish_pathway(by=viewer_of(district), pathway=pathway, of_version=fresh(pathway).version)
    return fresh(pathway)


# ------------------------------------------------------------------ proposing
def test_a_partner_proposes_and_is_its_first_designer_in_the_voice_of_an_employer(world, partner):
    pathway = propose(partner, partner=world.partner)

    designer = PathwayDesigner.objects.get(pathway=pathway)
    assert (designer.person, designer.voice) == (partner, DesignerVoice.EMPLOYER)
    assert pathway.state == PathwayState.PROPOSED
    assert PathwayComment.objects.get(pathway=pathway).text == "It is ours."


@pytest.mark.parametrize("who", ["student", "guardian", "leaver"])
def test_who_does_not_work_with_the_schools_proposes_nothing(world, who):
    with pytest.raises(PermissionError):
        propose(world.people[who])
    assert not Pathway.objects.exists()


def test_a_pathway_has_a_name_and_a_promise(teacher):
    with pytest.raises(services.PathwayError):
        propose(teacher, title=" \x00 ")


# ------------------------------------------------------------------ who reads and designs
def test_a_partner_reads_the_design_of_its_own_pathways_only(world, partner, teacher):
    own, other = propose(partner, partner=world.partner), propose(teacher)

    assert access_to(viewer_of(partner), own).designs
    assert not access_to(viewer_of(partner), other).reads
    assert [line.public_id for line in pathway_design.my_pathways(viewer=viewer_of(partner))] == [own.public_id]
    PathwayDesigner.objects.create(pathway=other, person=partner, voice=DesignerVoice.EMPLOYER, starts_on=world.today)
    assert access_to(viewer_of(partner), other).designs


def test_a_colleague_of_the_partner_designs_too_and_another_partner_does_not(world, partner):
    own = propose(partner, partner=world.partner)
    colleague, stranger = add_person("colleague", Role.PARTNER), add_person("stranger", Role.PARTNER)
    make.PartnerMemberFactory(partner=world.partner, person=colleague)
    make.PartnerMemberFactory(person=stranger)

    assert access_to(viewer_of(colleague), own).voice == DesignerVoice.EMPLOYER
    assert not access_to(viewer_of(stranger), own).reads


def test_who_no_longer_speaks_for_the_partner_has_lost_what_they_proposed_for_it(world, partner):
    own = propose(partner, partner=world.partner)
    elsewhere = make.PartnerFactory()
    make.PartnerMemberFactory(partner=elsewhere, person=partner)
    world.partner.members.update(ends_on=world.today)

    assert not access_to(viewer_of(partner), own).reads


def test_people_of_the_schools_read_along_and_change_nothing(world, teacher, navigator):
    pathway = propose(teacher)

    access = access_to(viewer_of(navigator), pathway)
    assert (access.reads, access.designs, access.reviews) == (True, False, False)
    with pytest.raises(PermissionError):
        experience(navigator, pathway)


@pytest.mark.parametrize("who", ["student", "guardian", "leaver", "partner"])
def test_a_draft_is_hidden_from_who_does_not_design_it(world, teacher, who):
    pathway = propose(teacher)
    viewer = viewer_of(world.people[who])

    assert pathway_design.pathway_of(viewer=viewer, public_id=pathway.public_id) is None


def test_the_rule_for_one_pathway_is_the_rule_for_all_of_them(world, partner, teacher):
    rows = [propose(partner, partner=world.partner), propose(teacher), propose(teacher, partner=world.partner)]
    PathwayDesigner.objects.create(
        pathway=rows[1], person=world.people["student"], voice=DesignerVoice.STUDENT, starts_on=world.today
    )
    for person in world.people.values():
        viewer = viewer_of(person)
        read = set(Pathway.objects.filter(readable_by(viewer)).values_list("pk", flat=True))
        mine = set(Pathway.objects.filter(designed_by(viewer)).values_list("pk", flat=True))
        assert read == {row.pk for row in rows if access_to(viewer, row).reads}
        assert mine == {row.pk for row in rows if access_to(viewer, row).designs}


# ------------------------------------------------------------------ inviting
def test_a_student_is_invited_by_an_adult_of_their_own_and_by_nobody_else(world, teacher, teacher_elsewhere, student):
    pathway = propose(teacher)
    services.invite_designer(
        by=viewer_of(teacher), pathway=pathway, person=teacher_elsewhere, voice=DesignerVoice.EDUCATOR
    )

    with pytest.raises(services.PathwayError):
        services.invite_designer(
            by=viewer_of(teacher_elsewhere), pathway=pathway, person=student, voice=DesignerVoice.STUDENT
        )
    services.invite_designer(by=viewer_of(teacher), pathway=pathway, person=student, voice=DesignerVoice.STUDENT)

    assert access_to(viewer_of(student), pathway).voice == DesignerVoice.STUDENT
    assert fresh(pathway).state == PathwayState.DESIGN


def test_a_student_is_never_invited_as_something_else(world, teacher, student):
    for voice in (DesignerVoice.EDUCATOR, DesignerVoice.EMPLOYER, DesignerVoice.COMMUNITY, DesignerVoice.FAMILY):
        with pytest.raises(services.PathwayError):
            services.invite_designer(by=viewer_of(teacher), pathway=propose(teacher), person=student, voice=voice)


def test_a_partner_never_invites_a_student_and_finds_colleagues_only(world, partner, student, teacher):
    pathway = propose(partner, partner=world.partner)
    viewer = viewer_of(partner)

    with pytest.raises(services.PathwayError):
        services.invite_designer(by=viewer, pathway=pathway, person=student, voice=DesignerVoice.STUDENT)
    assert pathway_people.students_to_invite(viewer=viewer, words="Maya") == []
    assert pathway_people.families_to_invite(viewer=viewer, words="Guardian") == []
    assert pathway_people.adults_to_invite(viewer=viewer, words="Teacher") == []
    assert [one.name for one in pathway_people.adults_to_invite(viewer=viewer, words="Partner")] == ["Partner Cast"]
    teacher.user.email = "teacher@example.org"
    teacher.user.save()
    found = pathway_people.adults_to_invite(viewer=viewer, words="Teacher@Example.org")
    assert [one.public_id for one in found] == [teacher.public_id]


def test_a_student_who_designs_has_a_name_only_for_their_circle(world, partner, teacher, student):
    pathway = propose(partner, partner=world.partner)
    services.invite_designer(by=viewer_of(partner), pathway=pathway, person=teacher, voice=DesignerVoice.EDUCATOR)
    services.invite_designer(by=viewer_of(teacher), pathway=pathway, person=student, voice=DesignerVoice.STUDENT)
    services.comment(by=viewer_of(student), pathway=pathway, text="Tools for everyone.", language="en")

    def seen(person):
        page = pathway_design.design_page(viewer=viewer_of(person), public_id=pathway.public_id, language="en")
        return {one.name for one in page.designers} | {one.who for one in page.comments}

    assert "Maya Okafor" in seen(teacher)
    for person in (partner, world.people["teacher_elsewhere"], world.people["district"]):
        assert "A student designer" in seen(person)
        assert not any("Maya" in name for name in seen(person))


def test_a_family_is_invited_by_who_knows_their_child_and_leaves_when_it_likes(world, teacher, guardian):
    pathway = propose(teacher)
    found = pathway_people.families_to_invite(viewer=viewer_of(teacher), words="Maya")
    assert [one.public_id for one in found] == [guardian.public_id]

    designer = services.invite_designer(
        by=viewer_of(teacher), pathway=pathway, person=guardian, voice=DesignerVoice.FAMILY
    )
    assert access_to(viewer_of(guardian), pathway).designs
    services.end_designer(by=viewer_of(guardian), designer=designer)
    assert not access_to(viewer_of(guardian), pathway).reads


# ------------------------------------------------------------------ writing
def test_two_who_write_the_same_part_see_both_texts_and_two_parts_never_collide(world, teacher, navigator):
    pathway = propose(teacher)
    services.invite_designer(by=viewer_of(teacher), pathway=pathway, person=navigator, voice=DesignerVoice.EDUCATOR)
    texts, after = token_of(values_of(pathway, ["promise"])), token_of(values_of(pathway, ["after_school"]))
    services.edit_pathway(by=viewer_of(teacher), pathway=pathway, token=texts, values={"promise": "Clean a river."})
    services.edit_pathway(by=viewer_of(navigator), pathway=pathway, token=after, values={"after_school": "A job."})

    with pytest.raises(services.PathwayChangedError) as changed:
        services.edit_pathway(by=viewer_of(navigator), pathway=pathway, token=texts, values={"promise": "Map a river."})

    assert (changed.value.theirs, changed.value.mine) == ("Clean a river.", "Map a river.")
    services.edit_pathway(
        by=viewer_of(navigator), pathway=pathway, token=changed.value.token, values={"promise": "Clean and map it."}
    )
    assert (fresh(pathway).promise, fresh(pathway).after_school) == ("Clean and map it.", "A job.")


def test_parts_are_added_written_anew_moved_and_taken_out(world, teacher):
    pathway = propose(teacher)
    first, second = experience(teacher, pathway), experience(teacher, pathway, title="Build a raft")
    viewer = viewer_of(teacher)
    services.move_part(by=viewer, part=second, earlier=True)
    services.move_part(by=viewer, part=second, earlier=True)

    assert [one.title for one in pathway.experiences.all()] == ["Build a raft", "Walk the bank"]
    with pytest.raises(services.PathwayChangedError):
        services.edit_experience(
            by=viewer, experience=first, token="long ago", values={"kind": "service", "title": "Clean the bank"}
        )
    services.remove_experience(by=viewer, experience=second)
    assert [one.title for one in pathway.experiences.all()] == ["Walk the bank"]


def test_a_way_never_hangs_on_another_pathways_experience(world, teacher):
    other = experience(teacher, propose(teacher))
    with pytest.raises(services.PathwayError):
        services.add_way(
            by=viewer_of(teacher), pathway=propose(teacher), kind=WayKind.IN, values={"title": "x", "at": other}
        )


def test_only_a_current_competency_of_a_public_framework_is_named(world, teacher):
    pathway = propose(teacher)
    hidden = make.CompetencyFactory(framework=make.FrameworkFactory(is_published=False))
    with pytest.raises(services.PathwayError):
        services.add_competency(by=viewer_of(teacher), pathway=pathway, competency=hidden)


def test_every_public_text_is_told_in_another_language(world, teacher):
    pathway = complete(teacher, propose(teacher), world.idea["ratios"])
    one, way = pathway.experiences.get(), pathway.ways.filter(kind="in").get()
    services.translate_pathway(
        by=viewer_of(teacher), pathway=pathway, language="es", token=token_of(texts_in(pathway, "es")),
        texts={"title": "Laboratorio del río", f"{one.public_id}:title": "Recorrer la orilla",
               f"{way.public_id}:title": "Desde el agua", "nonsense": "x"},
        interests=["agua"],
    )  # fmt: skip

    told = pathway_design.design_page(viewer=viewer_of(teacher), public_id=pathway.public_id, language="es").telling
    assert (told.title.text, told.title.foreign) == ("Laboratorio del río", False)
    assert (told.experiences[0].title.text, told.ways_in[0].title.text) == ("Recorrer la orilla", "Desde el agua")
    assert (told.promise.text, told.promise.foreign) == ("Look after a river.", True)
    assert told.interests == ("agua",)


# ------------------------------------------------------------------ talking
def test_a_word_is_answered_shown_without_a_name_and_taken_back(world, partner, published, teacher):
    services.invite_designer(by=viewer_of(teacher), pathway=published, person=partner, voice=DesignerVoice.EMPLOYER)
    said = services.comment(by=viewer_of(partner), pathway=published, text="Show cracks.", language="en")
    services.answer_comment(by=viewer_of(teacher), said=said, became="Judged aloud.")
    services.show_comment(by=viewer_of(teacher), said=said, is_public=True)

    made = pathway_page(viewer=viewer_of(partner), public_id=published.public_id, language="en").made
    assert [(one.who, one.text.text, one.became.text) for one in made] == [
        ("Harrow Bridgeworks", "Show cracks.", "Judged aloud.")
    ]
    services.withdraw_comment(by=viewer_of(partner), said=said)
    assert pathway_page(viewer=viewer_of(partner), public_id=published.public_id, language="en").made == ()


def test_the_words_of_a_student_are_shown_by_that_student_only_and_as_a_students(published, teacher, student):
    services.invite_designer(by=viewer_of(teacher), pathway=published, person=student, voice=DesignerVoice.STUDENT)
    said = services.comment(by=viewer_of(student), pathway=published, text="Tools from grade 4.", language="en")

    with pytest.raises(PermissionError):
        services.show_comment(by=viewer_of(teacher), said=said, is_public=True)
    services.show_comment(by=viewer_of(student), said=said, is_public=True)

    page = pathway_page(viewer=viewer_of(student), public_id=published.public_id, language="en")
    assert [one.who for one in page.made] == ["A student"]


def test_a_name_is_noticed_by_who_knows_the_student_and_by_nobody_else(world, teacher, teacher_elsewhere):
    text = "Ben Alder and maya would love this; grace too."

    assert pathway_design.students_named(viewer=viewer_of(teacher), text=text) == ("Ben Alder",)
    assert pathway_design.students_named(viewer=viewer_of(teacher), text="Ask Maya.") == ("Maya",)
    assert pathway_design.students_named(viewer=viewer_of(teacher_elsewhere), text=text) == ()


# ------------------------------------------------------------------ reviewing
def test_a_pathway_opens_when_all_is_met_and_two_people_read_it(published):
    assert published.state == PathwayState.PUBLISHED
    version = PathwayVersion.objects.get(pathway=published)
    assert (version.number, version.content["title"]) == (1, "River Lab")
    assert version.content["competencies"][0]["name"] == "Ratios"


def test_one_reader_is_not_enough(world, teacher, principal):
    pathway = complete(teacher, propose(teacher), world.idea["ratios"])
    services.ask_for_review(by=viewer_of(teacher), pathway=pathway)
    read_all(principal, pathway)

    with pytest.raises(services.PathwayError, match="two different people"):
        services.publish_pathway(by=viewer_of(principal), pathway=pathway, of_version=fresh(pathway).version)


def test_what_was_read_of_another_draft_does_not_hold(world, teacher, principal, district):
    pathway = complete(teacher, propose(teacher), world.idea["ratios"])
    services.ask_for_review(by=viewer_of(teacher), pathway=pathway)
    read_all(principal, pathway)
    read_all(district, pathway)
    before = fresh(pathway).version
    experience(teacher, pathway, title="One more")

    with pytest.raises(services.PathwayError):
        services.publish_pathway(by=viewer_of(district), pathway=pathway, of_version=before)
    with pytest.raises(services.PathwayError, match="nobody has read"):
        services.publish_pathway(by=viewer_of(district), pathway=pathway, of_version=fresh(pathway).version)


def test_nobody_says_yes_to_what_is_not_there(world, teacher, principal):
    pathway = propose(teacher)
    services.ask_for_review(by=viewer_of(teacher), pathway=pathway)

    with pytest.raises(services.PathwayError):
        read_all(principal, pathway, criteria=[RigorCriterion.AUTHENTIC])
    read_all(principal, pathway, criteria=[RigorCriterion.AUTHENTIC], is_met=False)
    assert PathwayReview.objects.filter(pathway=pathway, is_met=False).count() == 1


@pytest.mark.parametrize("who", ["teacher", "partner", "navigator", "student", "guardian"])
def test_who_does_not_review_reads_no_criterion_and_publishes_nothing(world, published, who):
    viewer = viewer_of(world.people[who])
    with pytest.raises(PermissionError):
        services.publish_pathway(by=viewer, pathway=published, of_version=published.version)
    with pytest.raises(PermissionError):
        services.close_pathway(by=viewer, pathway=published)


def test_what_is_open_stays_as_it_was_while_the_next_version_is_written(published, teacher, principal, district):
    token = token_of(values_of(published, ["title"]))
    services.edit_pathway(by=viewer_of(teacher), pathway=published, token=token, values={"title": "River Lab 2"})

    def shown():
        return pathway_page(viewer=viewer_of(teacher), public_id=published.public_id, language="en").telling.title.text

    assert (shown(), fresh(published).state) == ("River Lab", PathwayState.PUBLISHED)
    read_all(principal, published)
    read_all(district, published)
    services.publish_pathway(by=viewer_of(district), pathway=published, of_version=fresh(published).version)
    assert shown() == "River Lab 2"
    versions = pathway_versions(viewer=viewer_of(teacher), public_id=published.public_id)
    assert [line.number for line in versions] == [2, 1]
    with pytest.raises(services.PathwayError, match="open already"):
        services.publish_pathway(by=viewer_of(district), pathway=published, of_version=fresh(published).version)


def test_a_closed_pathway_is_listed_no_more_stays_readable_and_is_never_written_again(published, district, teacher):
    services.close_pathway(by=viewer_of(district), pathway=published)

    assert open_pathways(viewer=viewer_of(teacher), language="en").cards == ()
    assert pathway_page(viewer=viewer_of(teacher), public_id=published.public_id, language="en").closed_at
    with pytest.raises((services.PathwayError, PermissionError)):
        experience(teacher, published)


def test_a_version_never_changes(published):
    version = PathwayVersion.objects.get(pathway=published)
    version.content = {}
    with pytest.raises(ProgrammingError, match="Cannot update"):
        version.save()


# ------------------------------------------------------------------ the public list
def test_pathways_are_found_by_word_interest_language_and_school(world, published, django_assert_max_num_queries):
    make.PathwayFactory(title="Kitchen table", interests=["cooking"], languages=["ar"])
    viewer = viewer_of(world.people["student"])

    def titles(**asked):
        with django_assert_max_num_queries(4):
            return [c.telling.title.text for c in open_pathways(viewer=viewer, language="en", **asked).cards]

    assert titles() == ["Kitchen table", "River Lab"]
    assert titles(words="riv look") == ["River Lab"]
    assert titles(words="?!") == []
    assert titles(interest="cooking") == ["Kitchen table"]
    assert titles(spoken="es") == ["River Lab"]
    assert titles(school=str(world.school.public_id)) == ["Kitchen table", "River Lab"]
