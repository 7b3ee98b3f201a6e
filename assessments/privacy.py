"""Evidence is the student's record; what it adds up to is computed and goes with it."""

from __future__ import annotations

from accounts.privacy import HOUSE, KEY, LEARNED, LEARNED_WORDS, TRACED, Fields, classify

FIELDS: Fields = classify(
    {
        "MethodChoice": {KEY: "id", HOUSE: "framework version method parameters", TRACED: "chosen_by chosen_at"},
        "Evidence": {
            KEY: "id public_id key order_key",
            LEARNED: "student competency section kind value context observed_on recorded_at recorded_by rater "
            "is_accepted supersedes superseded_at withdrawn_at withdrawn_by",
            LEARNED_WORDS: "task_key task_title note source source_id withdrawal_reason",
        },
        "MasterySummary": {
            KEY: "id",
            LEARNED: "student competency shape held value is_demonstrated pieces days last_observed_on "
            "evidence_through evidence_ids explanation method method_version parameters framework_version changed_at",
        },
        "RefreshRequest": {
            KEY: "student version priority requested_at leased_until lease_token attempts last_error quarantined_at",
        },
    }
)
