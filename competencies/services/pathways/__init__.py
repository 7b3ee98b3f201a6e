"""What people do with pathways: propose, design together, talk, review, publish, close."""

from competencies.services.pathways.errors import PathwayChangedError, PathwayError
from competencies.services.pathways.invitations import join_design, make_invitation, revoke_invitation
from competencies.services.pathways.parts import (
    add_competency,
    add_experience,
    add_way,
    edit_experience,
    edit_way,
    move_part,
    put_back,
    remove_competency,
    remove_experience,
    remove_way,
)
from competencies.services.pathways.people import end_designer, invite_designer
from competencies.services.pathways.reviewing import ask_for_review, close_pathway, publish_pathway, read_criterion
from competencies.services.pathways.talking import answer_comment, comment, show_comment, withdraw_comment
from competencies.services.pathways.writing import edit_pathway, propose_pathway, translate_pathway

__all__ = [
    "PathwayChangedError",
    "PathwayError",
    "add_competency",
    "add_experience",
    "add_way",
    "answer_comment",
    "ask_for_review",
    "close_pathway",
    "comment",
    "edit_experience",
    "edit_pathway",
    "edit_way",
    "end_designer",
    "invite_designer",
    "join_design",
    "make_invitation",
    "move_part",
    "propose_pathway",
    "publish_pathway",
    "put_back",
    "read_criterion",
    "remove_competency",
    "remove_experience",
    "remove_way",
    "revoke_invitation",
    "show_comment",
    "translate_pathway",
    "withdraw_comment",
]
