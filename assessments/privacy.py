"""Evidence is the student's record; what it adds up to is computed and goes with it."""

from __future__ import annotations

from accounts.privacy import HOUSE, KEY, LEARNED, LEARNED_WORDS, TRACED, TRACED_WORDS, Fields, classify

FIELDS: Fields = classify(
    {
        "MethodChoice": {KEY: "id", HOUSE: "framework version method parameters", TRACED: "chosen_by chosen_at"},
        "Evidence": {
            KEY: "id public_id key order_key",
            LEARNED: "student competency section kind value context observed_on recorded_at recorded_by rater "
            "is_accepted supersedes superseded_at withdrawn_at withdrawn_by",
            LEARNED_WORDS: "task_key task_title note source source_id withdrawal_reason",
            HOUSE: "sub_skill instrument form",
        },
        "EvidenceFile": {KEY: "id", LEARNED: "evidence file"},
        "TeacherJudgement": {
            KEY: "id public_id key",
            LEARNED: "student competency level language judged_on judged_by recorded_at ended_at ended_by",
            LEARNED_WORDS: "reason end_reason",
        },
        "ObservationAnswer": {
            KEY: "id",
            LEARNED: "evidence is_accepted language answered_by answered_at",
            LEARNED_WORDS: "text",
        },
        "MasterySummary": {
            KEY: "id",
            LEARNED: "student competency shape held value is_demonstrated pieces days last_observed_on "
            "evidence_through evidence_ids explanation judgement estimate method method_version parameters "
            "framework_version changed_at",
        },
        "RefreshRequest": {
            KEY: "student version priority requested_at leased_until lease_token attempts last_error quarantined_at",
        },
        "Instrument": {
            KEY: "id public_id",
            HOUSE: "kind school is_shared copied_from retired_at",
            TRACED: "created_by created_at",
        },
        "InstrumentVersion": {
            KEY: "id public_id edit",
            HOUSE: "instrument number state title purpose language validity_note source context is_holistic "
            "is_group_task changed_at published_at",
            TRACED: "created_by created_at published_by",
        },
        "Alignment": {KEY: "id", HOUSE: "version competency depth position"},
        "InstrumentForm": {KEY: "id public_id", HOUSE: "version title instructions language position"},
        "Accommodation": {KEY: "id", HOUSE: "form helps text position"},
        "Criterion": {KEY: "id public_id", HOUSE: "version competency name look_for position"},
        "CriterionLevel": {KEY: "id", HOUSE: "criterion value text"},
        "Item": {KEY: "id public_id", HOUSE: "version competency key prompt points position"},
        "Contribution": {
            KEY: "id public_id key",
            HOUSE: "version criterion kind speaker language created_at state answered_at",
            TRACED: "author answered_by",
            TRACED_WORDS: "text answer",
        },
        "AnchorWork": {
            KEY: "id public_id",
            HOUSE: "version title text picture content_type description language created_at retired_at",
            TRACED: "created_by",
        },
        "AnchorLevel": {KEY: "id", HOUSE: "anchor criterion value reason"},
        "CalibrationTry": {KEY: "id public_id key", HOUSE: "anchor criterion", TRACED: "person value tried_at"},
        "Assignment": {
            KEY: "id public_id key",
            HOUSE: "version section title note language opens_on due_on is_blind closed_at",
            TRACED: "created_by created_at",
        },
        "Submission": {
            KEY: "id public_id version",
            LEARNED: "assignment student form language submitted_at submitted_by changed_at",
            LEARNED_WORDS: "group_name text",
        },
        "SubmissionFile": {KEY: "id", LEARNED: "submission file position"},
        "Scoring": {
            KEY: "id public_id version",
            LEARNED: "submission rater kind language invited_by invited_until started_at finished_at",
            LEARNED_WORDS: "note",
        },
        "CriterionScore": {KEY: "id", LEARNED: "scoring criterion value evidence"},
        "ItemResponse": {KEY: "id", LEARNED: "submission item points marked_by marked_at"},
        "Moderation": {
            KEY: "id public_id",
            LEARNED: "submission competency because asked_by opened_at level decided_by decided_at evidence",
            LEARNED_WORDS: "reason",
        },
        "ColumnMapper": {KEY: "id public_id", HOUSE: "name mapping", TRACED: "created_by changed_at"},
        "EvidenceImport": {
            KEY: "id job first_row last_row cursor",
            HOUSE: "source context zero_is written staged_at",
        },
        "ImportRow": {
            KEY: "id job",
            LEARNED: "action is_zero student competency section value observed_on",
            LEARNED_WORDS: "source_id title",
        },
        "Rollup": {KEY: "id version", HOUSE: "parent rule needed", TRACED: "chosen_by chosen_at"},
        "RollupChild": {KEY: "id", HOUSE: "rollup competency points is_required"},
        "Fit": {KEY: "id public_id", HOUSE: "made_at events report"},
        "CompetencyFit": {KEY: "id", HOUSE: "fit competency events difficulty parameters"},
        "ItemFit": {KEY: "id", HOUSE: "fit item events difficulty"},
        "ItemEstimate": {KEY: "id", LEARNED: "student competency theta events changed_at"},
    }
)
