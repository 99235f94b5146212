import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0002_hours_from_a_day_on'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(null=True)),
                ('weekday', models.PositiveSmallIntegerField(null=True)),
                ('valid_from', models.DateField()),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='identity.workcalendar')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('day', None), ('weekday__isnull', False)), models.Q(('day__isnull', False), ('weekday', None)), _connector='OR'), name='change_of_a_day_or_a_weekday')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarchange',
            trigger=pgtrigger.compiler.Trigger(name='calendar_change_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0b6d3cfa95958d3be0cd3ca9dae5e99c656c66f0', operation='UPDATE OR DELETE', pgid='pgtrigger_calendar_change_stays_ab67e', table='identity_calendarchange', when='BEFORE')),
        ),
    ]
