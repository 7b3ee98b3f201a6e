"""Frameworks are public; the only person in them is whoever published."""

from __future__ import annotations

from accounts.privacy import KEY, PUBLIC, TRACED, Fields, classify

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
    }
)
