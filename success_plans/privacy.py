"""Words of students, families and staff. A need may be of health or family: closed unless granted."""

from __future__ import annotations

from accounts.privacy import AGREED, AGREED_WORDS, KEY, NEED, NEED_WORDS, Fields, classify

FIELDS: Fields = classify(
    {
        "Plan": {KEY: "id public_id", AGREED: "student created_by created_at changed_at"},
        "PlanStatement": {
            KEY: "id public_id version",
            AGREED: "plan kind voice language author scribe said_on created_at changed_at withdrawn_at",
            AGREED_WORDS: "text",
        },
        "Need": {
            KEY: "id public_id version",
            NEED: "plan domain language author opened_on review_on state created_at changed_at",
            NEED_WORDS: "text state_reason",
        },
        "Goal": {
            KEY: "id public_id version",
            AGREED: "plan language competency due_on helper state author created_at changed_at",
            AGREED_WORDS: "text why measure baseline target steps",
        },
        "TranslationRequest": {
            KEY: "id public_id of_version",
            NEED: "statement goal need language asked_by asked_at translated_by translated_at",
            NEED_WORDS: "text",
        },
    }
)
