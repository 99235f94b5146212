from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0006_fill_english_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposalrevision',
            name='restores',
            field=models.PositiveIntegerField(null=True),
        ),
    ]
