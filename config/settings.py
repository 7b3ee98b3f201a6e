"""Settings, read once from the environment. A missing or senseless value stops the start and says which."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.environment import env_flag, env_list, env_number, env_text
from config.schedule import NIGHTLY, SCHEDULE, SWEEP

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = env_flag("THROUGHLINE_DEMO")
DEBUG = env_flag("THROUGHLINE_DEBUG")
TESTING = "pytest" in sys.modules
BUILDING = TESTING or env_flag("THROUGHLINE_BUILD")  # no servers needed: static files, type checks, messages

SECRET_KEY = env_text("DJANGO_SECRET_KEY", "building-only-never-serving" if BUILDING else None)
# Sensitive columns are encrypted with this key, which never lives in the database.
FIELD_KEY = env_text("THROUGHLINE_FIELD_KEY", SECRET_KEY)

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver" if BUILDING or DEMO else "")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
if DEMO and not set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}:
    raise ImproperlyConfigured(
        "THROUGHLINE_DEMO=1 offers sign-in without a password, so it answers on this machine only. "
        "Take every other name out of ALLOWED_HOSTS, or turn the demonstration off."
    )

INSTALLED_APPS = [
    "config",
    "dashboards",
    "success_plans",
    "supports",
    "assessments",
    "competencies",
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "rest_framework",
    "drf_spectacular",
    "pgtrigger",
    "pghistory",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.DemonstrationGuard",
    "csp.middleware.CSPMiddleware",
    "config.middleware.PrivateByDefault",
    "config.middleware.Probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.http.ActorMiddleware",
    "accounts.second_factor.StaffSecondFactor",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

_LOADERS: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context_processors.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "accounts.templatetags.look",
                "accounts.templatetags.people",
                "success_plans.templatetags.plans",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("django.template.loaders.cached.Loader", _LOADERS)] if not DEBUG else _LOADERS,
                )
            ],
        },
    }
]

# ---------------------------------------------------------------- data
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **dj_database_url.parse(
            env_text("DATABASE_URL", "postgresql://localhost/throughline" if BUILDING else None),
            engine="django.db.backends.postgresql",
        ),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,  # accounts.http.ActorMiddleware opens the transaction and names the actor
    }
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
# accounts.statements prepares its few statements; a pooler that hands out connections by transaction may forbid that.
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5 if env_flag("THROUGHLINE_PREPARE", default=True) else None
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("THROUGHLINE_TEST_DB") or None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_text("REDIS_URL", "redis://127.0.0.1:6379/0" if BUILDING else None)
BROKER_URL = env_text("BROKER_URL", REDIS_URL.replace("unix://", "redis+socket://", 1))
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "throughline",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

MEDIA_ROOT = Path(os.environ.get("THROUGHLINE_MEDIA", BASE_DIR / "var" / "media"))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
ROSTER_UPLOAD_MAX_BYTES = env_number("THROUGHLINE_UPLOAD_MB", 200) * 1024 * 1024

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.http.SignedInAccounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts come from the roster and from invitations, never from sign-up
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or factor is told to the account's address
ACCOUNT_FORMS = {"request_login_code": "accounts.fresh.CodeForm", "reset_password": "accounts.fresh.NewPasswordForm"}
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
# A school signs in behind one address, most of it in the same quarter of an hour: an address is let through as often
# as a school's lessons begin. What guards an account is counted for the account: five wrong passwords in five minutes.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "request_login_code": "120/m/ip,3/m/key",
    # a code has 59 bits; a parents' evening shares one address
    "invitation": "60/m/ip",
    "invitation_digits": "5/h/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or BUILDING
# Staff must carry a second factor; the demonstration signs in by one click instead.
STAFF_MFA_REQUIRED = env_flag("THROUGHLINE_STAFF_MFA", default=not (DEMO or TESTING))

# In the database alone: a copy in a cache that was away while somebody signed out would let them in again.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---------------------------------------------------------------- the wire
# Plain http is spoken on loopback only: the demonstration, tests, and a proxy that ends TLS and says so.
SECURE = not (DEMO or BUILDING or DEBUG) and not env_flag("THROUGHLINE_PLAIN_HTTP")
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE and env_flag("THROUGHLINE_HSTS_PRELOAD")
if env_flag("THROUGHLINE_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else all of a district would share one address's sign-in limits
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names need `collectstatic` first: the container image runs it; the demonstration serves the folder.
WHITENOISE_USE_FINDERS = (DEMO or BUILDING or DEBUG) and not env_flag("THROUGHLINE_HASHED_STATIC")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "config.storage.HashedFiles"
    },
}

# ---------------------------------------------------------------- words and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env_text("THROUGHLINE_TIME_ZONE", "America/Chicago")

EMAIL_BACKEND = env_text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = str(BASE_DIR / "var" / "mail")
EMAIL_HOST = env_text("EMAIL_HOST", "localhost")
EMAIL_PORT = env_number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env_text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_text("DEFAULT_FROM_EMAIL", "Throughline <no-reply@localhost>")
# Where people reach this installation: the beginning of every link in a message.
PUBLIC_URL = env_text(
    "THROUGHLINE_URL", f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS else "https://localhost"
).rstrip("/")

# ---------------------------------------------------------------- workers
# Services ring tasks by these names, so that a lower app never imports a higher one.
TASK_REFRESH = SWEEP
TASK_LOOK_AGAIN = "assessments.tasks.look_again"
TASK_CYCLE = "success_plans.tasks.refresh_cycle"
# Who answers whether pictures and recordings of a student may be kept (accounts.media).
MEDIA_RULE = "success_plans.selectors.consents.may_keep_media"
# Who proposes another wording where a text labels somebody (accounts.helping).
WORDING_RULE = "success_plans.selectors.wording.suggested"
# Who writes, after a partner or its members changed, who of them may see which student (accounts.partner_circles).
PARTNER_CIRCLES = "success_plans.recompute.renew_partner_circles"
JOB_TASKS = {
    "import_roster": "accounts.tasks.import_roster",
    "import_framework": "competencies.tasks.import_framework",
    "import_evidence": "assessments.tasks.import_evidence",
    "change_method": "assessments.tasks.change_method",
    "change_crosswalk": "assessments.tasks.change_crosswalk",
}
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 180,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "now"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE
NIGHTLY_TASKS = NIGHTLY

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.adapters.SessionOrToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["accounts.adapters.QuickJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.adapters.DoubtfulJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "accounts.problems.problem_details",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttles.CallerThrottle"],
    "NUM_PROXIES": 1 if env_flag("THROUGHLINE_BEHIND_PROXY") else 0,
}
# Requests a minute, by whom they are counted; 0 counts nobody. A student information system sends 500 pieces a
# request, so its token brings in 600,000 pieces a minute, more than any database here takes; one that sends each grade
# by itself still has 20 a second, as many as a district's teachers enter in the busiest quarter of an hour. People
# click, a page makes few requests, a whole office may share one address: `nobody` and `case` are counted by address.
API_A_MINUTE = {
    "token": env_number("THROUGHLINE_API_A_MINUTE", 1_200),
    "person": 600,
    "nobody": 120,
    "case": 600,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline",
    "DESCRIPTION": "Evidence in, mastery and flags out. Keys are public ids; nothing here expresses a rank.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

PGHISTORY_APPEND_ONLY = True
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"  # when it changed, not when its transaction began

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JSONFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "WARNING"},
        "celery": {"level": "INFO"},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload binds a whole domain for years: THROUGHLINE_HSTS_PRELOAD
