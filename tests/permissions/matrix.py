"""Who may do what at which address: one line for each route, written from the policy (docs: access), not from the code.

    Row("student_plan", "maya", GET=opens(CIRCLE, ask=LEADS))

says: a GET of the plan of Maya, the world's first student, *opens* for her circle, *asks* the school's leads for a
purpose, and is *hidden* (404) from everybody else. Visitors who are not signed in are sent to the *sign-in*, unless the
line opens for them. A method that is not in the line opens for nobody.

`denies=` is 403: they see the student, and still may not do this. Whoever cannot see the student gets 404.
A new address without a line fails the build; add one line, and what it is about to `tests/permissions/stage.py`.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum


class Answer(StrEnum):
    """What an address answers somebody, whatever its words are."""

    OPENS = "opens"
    ASKS = "asks for a purpose"
    DENIES = "denies"
    HIDES = "hides"
    SIGN_IN = "wants a sign-in"
    NO_METHOD = "has no such method"


# nobody signed in: never was, the account was closed since, or the roster says they are gone
VISITOR = frozenset({"anonymous", "dismissed", "gone"})
SELF = frozenset({"student"})
FAMILY = frozenset({"guardian"})
TEACHERS = frozenset({"teacher", "co_teacher"})
NAVIGATOR = frozenset({"navigator"})
TEAM = frozenset({"specialist"})
ADULTS = TEACHERS | NAVIGATOR  # who works with Maya's evidence every day
CIRCLE = SELF | FAMILY | ADULTS | TEAM
LEADS = frozenset({"principal", "plan_lead"})
SAID_WHY = frozenset({"principal_who_said_why"})
ELSEWHERE = frozenset({"teacher_next_door", "teacher_elsewhere", "principal_elsewhere"})
FORMER = frozenset({"former_teacher", "former_guardian", "leaver"})
OTHERS = frozenset({"classmate", "other_guardian", "partner"})
DISTRICT = frozenset({"district"})
OPERATOR = frozenset({"operator"})
DEAD_TOKENS = frozenset({"token_of_the_dismissed", "token_of_the_gone", "token_that_ran_out"})
LIVE_TOKENS = frozenset({"token_to_write", "token_to_read"})
TOKENS = LIVE_TOKENS | DEAD_TOKENS
KNOWN = CIRCLE | LEADS | SAID_WHY | ELSEWHERE | FORMER | OTHERS | DISTRICT | OPERATOR
EVERYONE = KNOWN | VISITOR | TOKENS
STAFF = (
    ADULTS | TEAM | LEADS | SAID_WHY | ELSEWHERE | DISTRICT | OPERATOR | {"former_teacher"}
)  # the former teacher still works for the school

NOBODY: frozenset[str] = frozenset()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Rule:
    """Who gets which answer; everybody else the one that hides."""

    opens: AbstractSet[str] = NOBODY
    asks: AbstractSet[str] = NOBODY
    denies: AbstractSet[str] = NOBODY
    is_hidden_from_visitors: bool = False
    signs_in: AbstractSet[str] = NOBODY  # whom it leads to the sign-in although they are known

    def expects(self, who: str, *, is_api: bool = False) -> Answer:
        """The answer for this person. A token is somebody in the API only."""
        for answer, people in (
            (Answer.OPENS, self.opens),
            (Answer.ASKS, self.asks),
            (Answer.DENIES, self.denies),
            (Answer.SIGN_IN, self.signs_in),
        ):
            if who in people:
                return answer
        nobody = VISITOR | (DEAD_TOKENS if is_api else TOKENS)
        if who in nobody and not self.is_hidden_from_visitors:
            return Answer.SIGN_IN
        return Answer.HIDES


def opens(
    to: AbstractSet[str], *, ask: AbstractSet[str] = NOBODY, denies: AbstractSet[str] = NOBODY, hides: bool = False
) -> Rule:
    """A rule in the words of a line; `hides` when visitors are told nothing either."""
    return Rule(to, ask, denies, hides)


@dataclass(frozen=True)
class Row:
    """One address: its route's name, what it is about, and a rule for each method it has."""

    route: str
    about: str = ""
    methods: dict[str, Rule] = field(default_factory=dict)

    def __init__(self, route: str, about: str = "", **methods: Rule) -> None:
        object.__setattr__(self, "route", route)
        object.__setattr__(self, "about", about)
        object.__setattr__(self, "methods", methods)

    @property
    def is_api(self) -> bool:
        """Whether a token opens it."""
        return self.route.startswith("api_") and self.route != "api_page"


ALL = opens(EVERYONE)
SIGNED_IN = opens(KNOWN)
READ_EVIDENCE = opens(SELF | FAMILY | ADULTS | SAID_WHY, ask=LEADS, denies=TEAM)
OWN_PIECE = opens({"teacher"}, ask=LEADS, denies=CIRCLE | SAID_WHY)
SPEAK = opens(SELF | FAMILY | ADULTS, ask=LEADS, denies=TEAM | SAID_WHY)
EDIT = opens(ADULTS, denies=CIRCLE | LEADS | SAID_WHY)
ACT = opens(ADULTS)
CLASS = opens(TEACHERS)
ROSTERS = opens(DISTRICT)
JOINS = opens(DISTRICT | {"plan_lead"})

ROWS = [
    # ---- open to everyone
    Row("healthz", GET=ALL),
    Row("readyz", GET=ALL),
    Row("set_language", POST=ALL),
    Row("set_look", POST=ALL),
    Row("frameworks", GET=ALL),
    Row("framework_detail", "framework", GET=ALL),
    Row("competency_detail", "competency", GET=ALL),
    Row("competency_parts", "competency", GET=ALL),
    # ---- everyone's own
    Row("home", GET=ALL),  # visitors read what is public, everyone else is sent to their own page
    Row("today", GET=SIGNED_IN),
    Row("today_board", GET=SIGNED_IN),
    Row("classes", GET=SIGNED_IN),
    Row("family", GET=SIGNED_IN),
    Row("schools", GET=SIGNED_IN),
    # ---- the demonstration's door: not here
    Row("demo_sign_in", GET=opens(NOBODY, hides=True)),
    Row("demo_sign_in_as", "person", POST=opens(NOBODY, hides=True)),
    # ---- a student
    Row("student_purpose", "maya", GET=opens(CIRCLE | LEADS | SAID_WHY), POST=opens(CIRCLE | LEADS | SAID_WHY)),
    Row("student_plan", "maya", GET=opens(CIRCLE | SAID_WHY, ask=LEADS)),
    Row("student_map", "maya", GET=READ_EVIDENCE),
    Row("student_competency", "maya_competency", GET=READ_EVIDENCE),
    Row("student_record", "maya", GET=EDIT, POST=EDIT),
    Row("student_observe", "maya", GET=EDIT, POST=EDIT),
    Row("family_child", "maya", GET=opens(FAMILY, denies=CIRCLE | LEADS | SAID_WHY)),
    Row("statement_add", "maya", GET=SPEAK, POST=SPEAK),
    Row("goal_add", "maya", GET=SPEAK, POST=SPEAK),
    Row("need_add", "maya", GET=EDIT, POST=EDIT),
    # ---- one piece of evidence: the teacher's
    Row("evidence", "piece", GET=READ_EVIDENCE, POST=OWN_PIECE),
    Row("evidence_withdraw", "piece", POST=OWN_PIECE),
    # ---- one text of the plan
    Row("statement_edit", "statement", GET=opens(SELF, denies=CIRCLE), POST=opens(SELF, denies=CIRCLE)),
    Row("statement_withdraw", "statement", POST=opens(SELF, denies=CIRCLE)),
    Row("need_end", "need", GET=opens(ADULTS, denies=CIRCLE), POST=opens(ADULTS, denies=CIRCLE)),
    Row("goal_edit", "goal", GET=opens(SELF | ADULTS, denies=CIRCLE), POST=opens(SELF | ADULTS, denies=CIRCLE)),
    Row("goal_end", "goal", GET=opens(SELF | ADULTS, denies=CIRCLE), POST=opens(SELF | ADULTS, denies=CIRCLE)),
    Row("language_ask", "wished", POST=opens(CIRCLE)),
    Row("translation_answer", "wish", GET=ACT, POST=ACT),
    # ---- flags
    Row("flag_acknowledge", "flag", POST=ACT),
    Row("flag_dismiss", "flag", GET=ACT, POST=ACT),
    Row("flag_support", "flag", GET=ACT, POST=ACT),
    Row("flags_next", POST=SIGNED_IN),
    # ---- a class
    Row("class_grid", "section", GET=CLASS, POST=CLASS),
    Row("class_cell", "cell", POST=CLASS),
    Row("class_levels", "section", GET=CLASS),
    Row("class_focus", "section", GET=CLASS, POST=CLASS),
    Row("class_focus_end", "focus", POST=CLASS),
    # ---- a school, and the machine
    Row("school", "school", GET=opens(LEADS | SAID_WHY)),
    Row("operations", GET=opens(OPERATOR)),
    Row("quarantine_release", POST=opens(OPERATOR)),
    Row("styleguide", GET=opens(STAFF)),
    Row("my_messages", GET=opens(STAFF), POST=opens(STAFF)),
    # ---- rosters, frameworks, records of one person
    Row("imports", GET=ROSTERS, POST=ROSTERS),
    Row("roster_import", "roster_job", GET=ROSTERS),
    Row("roster_import_confirm", "roster_job", POST=ROSTERS),
    Row("roster_import_cancel", "roster_job", POST=ROSTERS),
    Row("roster_import_rows", "roster_job", GET=ROSTERS),
    Row("roster_import_report", "roster_job", GET=ROSTERS),
    Row("framework_import", GET=ROSTERS, POST=ROSTERS),
    Row("framework_import_detail", "framework_job", GET=ROSTERS),
    Row("framework_import_confirm", "framework_job", POST=ROSTERS),
    Row("framework_import_cancel", "framework_job", POST=ROSTERS),
    Row("framework_import_report", "framework_job", GET=ROSTERS),
    Row("locked_accounts", GET=opens(LEADS | SAID_WHY | DISTRICT | {"principal_elsewhere"})),
    Row("unlock_account", "sleeper", POST=opens(LEADS | SAID_WHY | DISTRICT)),
    Row("people", GET=JOINS, POST=JOINS),
    Row("join_preview", "pair", GET=JOINS, POST=JOINS),
    Row("join_detail", "join", GET=JOINS),
    Row("join_undo", "join", POST=JOINS),
    # ---- the API; a token gets what its person has, within its scope
    Row("api_page", GET=SIGNED_IN),
    Row("api_schema", GET=opens(EVERYONE - DEAD_TOKENS)),
    Row(
        "api_evidence",
        "pieces",
        GET=opens(KNOWN | LIVE_TOKENS),  # of one's own students within one's scope: perhaps of nobody
        POST=opens(KNOWN | LIVE_TOKENS),
    ),
    Row(
        "api_summaries",
        "maya",
        GET=opens(SELF | FAMILY | ADULTS | SAID_WHY | {"token_to_read"}, denies=TEAM | LEADS),
    ),
]

# ---- the account pages of the sign-in library: on the way in, or everybody's own. Its forms take PUT for POST.
_OPEN_FORM = {"GET": ALL, "POST": ALL, "PUT": ALL}
_ANY_METHOD = {**_OPEN_FORM, "PATCH": ALL, "DELETE": ALL}
_OWN_FORM = {"GET": SIGNED_IN, "POST": SIGNED_IN, "PUT": SIGNED_IN}
_NOBODY_YET = opens(NOBODY)
_NO_SUCH_PAGE = opens(NOBODY, hides=True)
_NOTHING_TO_CONFIRM_WITH = opens(NOBODY, denies=KNOWN)

ROWS += [
    Row("account_login", **_OPEN_FORM),
    Row("account_signup", **_ANY_METHOD),  # says that nobody signs up by themselves
    Row("account_reset_password", **_OPEN_FORM),
    Row("account_request_login_code", **_OPEN_FORM),
    Row("account_reset_password_from_key", "key_of_nothing", **_ANY_METHOD),
    Row("account_confirm_email", "key_of_nothing", GET=_NO_SUCH_PAGE, POST=_NO_SUCH_PAGE),
    Row("sign_in_again", GET=SIGNED_IN, POST=Rule(signs_in=KNOWN)),
    Row("account_inactive", GET=ALL),
    Row("account_email_verification_sent", GET=ALL),
    Row("account_reset_password_done", GET=ALL),
    Row("account_reset_password_from_key_done", GET=ALL),
    Row("account_logout", GET=ALL, POST=ALL),
    Row("account_confirm_login_code", **_OWN_FORM),
    Row("mfa_authenticate", **_OWN_FORM),
    Row("mfa_login_webauthn", GET=SIGNED_IN),
    Row("account_email", GET=_NO_SUCH_PAGE, POST=_NO_SUCH_PAGE),  # an address comes from the roster or the office
    Row("account_change_password", **_OWN_FORM),
    Row("account_set_password", **_OWN_FORM),
    Row("account_reauthenticate", GET=_NOTHING_TO_CONFIRM_WITH, POST=_NOTHING_TO_CONFIRM_WITH),
    Row("mfa_index", GET=SIGNED_IN),
    Row("mfa_reauthenticate", GET=_NOTHING_TO_CONFIRM_WITH, POST=_NOTHING_TO_CONFIRM_WITH),
    Row("mfa_activate_totp", **_OWN_FORM),
    Row("mfa_deactivate_totp", GET=_NOBODY_YET, POST=_NOBODY_YET),
    Row("mfa_view_recovery_codes", GET=_NOBODY_YET),
    Row("mfa_generate_recovery_codes", **_OWN_FORM),
    Row("mfa_download_recovery_codes", GET=_NOBODY_YET, POST=_NOBODY_YET),
    Row("mfa_list_webauthn", GET=SIGNED_IN),
    Row("mfa_add_webauthn", **_OWN_FORM),
    Row("mfa_reauthenticate_webauthn", GET=_NOTHING_TO_CONFIRM_WITH, POST=_NOTHING_TO_CONFIRM_WITH),
    Row("mfa_remove_webauthn", "key_of_nobody", GET=_NOBODY_YET, POST=_NOBODY_YET),
    Row("mfa_edit_webauthn", "key_of_nobody", GET=_NOBODY_YET, POST=_NOBODY_YET),
]
