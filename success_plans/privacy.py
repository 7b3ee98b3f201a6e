"""Words of students, families and staff. A need may be of health or family: closed unless granted."""

from __future__ import annotations

from accounts.privacy import (
    AGREED,
    AGREED_WORDS,
    HOUSE,
    KEY,
    NEED,
    NEED_WORDS,
    TRACED,
    TRACED_WORDS,
    Fields,
    classify,
)

FIELDS: Fields = classify(
    {
        "Plan": {KEY: "id public_id", AGREED: "student template state created_by created_at changed_at"},
        "PlanStatement": {
            KEY: "id public_id version",
            AGREED: "plan kind voice means file audience language author scribe said_on created_at changed_at "
            "withdrawn_at",
            AGREED_WORDS: "text",
        },
        "Need": {
            KEY: "id public_id version",
            NEED: "plan domain outside source audience language author opened_on review_on state created_at changed_at",
            NEED_WORDS: "text state_reason",
        },
        "Goal": {
            KEY: "id public_id version",
            AGREED: "plan voice horizon measure_kind language competency due_on helper state author created_at "
            "changed_at",
            AGREED_WORDS: "text why measure baseline target steps how_where",
        },
        "TranslationRequest": {
            KEY: "id public_id of_version",
            NEED: "statement goal need language asked_by asked_at translated_by translated_at",
            NEED_WORDS: "text",
        },
        "EntryFinding": {
            KEY: "id public_id version",
            NEED: "plan area state competency found_on language author created_at changed_at withdrawn_at",
            NEED_WORDS: "tool can_do next_step",
        },
        "PlanPointer": {
            KEY: "id public_id version",
            NEED: "plan kind case_manager language review_on ended_on author created_at changed_at",
            NEED_WORDS: "kept_where accommodations",
        },
        "FamilyWays": {
            KEY: "id public_id version",
            NEED: "plan guardian best_way interpreter_language author created_at changed_at",
            NEED_WORDS: "best_time",
        },
        "PathwayChoice": {
            KEY: "id public_id version",
            AGREED: "plan language author created_at changed_at ended_on",
            AGREED_WORDS: "interest pathway entry_point next_experience",
        },
        "PathwayMembership": {
            KEY: "id public_id key version",
            AGREED: "student pathway choice way next_experience state language asked_at changed_at starts_on ended_on "
            "offered_until came_from author",
            AGREED_WORDS: "words",
        },
        "PathwayDrawCall": {
            KEY: "id public_id seed digest",
            TRACED: "pathway draw_on called_by called_at",
        },
        "PathwayDraw": {
            KEY: "id public_id call seed digest",
            TRACED: "pathway places held_at held_by drawn_from offered_to",
        },
        "Consent": {
            KEY: "id public_id",
            NEED: "student kind partner given_by scribe is_yes given_on elsewhere created_at withdrawn_at",
            NEED_WORDS: "about",
        },
        "Proposal": {
            KEY: "id public_id version",
            AGREED: "plan goal voice to_voice language author created_at answer_by state answered_by answered_at",
            AGREED_WORDS: "text answer",
        },
        "Amendment": {
            KEY: "id public_id about_id",
            NEED: "plan about voice language author audience created_at",
            NEED_WORDS: "text",
        },
        "SafetyHold": {
            KEY: "id public_id about_id",
            TRACED: "student about placed_by placed_at ended_by ended_at",
            TRACED_WORDS: "reason",
        },
        "CheckIn": {
            KEY: "id public_id key batch",
            AGREED: "student by met_at how mode language created_at undone_at",
            NEED_WORDS: "note",
        },
        "ContactAttempt": {
            KEY: "id public_id key",
            NEED: "student guardian by tried_at mode purpose outcome interpreter language household created_at",
            NEED_WORDS: "note",
        },
        "WorkingNote": {
            KEY: "id public_id version",
            NEED: "student author created_at changed_at purge_on",
            NEED_WORDS: "text",
        },
        "Meeting": {
            KEY: "id public_id version",
            AGREED: "plan kind state starts_at is_student_led interpreter interpreter_language language next_on "
            "started_at held_at called_by created_at changed_at",
            AGREED_WORDS: "place agenda_extra student_words conference assent",
        },
        "MeetingAttendee": {KEY: "id public_id", AGREED: "meeting person role was_there", AGREED_WORDS: "name"},
        "Decision": {
            KEY: "id public_id key version",
            AGREED: "meeting language owner due_on support author created_at withdrawn_at",
            AGREED_WORDS: "text",
        },
        "ClassReview": {KEY: "id public_id", HOUSE: "section started_by started_on finished_on created_at"},
        "ReviewEntry": {
            KEY: "id public_id version",
            AGREED: "review student enrichment_considered language by discussed_on changed_at",
            AGREED_WORDS: "strength next_step",
        },
        "PlanTemplate": {KEY: "id public_id", HOUSE: "kind number content reason created_by created_at"},
        "PlanVersion": {
            KEY: "id public_id number digest template",
            NEED: "plan author as_of created_at",
            NEED_WORDS: "content reason",
        },
        "Agreement": {
            KEY: "id public_id",
            AGREED: "of_version person voice answer language scribe created_at",
            AGREED_WORDS: "statement",
        },
        "CycleStep": {
            KEY: "id public_id",
            AGREED: "student school school_year step number owner opened_on due_on done_on outcome done_by",
            AGREED_WORDS: "reason",
        },
        "CycleRun": {KEY: "id", HOUSE: "school day opened closed ran_at"},
        "Digest": {KEY: "id", TRACED: "person week items sent_at"},
        "Reminder": {KEY: "id of_id", TRACED: "person of kind due_on day sent_at"},
        "DistrictPhrase": {KEY: "id public_id", HOUSE: "language phrase instead is_active created_by created_at"},
        "TransferPacket": {
            KEY: "id public_id digest",
            NEED: "student school direction created_by created_at closed opened opened_by opened_at after",
            NEED_WORDS: "other_party reason counts left_over",
        },
    }
)
