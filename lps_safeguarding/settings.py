"""Settings. Every value that differs between machines comes from the environment (see .env.example)."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from lps_safeguarding.environment import Values, stop
from lps_safeguarding.vault.sealing import read_key, read_wrapping_keys

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Which kind of start is this? -----------------------------------------------------------------------------------
# DEMO is set by `make run` (embedded database, fictional people), TESTING by the test configuration. Without either,
# this is a real school: every value below must come from the environment.
DEMO = Values(os.environ, real=False).flag("LPS_DEMO")
TESTING = Values(os.environ, real=False).flag("LPS_TESTING")
REAL = not (DEMO or TESTING)
DEBUG = False
env = Values(os.environ, real=REAL)

# --- Who and where we are -------------------------------------------------------------------------------------------
SCHOOL_NAME = env.optional("SCHOOL_NAME", "Leicester Partnership School")
SECRET_KEY = env.needed(
    "SECRET_KEY",
    "signs sessions and forms: 50 random characters or more",
    otherwise="for tests only, and for tests only, and for tests only: Aa1!",
)
SECRET_KEY_FALLBACKS = [key for key in env.optional("SECRET_KEY_FALLBACKS").split(",") if key]
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS", "the host names people type, with commas between them", otherwise="localhost,127.0.0.1,testserver"
)
SITE_ADDRESS = env.needed(
    "SITE_ADDRESS",
    "the address at which people open this, such as https://safeguarding.school.example; links in e-mails begin with it",
    otherwise="http://localhost:8000",
).rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]

# --- Database: the application's role owns nothing; migrations and maintenance use the owner's ----------------------
DATABASE_URL = env.needed(
    "DATABASE_URL",
    "PostgreSQL as the application's role, which owns nothing",
    otherwise="postgresql://lps_app@/lps?host=/nowhere",
)
# Only where `manage.py migrate` and maintenance run; the pages and the worker do without it.
OWNER_DATABASE_URL = env.optional(
    "OWNER_DATABASE_URL", "postgresql://lps_owner@/lps?host=/nowhere" if TESTING and not DEMO else ""
)
if DEMO:
    for _url in (DATABASE_URL, OWNER_DATABASE_URL):
        _sockets = parse_qs(urlsplit(_url).query).get("host", [""])[0]
        if _url and (urlsplit(_url).hostname or not (Path(_sockets) / "embedded-for-demo-and-tests").is_file()):
            stop(
                "Demo mode works with its own embedded database only, and DATABASE_URL names another server. "
                "Unset DATABASE_URL to see the demo, or unset LPS_DEMO to use that server for real."
            )
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)} if DATABASE_URL else {}
if OWNER_DATABASE_URL:
    DATABASES["owner"] = environ.Env.db_url_config(OWNER_DATABASE_URL)
for _alias, _database in DATABASES.items():
    _database["CONN_MAX_AGE"] = 60 if _alias == "default" else 0
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
if DATABASES:
    # A page that hangs must not hold its locks for ever. Long work is done as the owner.
    DATABASES["default"]["OPTIONS"].setdefault(
        "options", "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    )
    # Planning a query under row-level security takes longer than running it: each is planned once for a connection.
    DATABASES["default"]["OPTIONS"].setdefault("server_side_binding", True)
    DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# --- Keys -----------------------------------------------------------------------------------------------------------
# Keys are 32 random bytes in base64. The first of VAULT_KEYS is the one in use; the others still open what they wrapped.
_vault_keys = env.needed(
    "VAULT_KEYS",
    "wraps the keys of the records, as id:key, newest first, with commas between them",
    otherwise="test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
)
_word_index_key = env.needed(
    "WORD_INDEX_KEY", "keys the hashes of the word search", otherwise="ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
)
_trail_signing_key = env.needed(
    "TRAIL_SIGNING_KEY",
    "signs the checkpoints of the audit trail (Ed25519 private key)",
    otherwise="QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=",
)
try:
    if _vault_keys:
        VAULT_KEYS = read_wrapping_keys(_vault_keys)
    if _word_index_key:
        WORD_INDEX_KEY = read_key(_word_index_key, "WORD_INDEX_KEY", "Make one with: openssl rand -base64 32")
    if _trail_signing_key:
        TRAIL_SIGNING_KEY = read_key(_trail_signing_key, "TRAIL_SIGNING_KEY", "Make one with: openssl rand -base64 32")
except ImproperlyConfigured as _why:
    stop(str(_why))
# Public keys of signing keys no longer in use (manage.py trail_public_key), so that older checkpoints still verify.
TRAIL_FORMER_PUBLIC_KEYS = [key for key in env.optional("TRAIL_FORMER_PUBLIC_KEYS").split(",") if key]

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "lps_safeguarding.people",
    "lps_safeguarding.guidance",
    "lps_safeguarding.vault",
    "lps_safeguarding.audit_trail",
    "lps_safeguarding.access",
    "lps_safeguarding.accounts",
    "lps_safeguarding.alerts",
    "lps_safeguarding.imports",
    "lps_safeguarding.web",
    "concerns",
    "allegations",
    "lps_safeguarding.overview",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.microsoft",
    "csp",
    "django_htmx",
    "guardian",
    "simple_history",
]
AUTH_USER_MODEL = "people.User"

MIDDLEWARE = [
    "lps_safeguarding.web.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lps_safeguarding.web.typed.TypedMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # open pages say so: @login_not_required
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lps_safeguarding.accounts.middleware.SessionLimitsMiddleware",
    "lps_safeguarding.web.hide.HideMiddleware",
    "lps_safeguarding.access.middleware.PersonMiddleware",
    "lps_safeguarding.accounts.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lps_safeguarding.web.errors.NoBlankPage",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "lps_safeguarding.urls"
CSRF_FAILURE_VIEW = "lps_safeguarding.web.errors.csrf_failure"
WSGI_APPLICATION = "lps_safeguarding.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lps_safeguarding.web.context.page",
                "lps_safeguarding.access.context.opened",
            ],
        },
    },
]
FORM_RENDERER = "lps_safeguarding.web.rendering.Fields"
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = True

# --- Passwords and sessions -----------------------------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# In the database and nowhere else: ending a session must end it at once, also while Redis is away.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # "Strict" would sign people out who follow the link of an alert from their mail
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds; accounts.sessions ends them sooner when nothing happens
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds for which a link to set a password is good

# --- Sign-in (django-allauth; accounts/adapters.py bends it) ----------------------------------------------------------
AUTHENTICATION_BACKENDS = ["lps_safeguarding.accounts.backends.SignInBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lps_safeguarding.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator enters the school's own address of a person
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_USER_DISPLAY = "lps_safeguarding.accounts.naming.display_name"
ACCOUNT_FORMS = {
    "login": "lps_safeguarding.accounts.forms.SignInForm",
    "reset_password": "lps_safeguarding.accounts.forms.AskForLinkForm",
    "reset_password_from_key": "lps_safeguarding.accounts.forms.NewPasswordForm",
    "change_password": "lps_safeguarding.accounts.forms.ChangePasswordForm",
    "reauthenticate": "lps_safeguarding.accounts.forms.PasswordAgainForm",
}
# A whole school may share one address, so nothing that one visitor can use up is counted by address alone;
# accounts/throttle.py counts passwords. "login_failed" counts the codes of the second step, for each person.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key",
    "reset_password": "60/m/ip",
    "reset_password_from_key": "60/m/ip",
}
MFA_ADAPTER = "lps_safeguarding.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "lps_safeguarding.accounts.forms.CodeForm",
    "reauthenticate": "lps_safeguarding.accounts.forms.CodeAgainForm",
    "activate_totp": "lps_safeguarding.accounts.forms.AddAuthenticatorForm",
    "add_webauthn": "lps_safeguarding.accounts.forms.AddPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # the device asks for its PIN or finger: two factors in one
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not REAL  # localhost without HTTPS
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
# Microsoft and Google: each appears on the sign-in page when its three values are set. Both are bound to the school's
# own tenant or domain, which alone makes the e-mail address they report trustworthy. No account is ever made by them.
SOCIALACCOUNT_ADAPTER = "lps_safeguarding.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {}
if env.optional("MICROSOFT_CLIENT_ID") and env.optional("MICROSOFT_TENANT"):
    SOCIALACCOUNT_PROVIDERS["microsoft"] = {
        "VERIFIED_EMAIL": True,
        "APPS": [
            {
                "client_id": env.optional("MICROSOFT_CLIENT_ID"),
                "secret": env.optional("MICROSOFT_CLIENT_SECRET"),
                "settings": {"tenant": env.optional("MICROSOFT_TENANT")},
            }
        ],
    }
    if env.optional("MICROSOFT_TENANT") in ("common", "organizations", "consumers"):
        stop(
            "MICROSOFT_TENANT has to be the school's own tenant (its id): others would let strangers name any address."
        )
if env.optional("GOOGLE_CLIENT_ID") and env.optional("GOOGLE_DOMAIN"):
    SOCIALACCOUNT_PROVIDERS["google"] = {
        "SCOPE": ["profile", "email"],
        "AUTH_PARAMS": {"access_type": "online", "hd": env.optional("GOOGLE_DOMAIN")},
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "client_id": env.optional("GOOGLE_CLIENT_ID"),
                "secret": env.optional("GOOGLE_CLIENT_SECRET"),
            }
        ],
    }
GOOGLE_DOMAIN = env.optional("GOOGLE_DOMAIN").lower()
SIGN_IN_HOSTS = [
    host
    for provider, host in (
        ("microsoft", "https://login.microsoftonline.com"),
        ("google", "https://accounts.google.com"),
    )
    if provider in SOCIALACCOUNT_PROVIDERS
]

# --- Transport and browser ------------------------------------------------------------------------------------------
# The demo and the tests speak plain HTTP on this machine; a real school always HTTPS, ended by the proxy before us.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = REAL
SESSION_COOKIE_NAME = "__Host-session" if REAL else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if REAL else "csrf"
SECURE_SSL_REDIRECT = REAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if REAL else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if REAL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = REAL
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # HSTS preload is for whole domains; only the owner of school.example can decide that
    "guardian.W001",  # access/grounds.py reads shares by its own query; user.has_perm never decides about a record
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF, *SIGN_IN_HOSTS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Uploads stay in memory until they are encrypted: nothing is written to a disk in plain.
FILE_UPLOAD_HANDLERS = ["lps_safeguarding.vault.uploads.InMemoryUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- Language, time, files ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.optional("LPS_STATE_DIR", str(BASE_DIR))) / "staticfiles"  # LPS_STATE_DIR is the demo's
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # no file is ever kept outside the vault
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = TESTING
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- E-mail ---------------------------------------------------------------------------------------------------------
# The demo writes its mails to files: LPS_STATE_DIR/mail/.
EMAIL_URL = env.needed(
    "EMAIL_URL", "the mail server, such as smtp+tls://user:password@mail.school.example:587", otherwise="memorymail://"
)
_mail = environ.Env.email_url_config(EMAIL_URL) if EMAIL_URL else {}
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "")
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = "/" + str(_mail.get("EMAIL_FILE_PATH") or "").lstrip("/")  # django-environ takes the first slash off
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.needed(
    "DEFAULT_FROM_EMAIL",
    "the address alerts come from, such as safeguarding@school.example",
    otherwise="safeguarding@school.example",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Virus scanner --------------------------------------------------------------------------------------------------
CLAMAV_ADDRESS = env.needed(
    "CLAMAV_ADDRESS", "the virus scanner that reads each attached file, such as clamav:3310; `none` to go without"
)
if CLAMAV_ADDRESS == "none":
    CLAMAV_ADDRESS = ""

# --- Queue and cache ------------------------------------------------------------------------------------------------
REDIS_URL = env.needed(
    "REDIS_URL", "the queue and the cache, such as redis://redis:6379/0", otherwise="unix:///nowhere"
)
CACHES = {
    "default": {
        "BACKEND": "lps_safeguarding.cache.SoftRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "lps",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Whatever must not be lost is a row in PostgreSQL; the queue only wakes the worker sooner than beat's sweep would.
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix:")
    else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True  # a task is done when it is done: killed workers leave it to others
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True
CELERY_TASK_TIME_LIMIT = 100  # seconds; below the visibility time-out, so that no task runs twice at once
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
# A request that finds Redis stopped goes on within a second or so; beat's sweep delivers what it would have announced.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,  # seconds until the task of a killed worker is given to another
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_TASK_EAGER_PROPAGATES = TESTING
# Beat keeps no file: each entry is a sweep that asks the database what is due, so a missed one is made up by the next.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "deliver and escalate alerts": {
        "task": "lps_safeguarding.alerts.tasks.sweep",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "mail the links for passwords": {
        "task": "lps_safeguarding.accounts.tasks.send_links",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "go on with imports, and empty old ones": {
        "task": "lps_safeguarding.imports.tasks.sweep",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "end what is left of sessions": {
        "task": "lps_safeguarding.accounts.tasks.tidy",
        "schedule": 600,
        "options": {"expires": 590},
    },
    "remind of old drafts, and delete them": {
        "task": "concerns.tasks.end_old_drafts",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "add the counts of the trends together": {
        "task": "concerns.tasks.join_counts",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "forget searches that were not saved": {
        "task": "lps_safeguarding.overview.tasks.forget_old_searches",
        "schedule": 3600,
        "options": {"expires": 3500},
    },
    "sign the audit trail's checkpoint": {
        "task": "lps_safeguarding.audit_trail.tasks.seal",
        "schedule": 240,
        "options": {"expires": 230},
    },
}

PRINTED_KEPT_HOURS = 24
"""How long a document made in the background can be fetched; then it is deleted with its key."""

# --- Logs: one JSON object a line, never a word of a case (lps_safeguarding/logs.py) ---------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "lps_safeguarding.logs.JSONFormatter"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["lines"], "level": "WARNING" if TESTING else "INFO"},
    "loggers": {
        # In place of Django's own handlers, which would mail whole requests to the administrators.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # SQL statements hold what people typed.
        "django.db.backends": {"level": "WARNING"},
    },
}

env.stop_if_missing()
