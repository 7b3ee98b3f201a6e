"""Tagged PDF: made where the extra is there, said in words where it is not, and never from another machine."""

from __future__ import annotations

import re
import zlib

import pytest
from django.urls import reverse

from success_plans import pdf
from tests import factories as make

PAGE = '<!doctype html><html lang="en"><head><title>Plan</title></head><body><main><h1>Maya</h1>{}</main></body></html>'


def unpacked(made: bytes) -> bytes:
    """What a PDF file says of itself, its packed objects opened."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    return b"".join(zlib.decompress(one) for one in packed if one[:1] == b"x")


@pytest.mark.skipif(pdf.is_ready(), reason="the extra pdf is installed")
def test_without_the_extra_making_one_says_so():
    with pytest.raises(RuntimeError):
        pdf.pdf_of(PAGE)


@pytest.mark.skipif(not pdf.is_ready(), reason="COULD NOT RUN: the extra pdf is not installed")
def test_with_the_extra_a_page_is_a_pdf_and_asks_no_other_machine():
    made = pdf.pdf_of(PAGE.format('<p>Hello</p><img alt="" src="https://example.org/x.png">'))
    assert made.startswith(b"%PDF-")


def test_static_files_are_found_on_disk_and_nothing_else_is():
    assert pdf.static_file("css/pdf.css").is_file()
    with pytest.raises(FileNotFoundError):
        pdf.static_file("css/nothing.css")


@pytest.mark.django_db
@pytest.mark.skipif(pdf.is_ready(), reason="the extra pdf is installed")
def test_the_address_says_in_words_how_to_get_one_and_still_lets_nobody_else_in(
    world, teacher, teacher_elsewhere, client_of
):
    make.PlanFactory(student=world.student)
    path = reverse("plan_pdf", args=[world.student.public_id])
    page = client_of(teacher).get(path)
    assert page.status_code == 200
    assert "makes no PDF files" in page.text
    assert client_of(teacher_elsewhere).get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.skipif(not pdf.is_ready(), reason="COULD NOT RUN: the extra pdf is not installed")
@pytest.mark.parametrize("name", ["plan_pdf", "timeline_pdf", "conference_pdf"])
def test_with_the_extra_each_page_for_paper_is_a_tagged_file_that_names_nobody_outside(
    world, teacher, teacher_elsewhere, client_of, name
):
    make.PlanFactory(student=world.student)
    path = reverse(name, args=[world.student.public_id])
    file = client_of(teacher).get(path)
    assert file.headers["Content-Type"] == "application/pdf"
    assert "Maya" not in file.headers["Content-Disposition"]
    assert b"/StructTreeRoot" in unpacked(file.content)
    assert b"/H1" in unpacked(file.content)
    assert client_of(teacher_elsewhere).get(path).status_code == 404
