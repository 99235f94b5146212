import django.db.models.deletion
import portal.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0009_reports_of_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=portal.core.ids.uuid7, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=255)),
                ('given_at', models.DateTimeField()),
                ('documents', models.JSONField()),
                ('bases', models.JSONField()),
                ('problems', models.JSONField()),
                ('read', models.PositiveIntegerField(default=0)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
