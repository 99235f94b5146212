import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='shift',
            name='shift_once',
        ),
        migrations.AddField(
            model_name='shift',
            name='valid_from',
            field=models.DateField(default=datetime.date(2000, 1, 1)),
        ),
        migrations.AddField(
            model_name='shift',
            name='valid_to',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('calendar', 'weekday', 'starts', 'valid_from'), name='shift_once'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='shift_lapses_after_it_begins'),
        ),
    ]
