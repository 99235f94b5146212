from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('onestop', '0004_drafts'),
    ]

    operations = [
        migrations.AddField(
            model_name='casepaper',
            name='is_reused',
            field=models.BooleanField(default=False),
        ),
    ]
