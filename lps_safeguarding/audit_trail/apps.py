from django.apps import AppConfig


class AuditTrailConfig(AppConfig):
    name = "lps_safeguarding.audit_trail"
    verbose_name = "audit trail"
