"""Frameworks are public; the only person in them is whoever published."""

from __future__ import annotations

from accounts.privacy import HOUSE, KEY, PLACE, PUBLIC, SECRET, TRACED, Fields, classify

FIELDS: Fields = classify(
    {
        "Scale": {KEY: "id public_id", PUBLIC: "name"},
        "Level": {KEY: "id", PUBLIC: "scale value names meanings"},
        "Framework": {
            KEY: "id public_id",
            PUBLIC: "title description creator publisher language adoption_status license_text source source_id "
            "source_uri source_changed_at translations details scale target version is_published is_in_use "
            "imported_at created_at retired_at",
        },
        "Competency": {
            KEY: "id public_id",
            PUBLIC: "framework source_id source_uri code name statement notes kind grades subjects concepts language "
            "position parent is_assessable version source_changed_at details retired_at",
        },
        "CompetencyVersion": {
            KEY: "id",
            PUBLIC: "competency number content framework_version published_at",
            TRACED: "published_by",
        },
        "Wording": {KEY: "id", PUBLIC: "competency kind level language text"},
        "Association": {
            KEY: "id",
            PUBLIC: "framework kind source_id origin destination origin_source_id origin_uri destination_source_id "
            "destination_uri sequence is_broken_cycle details retired_at",
        },
        "WorkingCopy": {
            KEY: "id public_id version",
            HOUSE: "framework based_on source source_id head state opened_at changed_at review_asked_at closed_at "
            "published_version",
            TRACED: "opened_by review_asked_by closed_by",
        },
        "WorkingItem": {
            KEY: "id public_id version",
            HOUSE: "copy key parent_key position code name statement language is_assessable fields wordings is_new "
            "is_retired changed_at",
            TRACED: "changed_by",
        },
        "WorkingEdge": {
            KEY: "id public_id",
            HOUSE: "copy key kind origin_key destination_key fields is_new is_retired",
        },
        "WorkingComment": {
            KEY: "id public_id",
            HOUSE: "copy item_key text language created_at answer answer_language answered_at",
            PLACE: "author answered_by",
        },
        "FrameworkVersion": {KEY: "id", PUBLIC: "framework number note changes published_at", TRACED: "published_by"},
        "ColumnMapper": {KEY: "id public_id", HOUSE: "name columns headings saved_at", TRACED: "saved_by"},
        "Crosswalk": {
            KEY: "id public_id",
            PUBLIC: "from_framework to_framework number counting reason decided_at",
            TRACED: "decided_by",
        },
        "Pathway": {
            KEY: "id public_id version",
            PUBLIC: "title promise about interests after_school when_and_where languages language translations scene "
            "partner capacity state created_at changed_at published_at published_number closed_at",
            PLACE: "proposed_by contact",
        },
        "PathwayVersion": {KEY: "id", PUBLIC: "pathway number content published_at", TRACED: "published_by"},
        "PathwayExperience": {
            KEY: "id public_id",
            PUBLIC: "pathway kind title about place hours credit partner translations position removed_at",
        },
        "PathwayCompetency": {KEY: "id", PUBLIC: "pathway competency experience position"},
        "PathwayWay": {KEY: "id public_id", PUBLIC: "pathway kind title about at translations position removed_at"},
        "PathwayDesigner": {KEY: "id", PLACE: "pathway person voice invited_by starts_on ends_on"},
        "PathwayInvitation": {
            KEY: "id public_id",
            PLACE: "pathway for_whom is_for_homes most used made_by made_at ends_at revoked_at",
            SECRET: "digest",
        },
        "PathwayComment": {
            KEY: "id public_id",
            PUBLIC: "pathway voice text language created_at became became_at is_public withdrawn_at",
            PLACE: "author became_by",
        },
        "PathwayReview": {
            KEY: "id public_id",
            HOUSE: "pathway criterion is_met note language of_version at",
            TRACED: "by",
        },
        "Pathway_schools": {KEY: "id", PUBLIC: "pathway school"},
    }
)
