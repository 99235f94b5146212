import django.db.models.deletion
import portal.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('onestop', '0003_another_action_in_the_history'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=0)),
                ('steps', portal.core.fields.EncryptedJSONField(default=dict, editable=True)),
                ('done', models.JSONField(default=list)),
                ('news', portal.core.fields.EncryptedJSONField(default=dict, editable=True)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('warned_at', models.DateTimeField(null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='onestop.case')),
            ],
        ),
    ]
