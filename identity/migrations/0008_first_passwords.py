from django.db import migrations, models

KINDS = [
    "AGENCY_BEGUN",
    "AGENCY_CHANGED",
    "AGENCY_ENDED",
    "AGENCY_REOPENED",
    "APPOINTED",
    "APPOINTMENT_CHANGED",
    "APPOINTMENT_ENDED",
    "DELEGATED",
    "DELEGATION_REVOKED",
    "PASSWORD_GIVEN",
    "PASSWORD_CHOSEN",
]


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_organisation")]

    operations = [
        migrations.AddField("account", "must_change_password", models.BooleanField(default=False)),
        migrations.AlterField(
            "organisationchange", "what", models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20)
        ),
    ]
