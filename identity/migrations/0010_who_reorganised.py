import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _account() -> models.ForeignKey:
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0009_organisation_uploads")]

    operations = [
        migrations.AddField(model_name="reorganisation", name="applied_by", field=_account()),
        migrations.AddField(model_name="reorganisation", name="rolled_back_by", field=_account()),
    ]
