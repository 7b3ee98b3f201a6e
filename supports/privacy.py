"""What would help now: time-bound, part of the record while it lasts, never an attribute of a child."""

from __future__ import annotations

from accounts.privacy import AGREED, AGREED_WORDS, HOUSE, KEY, LEARNED, LEARNED_WORDS, PUBLIC, TRACED, Fields, classify

FIELDS: Fields = classify(
    {
        "Focus": {
            KEY: "id public_id",
            AGREED: "student section competency kind starts_on ends_on chosen_by chosen_at",
        },
        "RuleSetting": {
            KEY: "id",
            HOUSE: "rule version parameters is_paused pause_reason",
            TRACED: "chosen_by chosen_at",
        },
        "Flag": {
            KEY: "id public_id version",
            LEARNED: "student rule rule_version subject competency earlier_competency framework_version state owner "
            "section reason evidence_ids evidence_through opened_on review_on lapse_on opened_at acknowledged_by "
            "acknowledged_at ended_by ended_at dismiss_reason end_code",
            LEARNED_WORDS: "dismiss_note",
        },
        "CatalogueEntry": {
            KEY: "id public_id code version",
            PUBLIC: "school type setting provider minutes sessions_per_week weeks capacity languages wordings "
            "is_active",
        },
        "CatalogueEntry_competencies": {KEY: "id", PUBLIC: "catalogueentry competency"},
        "Support": {
            KEY: "id public_id version",
            AGREED: "student entry flag competency type setting owner minutes sessions_per_week starts_on ends_on "
            "state shared_at created_by created_at provider_person referral consent_on",
            AGREED_WORDS: "title provider family_wordings end_reason",
        },
        "SupportSession": {
            KEY: "id public_id key batch",
            AGREED: "support held_on state minutes by created_at undone_at",
            AGREED_WORDS: "note",
        },
        "Showing": {
            KEY: "id public_id key version",
            AGREED: "student competency language state asked_on answer_by show_on answer_language answered_by "
            "answered_at ended_at",
            AGREED_WORDS: "how when_suits place answer",
        },
        "ReferralEvent": {KEY: "id public_id", AGREED: "support state on by created_at", AGREED_WORDS: "note"},
        "ClassNotice": {
            KEY: "id public_id",
            HOUSE: "section competency students of_students opened_on lapse_on ended_on",
        },
        "DailyRun": {KEY: "id school day students ran_at noticed_at"},
        "NightRun": {KEY: "id task rung_for rung_at done_for done_at"},
    }
)
