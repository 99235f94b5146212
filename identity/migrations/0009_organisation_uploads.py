import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.core.fields
import portal.core.ids


class Migration(migrations.Migration):
    dependencies = [("identity", "0008_first_passwords")]

    operations = [
        migrations.CreateModel(
            name="OrganisationUpload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=portal.core.ids.uuid7, editable=False, unique=True)),
                ("file_name", models.CharField(max_length=255)),
                ("tables", portal.core.fields.EncryptedJSONField(default=list)),
                ("given_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
