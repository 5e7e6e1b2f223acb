"""Who takes in the notices of Operation Encompass (CON-20)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalroleheld",
            name="role",
            field=models.CharField(
                choices=[
                    ("staff", "Staff member"),
                    ("service_dsl", "Service DSL (deputy)"),
                    ("lead_dsl", "Lead DSL"),
                    ("headteacher", "Headteacher"),
                    ("acting_senior_teacher", "Senior teacher acting for the headteacher"),
                    ("chair", "Chair of the management committee"),
                    ("vice_chair", "Vice chair of the management committee"),
                    ("committee_member", "Member of the management committee"),
                    ("lead_committee_member", "Lead committee member for safeguarding"),
                    ("business_manager", "Business manager"),
                    ("attendance_officer", "Attendance officer"),
                    ("encompass_key_adult", "Operation Encompass key adult"),
                    ("administrator", "System administrator"),
                    ("inspector", "Visiting inspector"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="roleheld",
            name="role",
            field=models.CharField(
                choices=[
                    ("staff", "Staff member"),
                    ("service_dsl", "Service DSL (deputy)"),
                    ("lead_dsl", "Lead DSL"),
                    ("headteacher", "Headteacher"),
                    ("acting_senior_teacher", "Senior teacher acting for the headteacher"),
                    ("chair", "Chair of the management committee"),
                    ("vice_chair", "Vice chair of the management committee"),
                    ("committee_member", "Member of the management committee"),
                    ("lead_committee_member", "Lead committee member for safeguarding"),
                    ("business_manager", "Business manager"),
                    ("attendance_officer", "Attendance officer"),
                    ("encompass_key_adult", "Operation Encompass key adult"),
                    ("administrator", "System administrator"),
                    ("inspector", "Visiting inspector"),
                ],
                max_length=30,
            ),
        ),
    ]
