"""Every stored field of the product, the tables of libraries included: the whole map in one place."""

from __future__ import annotations

from django.db.models import Model

from accounts import privacy as accounts
from accounts.privacy import CONTACT, HOUSE, KEY, PLACE, SECRET, TRACED, TRACED_WORDS, Treatment, classify
from assessments import privacy as assessments
from competencies import privacy as competencies
from success_plans import privacy as success_plans
from supports import privacy as supports

OURS = {
    "accounts": accounts.FIELDS,
    "competencies": competencies.FIELDS,
    "assessments": assessments.FIELDS,
    "supports": supports.FIELDS,
    "success_plans": success_plans.FIELDS,
}
_EVENTS = {
    KEY: "pgh_slug pgh_id pgh_label pgh_context_id",
    TRACED: "pgh_model pgh_created_at pgh_obj_model pgh_obj_id",
    TRACED_WORDS: "pgh_data pgh_diff pgh_context",
}
LIBRARIES = {
    "auth": classify(
        {
            "Permission": {KEY: "id name content_type codename"},
            "Group": {KEY: "id", HOUSE: "name"},
            "Group_permissions": {KEY: "id group permission"},
        }
    ),
    "contenttypes": classify({"ContentType": {KEY: "id app_label model"}}),
    "sessions": classify({"Session": {SECRET: "session_key session_data expire_date"}}),
    "account": classify(
        {
            "EmailAddress": {KEY: "id verified primary", CONTACT: "email", PLACE: "user"},
            "EmailConfirmation": {KEY: "id", SECRET: "key", TRACED: "email_address created sent"},
        }
    ),
    "mfa": classify(
        {"Authenticator": {KEY: "id", SECRET: "data", PLACE: "user", TRACED: "type created_at last_used_at"}}
    ),
    "pghistory": classify(
        {
            "Context": {KEY: "id", TRACED: "created_at updated_at", TRACED_WORDS: "metadata"},
            "Events": _EVENTS,
            "MiddlewareEvents": _EVENTS | {TRACED: _EVENTS[TRACED] + " user url"},
        }
    ),
}
_HISTORY = classify({"any": {KEY: "pgh_id pgh_label pgh_obj", TRACED: "pgh_created_at"}})["any"]


class UnclassifiedError(LookupError):
    """A model or field nobody has classified; says where to do it."""


def treatments_of(model: type[Model]) -> dict[str, Treatment]:
    """The treatment of every field of this model. A history model follows the one it tracks.

    Raises UnclassifiedError for a model without an entry; the fields are those of the entry, not of the model.
    """
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is not None:
        return treatments_of(tracked) | _HISTORY
    app, name = model._meta.app_label, model._meta.object_name or ""
    fields = (OURS | LIBRARIES).get(app, {}).get(name)
    if fields is None:
        raise UnclassifiedError(f"{app}.{name} has no entry in {app}/privacy.py (libraries: config/privacy.py).")
    return dict(fields)
