import onestop.kinds
import onestop.states
import portal.core.fields
from django.db import migrations, models

# The choices are those of the code that runs: they are no part of the schema.


class Migration(migrations.Migration):

    dependencies = [
        ('onestop', '0010_forecasts'),
    ]

    operations = [
        migrations.AddField(
            model_name='casedocument',
            name='edited',
            field=portal.core.fields.EncryptedJSONField(default=dict, editable=True),
        ),
        migrations.AddField(
            model_name='casedocument',
            name='revoked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='caserequest',
            name='basis',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='caserequest',
            name='reminded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='action',
            field=models.CharField(choices=[(a, a) for a in onestop.states.Action], max_length=30),
        ),
        migrations.AlterField(
            model_name='desknotice',
            name='kind',
            field=models.CharField(choices=[(k, k) for k in onestop.kinds.NoticeKind], max_length=12),
        ),
        migrations.AlterField(
            model_name='caserequest',
            name='kind',
            field=models.CharField(choices=[(k, k) for k in onestop.kinds.RequestKind], max_length=14),
        ),
        migrations.AlterField(
            model_name='caserequest',
            name='outcome',
            field=models.CharField(blank=True, choices=[(o, o) for o in onestop.kinds.RequestOutcome], max_length=10),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ['PROCESSING', 'PAYMENT_REQUIRED'])), fields=['due_at', 'id'], name='case_whose_clock_runs'),
        ),
    ]
