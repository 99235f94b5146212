import django.contrib.postgres.fields
from django.db import migrations, models

SCOPES = ["cases:read", "cases:file", "cases:act", "papers:upload", "files:read"]


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_api_keys")]

    operations = [
        migrations.AlterField(
            model_name="apikey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=[(scope, scope) for scope in SCOPES], max_length=20), size=None
            ),
        ),
    ]
