from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0004_code_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposalrevision',
            name='restores',
            field=models.PositiveIntegerField(null=True),
        ),
    ]
