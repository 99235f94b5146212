import django.contrib.postgres.fields
import onestop.kinds
from django.db import migrations, models

# The choices are those of the code that runs: they are no part of the schema.


class Migration(migrations.Migration):

    dependencies = [
        ('onestop', '0024_risk_of_being_late'),
    ]

    operations = [
        migrations.AlterField(
            model_name='desknotice',
            name='kind',
            field=models.CharField(choices=[(k, k) for k in onestop.kinds.NoticeKind], max_length=16),
        ),
        migrations.AlterField(
            model_name='noticepreference',
            name='channels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[(c, c) for c in onestop.kinds.NoticeChannel], max_length=10), null=True, size=None),
        ),
    ]
