"""Editions and duties are never changed: records point at them and keep the figures they began under (DEC-16)."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION guidance_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'editions of guidance are never changed; a new figure is a new edition'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER edition_never_changed BEFORE UPDATE OR DELETE ON guidance_edition
    FOR EACH ROW EXECUTE FUNCTION guidance_never_changed();
CREATE TRIGGER duty_never_changed BEFORE UPDATE OR DELETE ON guidance_duty
    FOR EACH ROW EXECUTE FUNCTION guidance_never_changed();
"""
ALLOW = """
DROP TRIGGER duty_never_changed ON guidance_duty;
DROP TRIGGER edition_never_changed ON guidance_edition;
DROP FUNCTION guidance_never_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("guidance", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
