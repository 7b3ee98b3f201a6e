"""Who can sign in, and how: only for testing from outside, only when asked for, only in a demonstration database.

One password serves every account of a seed, and its hash is made once; staff also carry an authenticator whose secret
follows from seed and user name. Without a manifest no account has a password at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from accounts.models import GuardianLimit, Relationship, User
from assessments.models import Evidence
from config.demo.chance import uid
from config.demo.loading.ids import Ids
from config.demo.loading.seeding import Seeded
from config.demo.people import Adult, District
from success_plans.models import SafetyHold
from supports.models import Flag


def password_of(plan: District) -> str:
    """The password of every account of this seed."""
    return f"riverbend-{uid(plan.seed, 'password').hex[:16]}"


def totp_secret_of(plan: District, username: str) -> str:
    """The authenticator secret of a member of staff, base 32."""
    digest = hashlib.sha256(f"{plan.seed}/{username}".encode()).digest()
    return base64.b32encode(digest[:20]).decode()


def give_passwords(plan: District, ids: Ids) -> None:
    """Give every account the password of the seed, and staff an authenticator."""
    salt = uid(plan.seed, "salt").hex
    User.objects.update(password=make_password(password_of(plan), salt=salt))
    staff = {a.username for a in plan.adults.values() if a.roles}
    users = dict(User.objects.filter(username__in=staff).values_list("username", "pk"))
    encrypt = get_adapter().encrypt
    Authenticator.objects.bulk_create(
        Authenticator(
            user_id=pk,
            type=Authenticator.Type.TOTP,
            data={"secret": encrypt(totp_secret_of(plan, username))},
        )
        for username, pk in sorted(users.items())
    )


def write_manifest(path: Path, done: Seeded) -> None:
    """Write the manifest as JSON: seed, day, digest of the content, users, students with their circle, classes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_manifest(done), ensure_ascii=False, indent=2)
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")


def _manifest(done: Seeded) -> dict[str, Any]:
    plan = done.plan
    return {
        "seed": plan.seed,
        "today": plan.today.isoformat(),
        "district": str(uid(plan.seed, "district")),
        "password": password_of(plan),
        "digest": content_digest(),
        "cast": {role: _account(plan, key) for role, key in sorted(plan.cast.items())},
        "users": [_account(plan, key) for key in [*plan.adults, *plan.children] if _username(plan, key)],
        "schools": {s.code: str(uid(plan.seed, "school", s.code)) for s in plan.schools},
        "classes": [
            {
                "id": str(uid(plan.seed, "section", c.key)),
                "title": c.title,
                "school": c.school,
                "year": c.year,
                "grade": c.grade,
                "teachers": [_username(plan, key) for key in c.teachers],
                "students": [str(uid(plan.seed, "student", key)) for key in c.students],
                "is_one_piece_short": c.key == plan.demo_class,
            }
            for c in plan.classes
        ],
        "students": [
            {
                "id": str(uid(plan.seed, "student", c.key)),
                "person": str(uid(plan.seed, "person", c.key)),
                "username": c.username,
                "school": c.school,
                "grade": c.grade,
                "guardians": [str(uid(plan.seed, "person", key)) for key in c.guardians],
                "navigator": str(uid(plan.seed, "person", c.navigator)) if c.navigator else None,
                "specialist": str(uid(plan.seed, "person", c.specialist)) if c.specialist else None,
            }
            for c in plan.children.values()
        ],
        "circles": _circles(),
    }


def _circles() -> dict[str, list[dict[str, str]]]:
    """Whose circle is not everyday, so that a test from outside can look at the walls in it."""
    homes = Relationship.objects.exclude(household="").order_by("pk")
    limits = GuardianLimit.objects.order_by("pk")
    holds = SafetyHold.objects.filter(ended_at__isnull=True).order_by("pk")
    return {
        "households": [
            {"student": str(row.student.public_id), "guardian": str(row.person.public_id), "household": row.household}
            for row in homes.select_related("student", "person")
        ],
        "court_limits": [
            {"student": str(row.student.public_id), "guardian": str(row.guardian.public_id), "block": row.block}
            for row in limits.select_related("student", "guardian")
        ],
        "safety_holds": [
            {"student": str(row.student.public_id), "about": row.about, "entry": str(row.about_id)}
            for row in holds.select_related("student")
        ],
    }


def _username(plan: District, key: str) -> str:
    return plan.adults[key].username if key in plan.adults else plan.children[key].username


def _account(plan: District, key: str) -> dict[str, Any]:
    who = plan.adults.get(key) or plan.children[key]
    roles = [{"role": role, "school": school} for role, school in who.roles] if isinstance(who, Adult) else []
    return {
        "person": str(uid(plan.seed, "person", key)),
        "username": who.username,
        "roles": roles,
        "totp_secret": totp_secret_of(plan, who.username) if roles else None,
    }


def content_digest() -> str:
    """SHA-256 over evidence and flags in a fixed order: two runs with the same arguments have the same digest."""
    digest = hashlib.sha256()
    pieces = Evidence.objects.order_by("pk").values_list(
        "public_id", "student__public_id", "competency__public_id", "value", "observed_on", "task_title", "note"
    )
    flags = Flag.objects.order_by("public_id").values_list(
        "public_id", "student__public_id", "rule", "state", "owner__public_id", "opened_on", "lapse_on"
    )
    for rows in (pieces.iterator(chunk_size=5000), flags.iterator(chunk_size=5000)):
        for row in rows:
            digest.update(repr(tuple(map(str, row))).encode())
    return digest.hexdigest()
